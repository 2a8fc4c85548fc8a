"""One object passed down through all long work: it reports how far things are and is where they stop."""

from collections.abc import Callable
from dataclasses import dataclass, field


class CancelledError(Exception):
    """Raised by `Progress.check` (and so by every report) once the work was asked to stop."""


@dataclass
class Progress:
    """Reports to `report(stage, step, steps, note, preview)` and stops when `is_cancelled()` says so.

    `preview` is an encoded PNG or WebP, or empty. A default Progress reports to nobody and never stops.
    """

    report: Callable[[str, int, int, str, bytes], None] = lambda *_: None
    is_cancelled: Callable[[], bool] = lambda: False
    _stage: str = field(default="", init=False)
    _step: int = field(default=0, init=False)
    _steps: int = field(default=1, init=False)

    def stage(self, name: str, steps: int = 1) -> None:
        """Enters a stage of `steps` steps, none of them done."""
        self.check()
        self._stage, self._step, self._steps = name, 0, max(1, steps)
        self.report(name, 0, self._steps, "", b"")

    def step(self, count: int = 1) -> None:
        """Says that `count` more steps of the stage are done."""
        self.check()
        self._step = min(self._steps, self._step + count)
        self.report(self._stage, self._step, self._steps, "", b"")

    def note(self, text: str) -> None:
        """Tells people one line, such as what was understood of a prompt."""
        self.report(self._stage, self._step, self._steps, text, b"")

    def preview(self, encoded: bytes) -> None:
        """Shows a small picture (PNG or WebP) of the state so far."""
        self.report(self._stage, self._step, self._steps, "", encoded)

    def check(self) -> None:
        """Raises CancelledError if the work was asked to stop. Call it in every loop that may take 0.1 s."""
        if self.is_cancelled():
            raise CancelledError
