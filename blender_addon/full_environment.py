# SPDX-License-Identifier: GPL-3.0-or-later
"""PyTorch, for the recipes that need it: installed, tried and removed in small steps beside everything else.

Plain Python without bpy. The session calls `step`; whether downloads are allowed is the buttons' business.
"""

import time
from collections.abc import Generator
from functools import cached_property
from pathlib import Path

from maquette.client.installer import FullInstaller, Step
from maquette.protocol import MaquetteError

from . import environment


class FullEnvironment:
    """One thing is done at a time; `fraction` and `words` tell how far it is, and then how it ended."""

    def __init__(self, folder: Path) -> None:
        self.fraction = 0.0
        self.words = ""
        self.error: MaquetteError | None = None
        self.has_changed = False  # since the backend was started
        self._folder = folder
        self._steps: Generator[Step | None, None, None] | None = None
        self._changes_backend = False

    @cached_property
    def installer(self) -> FullInstaller:
        """The first question about the hardware asks the graphics driver, which takes it a moment."""
        return environment.full_installer(self._folder)

    @property
    def is_active(self) -> bool:
        """Whether something is being done."""
        return self._steps is not None

    @property
    def is_whole(self) -> bool:
        """Whether recipes that need it can run."""
        return self.installer.is_installed()

    def install(self) -> None:
        """Begins to install, or goes on where it was left."""
        self._begin(self.installer.install_steps(), changes_backend=True)

    def verify(self) -> None:
        """Begins to try it; `words` then say what was found."""
        self._begin(self.installer.verify_steps(), changes_backend=False)

    def remove(self) -> None:
        """Begins to remove it."""
        self._begin(self._removal(), changes_backend=True)

    def cancel(self) -> None:
        """Stops what is being done. What was downloaded is kept."""
        steps, self._steps = self._steps, None
        if steps is not None:
            steps.close()
        self.fraction, self.words = 0.0, ""

    def step(self, budget_s: float) -> bool:
        """Does what can be done within the budget; True if there is something new to show."""
        if self._steps is None:
            return False
        before, deadline = (self.fraction, self.words), time.perf_counter() + budget_s
        try:
            for news in self._steps:
                if news is not None:
                    self.fraction, self.words = news
                if news is None or time.perf_counter() >= deadline:
                    return before != (self.fraction, self.words)
        except MaquetteError as error:
            self.error, self.words = error, ""
        else:
            self.has_changed |= self._changes_backend
        self._steps = None
        return True

    def _begin(self, steps: Generator[Step | None, None, None], changes_backend: bool) -> None:
        if self._steps is None:
            self._steps, self._changes_backend = steps, changes_backend
            self.fraction, self.words, self.error = 0.0, "", None

    def _removal(self) -> Generator[Step, None, None]:
        for _ in self.installer.remove_steps():
            yield Step(0.0, "removing")
        yield Step(0.0, "")
