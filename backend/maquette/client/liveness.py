"""Tells a silent server from a client that was not looking."""

from dataclasses import dataclass

PING_AFTER_S = 1.0
LOST_AFTER_S = 2.5
LONGEST_GAP_S = 1.0


@dataclass
class Liveness:
    """Judges a server by what it answers, from times that its owner passes in (monotonic seconds).

    Only time spent looking counts as silence, at most LONGEST_GAP_S per look: a client that was itself
    blocked, or a laptop that slept, does not take its own absence for the server's.
    """

    silence_s: float = 0.0
    is_lost: bool = False
    _looked_at: float | None = None
    _pinged_at_silence_s: float = 0.0

    def heard(self) -> None:
        """Something arrived: whatever it was, the server is there."""
        self.silence_s = self._pinged_at_silence_s = 0.0
        self.is_lost = False

    def look(self, now: float) -> None:
        """Called once per tick, after everything that had arrived was read."""
        if self._looked_at is not None:
            self.silence_s += min(now - self._looked_at, LONGEST_GAP_S)
        self._looked_at = now
        self.is_lost = self.is_lost or self.silence_s >= LOST_AFTER_S

    def ping_is_due(self) -> bool:
        """True once per second of silence; the caller then sends something that is answered."""
        if self.silence_s - self._pinged_at_silence_s < PING_AFTER_S:
            return False
        self._pinged_at_silence_s = self.silence_s
        return True
