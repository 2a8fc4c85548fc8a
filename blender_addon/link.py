# SPDX-License-Identifier: GPL-3.0-or-later
"""From nothing to a backend that answers, one small step per call: install, start, connect. Nothing waits."""

import logging
import secrets
import time
from collections.abc import Iterator
from pathlib import Path

from maquette.client.events import Connected, Disconnected, Event, RecipesListed
from maquette.client.installer import Step
from maquette.client.launcher import Backend
from maquette.client.pump import Pump
from maquette.client.session import load_session
from maquette.protocol import MaquetteError

from . import environment
from .phases import Phase

STOP_TIMEOUT_S = 1.0  # a backend asked to stop needs about a tenth of that
START_TIMEOUT_S = 60.0

_logger = logging.getLogger(__name__)


class Link:
    """Owns the backend process and the client that talks to it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.fraction = 0.0
        self.error: MaquetteError | None = None
        self._detail = ""
        self._backend: Backend | None = None
        self._steps: Iterator[Step] | None = None
        self._removal: Iterator[None] | None = None
        self._starts_when_installed = False
        self._started_at = 0.0
        self.phase = Phase.STOPPED if environment.is_installed(folder) else Phase.NOT_INSTALLED
        self.pump = Pump(self._token(), "blender")

    @property
    def words(self) -> str:
        """The phase, with what is being done in it."""
        return f"{self.phase.value}: {self._detail}" if self._detail else self.phase.value

    @property
    def log(self) -> Path | None:
        """The log of the backend that was started last."""
        return self._backend.log if self._backend else None

    def install(self) -> None:
        """Begins to install, unless that is going on."""
        if self.phase is not Phase.INSTALLING:
            self.error, self._steps = None, environment.install_steps(self.folder)
            self.phase, self.fraction = Phase.INSTALLING, 0.0

    def start(self) -> None:
        """Sees to it that a backend runs or is on its way; installs it before where that is needed."""
        if self.phase in (Phase.STARTING, Phase.READY):
            return
        if not environment.is_installed(self.folder):
            self._starts_when_installed = True
            self.install()
            return
        self.error = None
        if self._backend is not None:  # it may hang
            self._backend.stop(STOP_TIMEOUT_S)
        try:
            command = environment.server_command(self.folder)
            self._backend = Backend.start(command, self.folder, self.folder / "log")
        except MaquetteError as error:
            self._fail(error)
            return
        self.phase, self.fraction, self._detail = Phase.STARTING, 0.3, ""
        self._started_at = time.monotonic()

    def stop(self) -> None:
        """Ends the backend. What was asked for and not begun waits for the next one."""
        self._steps, self._removal = None, None
        self._starts_when_installed, self._detail = False, ""
        self.pump.close()
        if self._backend is not None:
            self._backend.stop(STOP_TIMEOUT_S)
        self.error = None
        self.phase = Phase.STOPPED if environment.is_installed(self.folder) else Phase.NOT_INSTALLED

    def step(self, budget_s: float) -> list[Event]:
        """Does what can be done within the budget and tells what the backend told."""
        try:
            if self.phase is Phase.INSTALLING:
                self._install_on(time.perf_counter() + budget_s)
            elif self.phase is Phase.STARTING:
                self._await_ready()
            elif self.phase is Phase.READY:
                self._look_after()
                self._tidy_up(time.perf_counter() + budget_s / 2)
        except MaquetteError as error:
            self._fail(error)
        events = self.pump.tick(budget_s)
        for event in events:
            self._follow(event)
        return events

    def _token(self) -> str:
        """This user's token; where it cannot be trusted, one for this time, which finds no earlier jobs."""
        try:
            return load_session(self.folder / "session")
        except (MaquetteError, OSError) as error:
            reason = error.message if isinstance(error, MaquetteError) else str(error)
            self._fail(MaquetteError("not_allowed", reason))
            return secrets.token_hex(32)

    def _install_on(self, deadline: float) -> None:
        assert self._steps is not None
        for step in self._steps:
            self.fraction, self._detail = step
            if time.perf_counter() >= deadline:
                return
        self._steps, self._detail, self.phase = None, "", Phase.STOPPED
        if self._starts_when_installed:
            self._starts_when_installed = False
            self.start()

    def _await_ready(self) -> None:
        assert self._backend is not None
        if self.pump.is_connected:
            return
        info = self._backend.poll_ready()
        if info is not None and self.fraction < 0.7:
            self.fraction = 0.7
            self.pump.attach(info)
        elif time.monotonic() - self._started_at > START_TIMEOUT_S:
            self._backend.stop(0.0)
            raise MaquetteError(
                "timed_out",
                f"The backend was not ready within {START_TIMEOUT_S:.0f} seconds: look at its log",
                "restart_backend",
                {"stderr": self._backend.last_words()},
            )

    def _look_after(self) -> None:
        """A process that ended is known at once, before its silence is noticed."""
        death = self._backend.reason_of_death() if self._backend else None
        if death is not None:
            self.stop()
            raise death

    def _tidy_up(self, deadline: float) -> None:
        """Removes what earlier versions left, now that this one's backend answers."""
        for _ in self._removal or ():
            if time.perf_counter() >= deadline:
                return
        self._removal = None

    def _follow(self, event: Event) -> None:
        match event:
            case Connected():
                self.phase, self.fraction, self.error = Phase.READY, 1.0, None
                self._removal = environment.remove_others(self.folder)
                self.pump.describe()
            case Disconnected(error):
                self._fail(error)
            case RecipesListed(recipes):
                _logger.debug("The backend has %d recipes", len(recipes))

    def _fail(self, error: MaquetteError) -> None:
        self._steps, self._detail = None, ""
        self.error, self.phase = error, Phase.FAILED
