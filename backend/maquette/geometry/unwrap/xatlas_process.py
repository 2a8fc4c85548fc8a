"""UVs by the xatlas library, as a choice beside our own charts: in a process of its own, which may be ended.

xatlas can take minutes on large or broken meshes and cannot be interrupted, so that it runs as a child
process with a time limit. Arrays are exchanged as .npy files in a temporary folder.
"""

import subprocess
import sys
import tempfile
import time
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import numpy as np

from maquette.assets.mesh import Floats, Ints
from maquette.interpreter import module_command
from maquette.progress import Progress
from maquette.protocol.errors import MaquetteError, bad_input

TIME_LIMIT_S: Final = 180.0
_POLL_S: Final = 0.05
_RUNNER: Final = "maquette.geometry.unwrap.xatlas_runner"


def unwrap_by_xatlas(
    vertices: Floats,  # [V, 3]
    faces: Ints,  # [F, 3]
    texture_size: int,
    padding_px: int,
    progress: Progress,
    time_limit_s: float = TIME_LIMIT_S,
) -> Floats:
    """[F, 3, 2] float32 UVs per corner in [0, 1], none mirrored.

    Raises MaquetteError: bad_input where xatlas is not installed or refuses the mesh, timed_out past the
    limit; CancelledError once `progress` is cancelled. The process is gone in every case.
    """
    if find_spec("xatlas") is None:
        raise bad_input('unwrapping with "xatlas" needs its package: install xatlas, or unwrap with "charts"')
    with tempfile.TemporaryDirectory(prefix="maquette-xatlas-") as name:
        folder = Path(name)
        np.save(folder / "vertices.npy", np.ascontiguousarray(vertices, np.float32), allow_pickle=False)
        np.save(folder / "faces.npy", np.ascontiguousarray(faces, np.uint32), allow_pickle=False)
        command = [*module_command(_RUNNER), name, str(texture_size), str(padding_px)]
        _run(command, folder / "log.txt", time_limit_s, progress)
        uvs = np.load(folder / "uvs.npy", allow_pickle=False)
    if uvs.shape != (len(faces), 3, 2) or not np.isfinite(uvs).all():
        raise bad_input(f'xatlas cannot unwrap this mesh of {len(faces)} faces: unwrap it with "charts"')
    return np.asarray(np.clip(uvs, 0, 1), np.float32)


def _run(command: list[str], log: Path, time_limit_s: float, progress: Progress) -> None:
    """Runs a command to its end, or ends it when the time is over or the work is cancelled."""
    deadline = time.monotonic() + time_limit_s
    with log.open("wb") as output:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0) if sys.platform == "win32" else 0,
        )
    try:
        while process.poll() is None:
            progress.check()
            if time.monotonic() > deadline:
                raise MaquetteError(
                    "timed_out",
                    f'xatlas took longer than {time_limit_s:g} s: reduce the mesh or unwrap with "charts"',
                    "change_input",
                )
            time.sleep(_POLL_S)
    finally:
        process.kill()
        process.wait()
    if process.returncode != 0:
        last = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-1:]
        why = last[0] if last else f"exit code {process.returncode}"
        raise bad_input(f'xatlas failed ({why}): unwrap with "charts"')
