"""The folders of jobs: inputs and staging while a job lives, the result once it has succeeded.

A result is complete on the disk before a rename gives the staging folder its final name: whoever sees
`jobs/ID` sees all of it, and a folder `jobs/ID.part` is always rubbish once its job has ended.
"""

import contextlib
import errno
import logging
import os
import re
import shutil
import sys
from collections.abc import Iterator, Mapping, Set
from pathlib import Path
from typing import Any

import numpy as np

from maquette.protocol import Frame, Json, MaquetteError
from maquette.protocol.framing import ARRAY, DTYPES, MAX_FRAME_BYTES, parse_json
from maquette.protocol.worker_messages import SUMMARY_FILE

from .record_file import RECORD_FILE, write_record
from .store import Record

_PART, _INPUTS = ".part", ".inputs"
_FILE_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}\.[a-z0-9]{1,8}")
_SUFFIXES = {"image/png": ".png", "image/jpeg": ".jpg", "image/webp": ".webp"}
_ARRAYS = ("vertices", "faces", "uvs", "part_ids")
_MAPS = ("base_color", "orm", "normal", "emissive")
_REQUIRED = ("vertices", "faces", "base_color")

_NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

_log = logging.getLogger(__name__)


class Folders:
    """Everything below `data/jobs`. Names are job ids made by the server, never a client's words."""

    def __init__(self, root: Path) -> None:
        self._root = root
        root.mkdir(mode=0o700, parents=True, exist_ok=True)

    @property
    def data(self) -> Path:
        """The server's folder, which this one lies in."""
        return self._root.parent

    def result(self, job_id: str) -> Path:
        return self._root / job_id

    def staging(self, job_id: str) -> Path:
        return self._root / f"{job_id}{_PART}"

    def inputs(self, job_id: str) -> Path | None:
        """The folder of the job's inputs, or None where it has none but its prompt."""
        path = self._root / f"{job_id}{_INPUTS}"
        return path if path.exists() else None

    def free_bytes(self) -> int:
        return shutil.disk_usage(self._root).free

    def keep_inputs(self, job_id: str, frames: Mapping[str, Frame]) -> None:
        """Writes what came with a submit, for the worker to read. Raises MaquetteError, leaving nothing."""
        if not frames:
            return
        folder = self._root / f"{job_id}{_INPUTS}"
        try:
            with _disk_errors():
                folder.mkdir(mode=0o700)
                for name, frame in frames.items():
                    if frame.kind == ARRAY:
                        np.save(folder / f"{name}.npy", frame.to_array(), allow_pickle=False)
                    else:
                        (folder / f"{name}{_SUFFIXES[frame.kind]}").write_bytes(frame.data)
        except MaquetteError:
            shutil.rmtree(folder, ignore_errors=True)
            raise

    def prepare(self, job_id: str) -> Path:
        """An empty staging folder. Raises MaquetteError where it cannot be made."""
        with _disk_errors():
            self.staging(job_id).mkdir(mode=0o700)
        return self.staging(job_id)

    def publish(self, record: Record, result: Mapping[str, Json]) -> int:
        """Gives a complete result its final name; returns its size. Raises MaquetteError for any other."""
        staging = self.staging(record.id)
        with _disk_errors():
            size_bytes = _check_listing(staging, result, {SUMMARY_FILE})
            write_record(staging, record)
            os.rename(staging, self.result(record.id))
            _sync_folder(self._root)
        return size_bytes

    def adopt(self, job_id: str) -> tuple[dict[str, Json], int] | None:
        """The summary and size of a published result that has no end in the job store; None where it is not
        complete."""
        try:
            result = parse_json((self.result(job_id) / SUMMARY_FILE).read_bytes())
            if isinstance(result, dict):
                return result, _check_listing(self.result(job_id), result, {SUMMARY_FILE, RECORD_FILE})
        except (OSError, MaquetteError):
            _log.warning("job %s left no complete result", job_id)
        return None

    def clear(self, job_id: str) -> None:
        """Removes what only a running job needs."""
        for suffix in (_PART, _INPUTS):
            shutil.rmtree(self._root / f"{job_id}{suffix}", ignore_errors=True)

    def remove(self, job_id: str) -> None:
        """Removes everything of a job; what cannot be removed yet will not be taken for a result."""
        self.clear(job_id)
        with contextlib.suppress(OSError):
            (self.result(job_id) / RECORD_FILE).unlink()
        shutil.rmtree(self.result(job_id), ignore_errors=True)

    def job_ids(self) -> set[str]:
        """The jobs that have any folder here."""
        return {path.name.split(".")[0] for path in self._root.iterdir() if path.is_dir()}

    def read(self, job_id: str, form: str) -> dict[str, Frame]:
        """The frames of a result in one form. Files are mapped, not read: the socket's thread loads them.

        Raises MaquetteError for an unknown form and for a result that is gone or does not fit a message.
        """
        folder = self.result(job_id)
        try:
            if form == "arrays":
                return _read_arrays(folder)
            if form == "glb":
                return {"asset": _mapped(folder / "asset.glb", "model/gltf-binary")}
            if form == "preview":
                return {"preview": _mapped(folder / "preview.png", "image/png")}
            if form == "views":
                return {"views": _mapped(_present(folder / "views.png", job_id), "image/png")}
        except (OSError, ValueError) as error:
            raise MaquetteError(
                "internal", f"the files of job {job_id} cannot be read ({type(error).__name__})", "retry"
            ) from error
        raise MaquetteError(
            "bad_input", f"form {form[:40]!r} is none of arrays, glb, preview, views", "change_input"
        )


def _read_arrays(folder: Path) -> dict[str, Frame]:
    frames: dict[str, Frame] = {}
    for name in _ARRAYS:
        path = folder / f"{name}.npy"
        if name in _REQUIRED or path.exists():
            frames[name] = _array(path)
    for name in _MAPS:
        path = folder / f"{name}.png"
        if name in _REQUIRED or path.exists():
            frames[name] = _mapped(path, "image/png")
    return frames


def _present(path: Path, job_id: str) -> Path:
    if not path.exists():
        raise MaquetteError("bad_input", f"job {job_id} was not made of views: there are none to fetch")
    return path


def _array(path: Path) -> Frame:
    array: np.ndarray[Any, Any] = np.load(path, mmap_mode="r", allow_pickle=False)
    if array.dtype.name not in DTYPES:
        raise ValueError(f"{path.name} holds {array.dtype.name}")
    return _limited(path, Frame.from_array(array))


def _mapped(path: Path, kind: str) -> Frame:
    return _limited(path, Frame(kind, np.memmap(path, dtype=np.uint8, mode="r").data))


def _limited(path: Path, frame: Frame) -> Frame:
    if frame.size_bytes > MAX_FRAME_BYTES:
        raise MaquetteError(
            "bad_input",
            f"{path.name} of {frame.size_bytes} bytes is above {MAX_FRAME_BYTES}: ask for a smaller result",
            "change_input",
        )
    return frame


def _check_listing(folder: Path, result: Mapping[str, Json], beside: Set[str]) -> int:
    """The size of a folder that holds exactly the announced files and perhaps those `beside` them. Raises
    MaquetteError for any other."""
    announced = result.get("files")
    if not isinstance(announced, dict) or not announced:
        raise _incomplete("it lists no files")
    present = {entry.name: entry for entry in os.scandir(folder) if entry.name not in beside}
    if set(present) != set(announced):
        raise _incomplete(f"it holds {len(present)} files, not the {len(announced)} announced")
    for name, entry in present.items():
        if not _FILE_NAME.fullmatch(name) or not entry.is_file(follow_symlinks=False):
            raise _incomplete(f"{name[:60]!r} is no file of a result")
        if entry.stat(follow_symlinks=False).st_size != announced[name]:
            raise _incomplete(f"{name} has not the announced size")
    return sum(entry.stat(follow_symlinks=False).st_size for entry in present.values())


def _incomplete(reason: str) -> MaquetteError:
    return MaquetteError("internal", f"the result is incomplete: {reason}; retry", "retry")


@contextlib.contextmanager
def _disk_errors() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _NO_SPACE:
            raise MaquetteError(
                "no_disk_space", "the disk is full: free some space and retry", "free_disk"
            ) from error
        raise MaquetteError(
            "internal", f"the job's files cannot be written ({error.strerror}): retry", "retry"
        ) from error


def _sync_folder(folder: Path) -> None:
    if sys.platform == "win32":
        return  # a folder cannot be opened there, and NTFS journals renames
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
