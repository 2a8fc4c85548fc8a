"""Files that a command reads and writes. Complaints are one sentence, and come before any work is done."""

import os
import re
import secrets
from collections.abc import Sequence
from pathlib import Path

from maquette.protocol import Buffer, Frame, bad_input
from maquette.protocol.inputs import MAX_IMAGES

MAX_IMAGE_BYTES = 64 << 20
MAX_NAME_CHARACTERS = 48
_SIGNATURES = {
    "image/png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "image/jpeg": re.compile(rb"\xff\xd8\xff"),
    "image/webp": re.compile(rb"RIFF....WEBP", re.DOTALL),
}
_WINDOWS_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)", re.IGNORECASE)


def read_images(paths: Sequence[Path]) -> dict[str, Frame]:
    """The pictures as frames of a Submit. Raises bad_input for a file that is missing or no picture."""
    if len(paths) > MAX_IMAGES:
        raise bad_input(f"{len(paths)} images are above {MAX_IMAGES}: leave some out")
    return {f"image_{index}": read_picture(path) for index, path in enumerate(paths)}


def read_picture(path: Path) -> Frame:
    """A picture as a frame of a Submit. Raises bad_input for a file that is missing or no picture."""
    data = read_file(path, MAX_IMAGE_BYTES, "image")
    for kind, signature in _SIGNATURES.items():
        if signature.match(data):
            return Frame(kind, data)
    raise bad_input(f"{path} is no PNG, JPEG or WebP picture: convert it")


def read_file(path: Path, most_bytes: int, what: str) -> bytes:
    """All of a file. Raises bad_input where it is too large or cannot be read."""
    try:
        size = path.stat().st_size
        if size > most_bytes:
            raise bad_input(f"{what} {path} has {size >> 20} MB, above {most_bytes >> 20}: make it smaller")
        return path.read_bytes()
    except OSError as error:
        raise bad_input(f"{what} {path} cannot be read ({error.strerror}): choose another") from None


def check_target(path: Path, suffix: str) -> Path:
    """A file that can be written later. Raises bad_input for a wrong suffix or folder."""
    if path.suffix.lower() != suffix:
        raise bad_input(f"{path} does not end in {suffix}: name it {path.with_suffix(suffix).name}")
    if path.is_dir():
        raise bad_input(f"{path} is a folder: name a file in it")
    if not path.parent.is_dir():
        raise bad_input(f"folder {path.parent} does not exist: make it first")
    if not os.access(path.parent, os.W_OK):
        raise bad_input(f"folder {path.parent} cannot be written to: choose another")
    return path


def write_atomically(path: Path, data: Buffer) -> None:
    """The whole file or none of it. Raises bad_input where the file cannot be written."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with draft.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise bad_input(f"{path} cannot be written ({error.strerror}): choose another") from None


def free_name(prompt: str, suffix: str, folder: Path) -> Path:
    """A name made from a prompt that no file in the folder has: "A red chair" becomes red-chair.glb."""
    words = re.sub(r"[^\w]+", "-", prompt.lower()).strip("-_")
    words = re.sub(r"^(an?|the)-", "", words)[:MAX_NAME_CHARACTERS].strip("-_") or "asset"
    stem = f"{words}-asset" if _WINDOWS_DEVICE.fullmatch(words) else words
    names = (folder / f"{stem}{f'-{number}' if number > 1 else ''}{suffix}" for number in range(1, 10_000))
    return next(name for name in names if not name.exists())


def numbered(path: Path, number: int, count: int) -> Path:
    """chair.glb stays itself when it is alone, and is chair-2.glb among several."""
    return path if count == 1 else path.with_name(f"{path.stem}-{number}{path.suffix}")
