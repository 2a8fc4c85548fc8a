"""Takes environments away in small pieces: out of sight at once, off the disk a file at a time.

Nothing is taken away that a process still runs from. What cannot be deleted (Windows keeps files that are in
use) stays under a name that nobody takes for an environment, until the next time.
"""

import contextlib
import os
import secrets
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from maquette.environments import is_in_use

PIECE_BYTES: Final = 64 << 20  # of a big file at once: deleting gigabytes takes a file system a while
ABANDONED_AFTER_S: Final = 3600.0  # unpacking takes seconds
_TRASH: Final = ".trash-"


def remove_steps(environment: Path) -> Iterator[None]:
    """Removes one environment; iterate to the end. One that is in use stays."""
    if not environment.exists() or is_in_use(environment):
        return
    trash = environment.with_name(f"{_TRASH}{secrets.token_hex(8)}")
    try:
        environment.rename(trash)
    except OSError:  # Windows: some file in it is open after all
        return
    yield from delete_steps(trash)


def remove_others_steps(keep: Path, kind: str) -> Iterator[None]:
    """Removes the environments of a kind (core, full) beside `keep`, and what earlier removals left."""
    environments = keep.parent
    for other in sorted(environments.glob(f"{kind}-*")):
        if other != keep:
            yield from remove_steps(other)
    for trash in sorted(environments.glob(f"{_TRASH}*")):
        yield from delete_steps(trash)
    for partial in sorted(environments.glob(f".{kind}-*.part")):
        with contextlib.suppress(FileNotFoundError):  # its installation ended just now
            if time.time() - partial.stat().st_mtime > ABANDONED_AFTER_S:
                yield from delete_steps(partial)


def delete_steps(folder: Path) -> Iterator[None]:
    """Deletes a folder that nobody looks for any more."""
    for root, folders, files in os.walk(folder, topdown=False):
        for name in files:
            yield from _delete_file(Path(root, name))
        for name in folders:
            path = Path(root, name)
            with contextlib.suppress(OSError):  # something in it is in use
                path.unlink() if path.is_symlink() else path.rmdir()
    with contextlib.suppress(OSError):
        folder.rmdir()


def _delete_file(path: Path) -> Iterator[None]:
    with contextlib.suppress(OSError):  # in use
        status = path.lstat()
        if status.st_nlink == 1 and not path.is_symlink():
            for size in range(status.st_size - PIECE_BYTES, 0, -PIECE_BYTES):
                os.truncate(path, size)
                yield
        path.unlink()
    yield
