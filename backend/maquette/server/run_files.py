"""The files of one running server in the run folder: its connection file and the lock that shows it alive."""

import contextlib
import json
import os
import secrets
import stat
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO

from maquette.protocol import PROTOCOL_VERSION, MaquetteError

_STALE_AFTER_S = 60.0


@dataclass(frozen=True)
class Connection:
    """What a client needs to reach this server, and to know that it reached this one."""

    endpoint: str
    server_key: str
    client_public: str
    client_secret: str
    pid: int
    instance: str
    nonce: str
    version: str


def write_connection_file(path: Path, connection: Connection) -> None:
    """Writes the file for this user's eyes only, in one step. Raises MaquetteError where it cannot be."""
    make_private_folder(path.parent)
    _refuse_strangers(path)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    try:
        with os.fdopen(os.open(draft, flags, 0o600), "w", encoding="utf-8") as file:
            json.dump({"protocol": PROTOCOL_VERSION, **asdict(connection)}, file)
        os.replace(draft, path)
    except OSError:
        draft.unlink(missing_ok=True)
        raise


def make_private_folder(folder: Path) -> None:
    """A folder that others cannot change: made with mode 0700, or refused when it is someone else's."""
    if not folder.exists():
        folder.mkdir(mode=0o700, parents=True)
    status = folder.lstat()
    if not stat.S_ISDIR(status.st_mode):
        raise _refused(folder, "is not a folder")
    if sys.platform != "win32":
        if status.st_uid != os.geteuid():
            raise _refused(folder, f"belongs to user {status.st_uid}")
        if status.st_mode & 0o022:
            raise _refused(folder, "can be changed by others")


class InstanceLock:
    """Held for as long as a server runs. The system lets go of it when the process ends, however it ends."""

    def __init__(self, folder: Path, instance: str) -> None:
        self.path = folder / f"{instance}.lock"
        self._file: BinaryIO | None = self.path.open("ab+")
        if not _try_lock(self._file):
            raise MaquetteError("internal", f"{self.path} is held by another backend", "retry")

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None
            self.path.unlink(missing_ok=True)


def is_running(folder: Path, instance: str) -> bool:
    """Whether the server of that name still holds its lock."""
    path = folder / f"{instance}.lock"
    try:
        with path.open("ab+" if sys.platform == "win32" else "rb") as file:
            return not _try_lock(file)
    except FileNotFoundError:
        return False


def running(folder: Path) -> set[str]:
    """The names of all servers that run on a folder."""
    return {lock.stem for lock in folder.glob("*.lock") if is_running(folder, lock.stem)}


def remove_stale_files(folder: Path) -> None:
    """Removes what killed servers left: locks that nobody holds, and the connection files beside them."""
    for lock in folder.glob("*.lock"):
        with contextlib.suppress(FileNotFoundError):  # another server may be cleaning too
            if time.time() - lock.stat().st_mtime > _STALE_AFTER_S and not is_running(folder, lock.stem):
                lock.with_suffix(".json").unlink(missing_ok=True)
                lock.unlink()


def _try_lock(file: BinaryIO) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _refuse_strangers(path: Path) -> None:
    try:
        status = path.lstat()
    except FileNotFoundError:
        return
    if not stat.S_ISREG(status.st_mode):
        raise _refused(path, "is a link or no file")
    if sys.platform != "win32" and status.st_uid != os.geteuid():
        raise _refused(path, f"belongs to user {status.st_uid}")


def _refused(path: Path, reason: str) -> MaquetteError:
    return MaquetteError("not_allowed", f"{path} {reason}: choose another place for the connection file")
