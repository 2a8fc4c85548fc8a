"""Small secret files: readable by their owner alone, never reached through a link, written in one step."""

import contextlib
import errno
import os
import secrets
import stat
from pathlib import Path

from maquette.protocol import MaquetteError

MAX_BYTES = 64 * 1024
_READ_FLAGS = os.O_RDONLY
for _name in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"):  # no system has them all
    _READ_FLAGS |= getattr(os, _name, 0)


def read_private(path: Path) -> bytes:
    """The content of a file that only this user can read.

    Raises FileNotFoundError where there is none, and MaquetteError `not_allowed` where others can read it.
    """
    if path.is_symlink():  # Windows has no O_NOFOLLOW
        raise _refused(path, "is a link: remove it")
    try:
        descriptor = os.open(path, _READ_FLAGS)
    except FileNotFoundError:
        raise
    except OSError as error:
        raise _refused(path, f"cannot be opened ({error.strerror})") from None
    try:
        _check_owner(path, os.fstat(descriptor))
        data = os.read(descriptor, MAX_BYTES + 1)  # a regular file of this size comes in one piece
    finally:
        os.close(descriptor)
    if len(data) > MAX_BYTES:
        raise _refused(path, f"is larger than {MAX_BYTES} bytes: remove it")
    return data


def create_private(path: Path, data: bytes) -> bool:
    """Writes a new file of mode 0600 in a folder of mode 0700; False where another process was quicker.

    Raises MaquetteError, leaving nothing, where it cannot be written.
    """
    try:
        return _create(path, data)
    except OSError as error:
        raise unwritable(path.parent, error) from None


def unwritable(folder: Path, error: OSError) -> MaquetteError:
    """The error of a folder into which nothing can be written."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return MaquetteError("no_disk_space", f"the disk of {folder} is full: free some space", "free_disk")
    reason = error.strerror or error
    return MaquetteError("not_allowed", f"{folder} cannot be written to ({reason}): choose another folder")


def _create(path: Path, data: bytes) -> bool:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        _publish(draft, path)
    except FileExistsError:
        return False
    finally:
        with contextlib.suppress(FileNotFoundError):
            draft.unlink()
    return True


def _publish(draft: Path, path: Path) -> None:
    """Gives the draft its name, unless the name is taken."""
    try:
        os.link(draft, path)
    except FileExistsError:
        raise
    except OSError:  # a file system without hard links
        os.replace(draft, path)


def _check_owner(path: Path, status: os.stat_result) -> None:
    if not stat.S_ISREG(status.st_mode):
        raise _refused(path, "is no regular file: remove it")
    if os.name != "posix":
        return  # on Windows the user's profile folder keeps others out
    if status.st_uid != os.geteuid():
        raise _refused(path, f"belongs to user {status.st_uid}: use a file of your own")
    if status.st_mode & 0o077:
        mode = stat.S_IMODE(status.st_mode)
        raise _refused(path, f"has mode {mode:04o}, so that others can read it: chmod 600 and renew it")


def _refused(path: Path, reason: str) -> MaquetteError:
    return MaquetteError("not_allowed", f"{path} {reason}", "restart_backend")
