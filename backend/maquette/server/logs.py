"""The log files: the server's own, which rotates, and one per server for what its workers write on stderr."""

import contextlib
import logging
import logging.handlers
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

_MAX_BYTES: Final = 4 << 20
_BACKUPS: Final = 2
_KEPT_WORKER_LOGS: Final = 5
_FORMAT: Final = "%(asctime)s %(process)d %(levelname)s %(name)s: %(message)s"


@contextlib.contextmanager
def logging_to(folder: Path) -> Iterator[None]:
    """Logs to `server.log`, and to a terminal if there is one: a pipe that nobody reads would block us."""
    folder.mkdir(mode=0o700, exist_ok=True)
    _remove_old(folder)
    logger = logging.getLogger("maquette")
    handlers: list[logging.Handler] = [
        logging.handlers.RotatingFileHandler(
            folder / "server.log", maxBytes=_MAX_BYTES, backupCount=_BACKUPS, encoding="utf-8"
        )
    ]
    if sys.stderr is not None and sys.stderr.isatty():
        handlers.append(logging.StreamHandler())
    for handler in handlers:
        handler.setFormatter(logging.Formatter(_FORMAT))
        logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        for handler in handlers:
            logger.removeHandler(handler)
            handler.close()


def worker_log(folder: Path, instance: str) -> Path:
    """Where the workers of one server write."""
    return folder / f"worker-{instance}.log"


def _remove_old(folder: Path) -> None:
    logs = sorted(folder.glob("worker-*.log"), key=lambda path: path.stat().st_mtime)
    for path in logs[:-_KEPT_WORKER_LOGS]:
        with contextlib.suppress(OSError):  # on Windows, one that is still written to stays
            path.unlink()
