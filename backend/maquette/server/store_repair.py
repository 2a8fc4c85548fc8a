"""Opens the job store. A damaged one is moved aside, never deleted, so that nobody is stuck on it."""

import logging
import secrets
import time
from pathlib import Path

from maquette.protocol import MaquetteError

from .store import DamagedStoreError, Store

_log = logging.getLogger(__name__)


def open_store(path: Path) -> Store:
    """The store in `path`, or a new one in its place. Raises MaquetteError where there can be none."""
    try:
        return Store(path)
    except DamagedStoreError as error:
        aside = _move_aside(path)
        _log.warning("%s; it is kept as %s and a new one begins", error, aside.name)
    return Store(path)


def _move_aside(path: Path) -> Path:
    aside = path.with_name(f"{path.stem}.damaged-{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(2)}")
    try:
        for suffix in ("-wal", "-shm", ""):  # the main file last: without it nothing is damaged
            part = path.with_name(path.name + suffix)
            if part.exists():
                part.rename(aside.with_name(aside.name + suffix))
    except OSError as error:
        raise MaquetteError(
            "internal",
            f"the damaged job store {path} cannot be moved away ({error.strerror}): stop the other backends",
            "restart_backend",
        ) from error
    return aside
