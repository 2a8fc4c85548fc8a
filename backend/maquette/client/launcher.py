"""Starts a backend as a child process that ends with its owner, or finds one that is running.

The child's standard input is a pipe that nobody writes to: when the owner ends, however it ends, the system
closes it, and the server ends too. No thread reads the child's output: both its streams go to files.
"""

import contextlib
import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from maquette.protocol import MaquetteError

from .connection_file import ConnectionInfo, read_connection_file
from .private_file import unwritable

KEPT_LOGS = 10
TERMINATE_AFTER_S = 2.0
_FOREIGN_VARIABLES = ("PYTHON", "VIRTUAL_ENV", "CONDA_", "PIP_", "BLENDER_", "MAQUETTE_CONNECTION")
_READY = "READY "
_LEAST_FREE_BYTES = 1 << 16  # with less, a server cannot even say why it ends


@dataclass(frozen=True)
class _Files:
    log: Path  # what the server writes to its standard error
    ready: Path  # and to its standard output: one line, when it can be reached


class Backend:
    """A server and, if this process started it, its life. Its owner calls `stop`."""

    def __init__(
        self, process: subprocess.Popen[bytes] | None, files: _Files | None, info: ConnectionInfo | None
    ) -> None:
        self._process, self._files, self.info = process, files, info

    @staticmethod
    def start(command: Sequence[str], data_dir: Path, log_dir: Path, headless: bool = False) -> "Backend":
        """Starts a server with `command`; returns at once. A headless one outlives this process.

        Raises MaquetteError `internal` where the system cannot start it, and `no_disk_space` or `not_allowed`
        where nothing can be written into `log_dir`.
        """
        try:
            files = _new_files(log_dir)
        except OSError as error:
            raise unwritable(log_dir, error) from None
        arguments = [*command, "--data", str(data_dir), *(["--headless"] if headless else [])]
        try:
            with files.log.open("wb") as log, files.ready.open("wb") as ready:
                process = subprocess.Popen(
                    arguments,
                    stdin=subprocess.DEVNULL if headless else subprocess.PIPE,
                    stdout=ready,
                    stderr=log,
                    env=clean_environment(os.environ),
                    creationflags=_creation_flags(),
                    start_new_session=True,  # Ctrl-C in a terminal is for the owner to answer
                )
        except OSError as error:
            reason = error.strerror or error
            raise MaquetteError(
                "internal",
                f"{command[0]} cannot be started ({reason}): install it anew",
                "install_environment",
            ) from None
        return Backend(process, files, None)

    @staticmethod
    def attach(connection_file: Path) -> "Backend":
        """A server that runs already, to be left running. Raises like `read_connection_file`."""
        return Backend(None, None, read_connection_file(connection_file))

    @property
    def log(self) -> Path | None:
        """Where a server that this process started writes what goes wrong."""
        return self._files.log if self._files else None

    def is_alive(self) -> bool:
        if self._process is not None:
            return self._process.poll() is None
        return self.info is not None and self.info.is_alive

    def poll_ready(self) -> ConnectionInfo | None:
        """How to reach the server, or None while it is starting. Never blocks.

        Raises MaquetteError `worker_died`, with its last words in the details, if it has ended.
        """
        if self._process is None or self._files is None:
            return self.info
        death = self.reason_of_death()
        if death is not None:
            raise death
        if self.info is None:
            first_line, ended, _ = self._files.ready.read_text("utf-8", "replace").partition("\n")
            if ended and first_line.startswith(_READY):
                self.info = read_connection_file(Path(first_line.removeprefix(_READY).strip()))
        return self.info

    def wait_ready(self, timeout_s: float = 60.0) -> ConnectionInfo:
        """Blocks until the server can be reached; stops it and raises MaquetteError `timed_out` otherwise."""
        deadline = time.monotonic() + timeout_s
        while (info := self.poll_ready()) is None:
            if time.monotonic() > deadline:
                words = self.last_words()
                self.stop(0.0)
                raise MaquetteError(
                    "timed_out",
                    f"the backend was not ready within {timeout_s:g} seconds: look at {self.log}",
                    "restart_backend",
                    {"stderr": words},
                )
            time.sleep(0.01)
        return info

    def stop(self, timeout_s: float = 5.0) -> None:
        """Ends a server that this process started: asks, waits at most `timeout_s`, then insists."""
        process = self._process
        if process is None or self._files is None:
            return
        if process.stdin is not None:
            process.stdin.close()
        else:
            process.terminate()
        if not _ended_within(process, timeout_s):
            process.terminate()
            if not _ended_within(process, TERMINATE_AFTER_S):
                process.kill()
                process.wait()
        _remove(self._files.ready)

    def last_words(self, lines: int = 20) -> list[str]:
        """The end of what the server wrote to its standard error."""
        if self._files is None:
            return []
        with self._files.log.open("rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - 8192))
            return log.read().decode("utf-8", "replace").splitlines()[-lines:]

    def reason_of_death(self) -> MaquetteError | None:
        """Why a server that this process started has ended; None while it runs."""
        code = None if self._process is None else self._process.poll()
        if code is None:
            return None
        if self._files is not None and shutil.disk_usage(self._files.log.parent).free < _LEAST_FREE_BYTES:
            return MaquetteError(
                "no_disk_space",
                f"the backend ended with code {code} as the disk of {self._files.log.parent} is full:"
                " free some space",
                "free_disk",
            )
        words = self.last_words()
        last = next((line.strip() for line in reversed(words) if line.strip()), "it said nothing")
        return MaquetteError(
            "worker_died",
            f"the backend ended with code {code} ({last[:300]}): restart it",
            "restart_backend",
            {"stderr": words},
        )


def find_running(run_dir: Path) -> ConnectionInfo | None:
    """The server of a data folder that started last and still runs, or None."""
    found = []
    for path in run_dir.glob("*.json"):
        with contextlib.suppress(FileNotFoundError, MaquetteError):  # gone, stale or not ours: no server
            found.append((path.stat().st_mtime, read_connection_file(path)))
    return max(found, key=lambda pair: pair[0])[1] if found else None


def clean_environment(environ: Mapping[str, str]) -> dict[str, str]:
    """The environment without what another Python (Blender's, an activated one) left in it for itself."""
    return {name: value for name, value in environ.items() if not name.startswith(_FOREIGN_VARIABLES)}


def _new_files(log_dir: Path) -> _Files:
    log_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    for suffix in ("log", "ready"):
        old = sorted(log_dir.glob(f"backend-*.{suffix}"), key=_changed_at)
        for path in old[: -(KEPT_LOGS - 1)]:
            _remove(path)
    name = f"backend-{time.strftime('%Y%m%d-%H%M%S')}-{secrets.token_hex(4)}"
    files = _Files(log_dir / f"{name}.log", log_dir / f"{name}.ready")
    for path in (files.log, files.ready):
        path.touch()
    return files


def _changed_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:  # another program tidies too
        return 0.0


def _remove(path: Path) -> None:
    with contextlib.suppress(FileNotFoundError, PermissionError):  # Windows keeps files that are in use
        path.unlink()


def _ended_within(process: subprocess.Popen[bytes], timeout_s: float) -> bool:
    try:
        process.wait(timeout_s)
    except subprocess.TimeoutExpired:
        return False
    return True


def _creation_flags() -> int:
    if sys.platform == "win32":
        return subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP
    return 0
