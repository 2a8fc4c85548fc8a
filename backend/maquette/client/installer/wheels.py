"""Wheels as they travel in the add-on: a manifest of names, sizes and hashes, checked before anything is
unpacked.
"""

import hashlib
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from maquette.protocol import MaquetteError

CHUNK_BYTES = 1 << 20  # a caller on a UI thread gets its turn back after this much work
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class WheelFile:
    """One wheel of a bundle: a path relative to the bundle's folder, its size and its SHA-256."""

    path: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True)
class Bundle:
    """The wheels of one product version for one platform and Python version."""

    folder: Path
    version: str
    python: str  # "3.11"
    platform: str  # "linux-x64"
    wheels: tuple[WheelFile, ...]

    @property
    def digest(self) -> str:
        """Names the bundle's exact content, so that an environment can tell whether it is still the right
        one.
        """
        listing = "\n".join(sorted(f"{wheel.path} {wheel.sha256}" for wheel in self.wheels))
        return hashlib.sha256(
            f"{self.version} {self.python} {self.platform}\n{listing}".encode()
        ).hexdigest()[:16]

    @property
    def size_bytes(self) -> int:
        return sum(wheel.size_bytes for wheel in self.wheels)


def read_bundle(folder: Path) -> Bundle:
    """Reads `bundle.json` of a folder. Raises MaquetteError where it is missing or does not make sense."""
    path = folder / "bundle.json"
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        wheels = tuple(WheelFile(str(w["path"]), int(w["size"]), str(w["sha256"])) for w in data["wheels"])
        bundle = Bundle(folder, str(data["version"]), str(data["python"]), str(data["platform"]), wheels)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise _broken(f"the list of wheels {path.name} cannot be read ({type(error).__name__})") from None
    for wheel in wheels:
        if not _SHA256.fullmatch(wheel.sha256) or not _is_inside(wheel.path):
            raise _broken(f"the list of wheels names {wheel.path[:80]!r} wrongly")
    return bundle


def check_wheel(bundle: Bundle, wheel: WheelFile) -> Iterator[int]:
    """Hashes a wheel, giving back the bytes done after each chunk; raises MaquetteError if it is not the
    one listed.
    """
    digest = hashlib.sha256()
    try:
        with (bundle.folder / wheel.path).open("rb") as file:
            while chunk := file.read(CHUNK_BYTES):
                digest.update(chunk)
                yield len(chunk)
    except OSError as error:
        raise _broken(f"{wheel.path} cannot be read ({error.strerror})") from None
    if digest.hexdigest() != wheel.sha256:
        raise _broken(f"{wheel.path} is damaged: its hash is not the listed one")


def unpack_wheel(path: Path, site: Path) -> Iterator[int]:
    """Unpacks a wheel as pip would into `site`, giving back the compressed bytes done after each chunk.

    Scripts and headers of the wheel are left out; nothing is written outside `site`.
    """
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            target = _target(member.filename)
            if target is None or member.is_dir():
                continue
            if not _is_inside(target):
                raise _broken(f"{path.name} holds a file outside its folder, {member.filename[:80]!r}")
            destination = site / target
            destination.parent.mkdir(parents=True, exist_ok=True)
            share = member.compress_size / max(1, member.file_size)
            with archive.open(member) as source, destination.open("wb") as out:
                while chunk := source.read(CHUNK_BYTES):
                    out.write(chunk)
                    yield int(len(chunk) * share)


def _target(name: str) -> str | None:
    """Where a member of a wheel goes (PEP 427), or None where it is not wanted."""
    head, _, rest = name.partition("/")
    if not head.endswith(".data"):
        return name
    scheme, _, inner = rest.partition("/")
    return inner if scheme in ("purelib", "platlib") else None


def _is_inside(name: str) -> bool:
    pure = PurePosixPath(name)
    return (
        bool(name)
        and not pure.is_absolute()
        and ".." not in pure.parts
        and "\\" not in name
        and ":" not in name
    )


def _broken(message: str) -> MaquetteError:
    return MaquetteError("internal", f"{message}: download and install the Maquette ZIP again", "update")
