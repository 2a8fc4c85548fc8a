"""The Python environments in a data folder that backends run in, and the lock that shows one to be in use.

    <data>/environments/core-<version>-<digest>/   and   full-<version>/

Each has an environment.json, written last. A process that runs from one holds a shared lock on its file
in-use.lock; whoever changes or removes it needs the lock alone. The system lets go of a lock when its process
ends, however it ends.
"""

import contextlib
import json
import secrets
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import BinaryIO, Final

from maquette.protocol import MaquetteError

MARKER: Final = "environment.json"
_LOCK: Final = "in-use.lock"
_SHARERS: Final = 1 << 20  # bytes of which each sharer locks one, on Windows


def environments_folder(data: Path) -> Path:
    """Where the environments of a data folder are."""
    return data / "environments"


def interpreter(environment: Path) -> Path:
    """The Python of a virtual environment."""
    return environment / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def find_full(data: Path, version: str) -> Path | None:
    """The finished environment with PyTorch that was made for this version of Maquette, or None."""
    environment = environments_folder(data) / f"full-{version}"
    try:
        marker = json.loads((environment / MARKER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    is_whole = isinstance(marker, dict) and interpreter(environment).exists()
    return environment if is_whole and marker.get("version") == version else None


def environments_of(command: Iterable[str]) -> set[Path]:
    """The environments that the words of a command lead into: its interpreter's or its run.py's."""
    folders = {folder for word in command for folder in list(Path(word).parents)[:2]}
    return {folder for folder in folders if (folder / MARKER).is_file()}


@contextlib.contextmanager
def using(environment: Path) -> Iterator[None]:
    """Shows that this process runs from an environment. Raises MaquetteError where somebody changes it."""
    with _locked(environment, shared=True):
        yield


@contextlib.contextmanager
def changing(environment: Path) -> Iterator[None]:
    """Keeps others from running from an environment. Raises MaquetteError while one does."""
    with _locked(environment, shared=False):
        yield


def is_in_use(environment: Path) -> bool:
    """Whether some process runs from an environment, or changes it."""
    try:
        with changing(environment):
            return False
    except MaquetteError:
        return True


@contextlib.contextmanager
def _locked(environment: Path, shared: bool) -> Iterator[None]:
    try:
        file = (environment / _LOCK).open("ab")
    except OSError as error:
        raise MaquetteError(
            "internal", f"{environment} cannot be used ({error.strerror}): install it", "install_environment"
        ) from None
    with file:
        try:
            _lock(file, shared)
        except OSError:
            raise MaquetteError(
                "not_allowed", f"another program uses {environment}: stop its backend first", "retry"
            ) from None
        yield


def _lock(file: BinaryIO, shared: bool) -> None:
    """Raises OSError where others hold the lock in a way that does not go with this one."""
    if sys.platform == "win32":
        import msvcrt

        # Windows has exclusive locks alone: sharers lock a byte each, a changer all of them
        file.seek(secrets.randbelow(_SHARERS) if shared else 0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1 if shared else _SHARERS)
    else:
        import fcntl

        fcntl.flock(file.fileno(), (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)
