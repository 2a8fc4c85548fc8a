"""What the hub lists of a file, and whether bytes are that file.

Large files are listed by their SHA-256, small ones by git's name: the SHA-1 of a header and the bytes.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from maquette.progress import Progress

CHUNK_BYTES: Final = 1 << 20


@dataclass(frozen=True)
class Listed:
    """A file of a repository: `digest` is a SHA-256 of 64 digits or git's SHA-1 of 40."""

    path: str
    size_bytes: int
    digest: str


class Digest:
    """Reads the bytes of a file as they come."""

    def __init__(self, listed: Listed) -> None:
        self._listed = listed
        self._sha256 = hashlib.sha256()
        self._git = hashlib.sha1(b"blob %d\0" % listed.size_bytes, usedforsecurity=False)

    def update(self, chunk: bytes) -> None:
        self._sha256.update(chunk)
        self._git.update(chunk)

    @property
    def sha256(self) -> str:
        return self._sha256.hexdigest()

    @property
    def is_right(self) -> bool:
        """Whether the bytes so far are the listed file."""
        return self._listed.digest in (self.sha256, self._git.hexdigest())


def sha256_of(path: Path, progress: Progress) -> str:
    """The SHA-256 of a file; each byte is a step. Raises OSError."""
    digest = hashlib.sha256()
    for chunk in read_chunks(path):
        digest.update(chunk)
        progress.step(len(chunk))
    return digest.hexdigest()


def read_chunks(path: Path) -> Iterator[bytes]:
    """A file piece by piece. Raises OSError."""
    with path.open("rb") as file:
        while chunk := file.read(CHUNK_BYTES):
            yield chunk
