# SPDX-License-Identifier: GPL-3.0-or-later
"""What a bug report needs, as text: versions, states, errors, the end of the log. No prompt, no user."""

import platform
import sys
from pathlib import Path

import bpy
import zmq

from maquette import __version__

from . import catalogue, environment, runtime

LOG_LINES = 40


def report() -> str:
    """The text for the clipboard."""
    session = runtime.current()
    link = session.link
    lines = [
        f"Maquette {__version__}, Blender {bpy.app.version_string}",
        f"Python {platform.python_version()}, {sys.executable}",
        f"{platform.platform()}, pyzmq {zmq.__version__}, online access {bpy.app.online_access}",
        f"Backend: {link.phase.name}, installed {environment.is_installed(link.folder)}, in {link.folder}",
        f"Recipes: {', '.join(recipe.name for recipe in catalogue.recipes())}",
    ]
    if link.error is not None:
        lines.append(f"Error: {link.error.code}: {link.error.message}")
    for job in session.jobs.newest_first():
        if job.error is not None:
            lines.append(f"Job {job.key[:8]} ({job.order.recipe}): {job.error.code}: {job.error.message}")
    for log in (link.log, _newest_worker_log(link.folder)):
        if log is not None and log.is_file():
            lines += ["", f"{log.name}:", *log.read_text("utf-8", "replace").splitlines()[-LOG_LINES:]]
    return "\n".join(lines).replace(str(Path.home()), "~")


def _newest_worker_log(folder: Path) -> Path | None:
    """What the workers of the backend that was started last wrote, where a crash leaves its trace."""
    return max((folder / "log").glob("worker-*.log"), key=lambda path: path.stat().st_mtime, default=None)
