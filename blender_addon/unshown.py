# SPDX-License-Identifier: GPL-3.0-or-later
"""Remembers on disk which results no scene has seen yet, so that they can be offered at the next start.

One small file per job, named by its request, holding the process that waits for it: Blenders that run beside
each other share the folder and leave each other's results alone.
"""

import os
from pathlib import Path

from maquette.client.connection_file import process_is_alive


class Unshown:
    """The folder of these notes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def add(self, key: str) -> None:
        """A job of this Blender was submitted."""
        self._folder.mkdir(parents=True, exist_ok=True)
        (self._folder / key).write_text(str(os.getpid()), encoding="utf-8")

    def discard(self, key: str) -> None:
        """Its result is in a scene, or it has none."""
        (self._folder / key).unlink(missing_ok=True)

    def is_left_over(self, key: str) -> bool:
        """Whether a job was submitted by a Blender that is gone and saw no result."""
        owner = self._owner(key)
        return owner is not None and owner != os.getpid() and not process_is_alive(owner)

    def any_left_over(self) -> bool:
        """Whether it is worth asking a backend for results of an earlier time."""
        keys = [path.name for path in self._folder.iterdir()] if self._folder.is_dir() else []
        return any(self.is_left_over(key) for key in keys)

    def _owner(self, key: str) -> int | None:
        try:
            return int((self._folder / key).read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            return None
