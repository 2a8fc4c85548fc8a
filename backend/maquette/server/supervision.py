"""When to lose patience with a worker: pure policy over times that are passed in (monotonic seconds).

A worker is judged by its progress, not by its pulse: a process stuck in native code looks alive to everything
else, and one that is deep in a long native call is alive although it says nothing.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Patience = Literal["wait", "terminate", "kill"]

_LEARNED_FACTOR = 10.0


@dataclass(frozen=True)
class Limits:
    """How long a worker may take for what. A stage known to be slow gets ten times its usual duration."""

    start_s: float = 90.0  # until it is ready; a cold disk imports slowly
    stall_s: float = 180.0  # without any progress
    cooperate_s: float = 0.7  # after a cancel, until it is told to terminate
    terminate_s: float = 1.5  # after a cancel, until it is killed
    restarts: int = 3
    restart_window_s: float = 300.0
    memory_growth_bytes: int = 1 << 30

    def stall_deadline_s(self, learned_s: Mapping[str, float], stage: str) -> float:
        """Seconds without progress after which a job in this stage counts as hung."""
        return max(self.stall_s, _LEARNED_FACTOR * learned_s.get(stage, 0.0))

    def patience_with_cancel(self, elapsed_s: float) -> Patience:
        """What to do this long after a cancel that was not honoured yet."""
        if elapsed_s >= self.terminate_s:
            return "kill"
        return "terminate" if elapsed_s >= self.cooperate_s else "wait"

    def patience_with_ending(self, elapsed_s: float) -> Patience:
        """What to do this long after the decision to end a process."""
        return "kill" if elapsed_s >= self.terminate_s - self.cooperate_s else "terminate"


@dataclass
class RestartLimit:
    """Stops a crash loop: too many deaths within the window, with no orderly end of a job between them."""

    limits: Limits
    _deaths: deque[float] = field(default_factory=deque)

    def died(self, now: float) -> None:
        self._deaths.append(now)

    def recovered(self) -> None:
        self._deaths.clear()

    def is_reached(self, now: float) -> bool:
        while self._deaths and now - self._deaths[0] > self.limits.restart_window_s:
            self._deaths.popleft()
        return len(self._deaths) > self.limits.restarts


@dataclass
class MemoryWatch:
    """Notices memory that does not come back: twice in a row well above what the fresh process held."""

    limits: Limits
    baseline_bytes: int = 0
    _above: int = 0

    def started(self, memory_bytes: int) -> None:
        self.baseline_bytes, self._above = memory_bytes, 0

    def should_recycle(self, memory_bytes: int) -> bool:
        """Called with the memory held after each job."""
        grown = memory_bytes > self.baseline_bytes + self.limits.memory_growth_bytes
        self._above = self._above + 1 if grown else 0
        return self._above >= 2
