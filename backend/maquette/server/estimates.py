"""How far a job is and how long it will still take, from its stages and what they took in earlier runs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

UNKNOWN_S = -1.0
_SHORTEST_STAGE_S = 1e-3


@dataclass
class Estimate:
    """Follows one job. `learned_s` holds mean seconds per stage; stages never seen share the rest of
    `total_s` evenly. Times are passed in, in monotonic seconds.

    `total_s` 0 is that of a job that takes as long as its input asks, such as a download: only the pace of
    its stage tells then.
    """

    stages: Sequence[str]
    learned_s: Mapping[str, float]
    total_s: float
    fraction: float = field(default=0.0, init=False)
    seconds_left: float = field(default=UNKNOWN_S, init=False)
    durations_s: dict[str, float] = field(default_factory=dict, init=False)
    _weights: list[float] = field(default_factory=list, init=False)
    _stage: str = field(default="", init=False)
    _entered: float = field(default=0.0, init=False)

    def __post_init__(self) -> None:
        known = [self.learned_s[name] for name in self.stages if name in self.learned_s]
        unknown = len(self.stages) - len(known)
        share = max(0.0, self.total_s - sum(known)) / unknown if unknown else 0.0
        self._weights = [max(_SHORTEST_STAGE_S, self.learned_s.get(name, share)) for name in self.stages]

    def advance(self, stage: str, step: int, steps: int, now: float) -> None:
        """Takes in a report. The fraction never goes back, whatever the recipe reports."""
        if stage != self._stage:
            self.close(now)
            self._stage, self._entered = stage, now
        if stage not in self.stages:
            return
        index = self.stages.index(stage)
        part = min(1.0, max(0.0, step / max(1, steps)))
        total = sum(self._weights)
        done = sum(self._weights[:index]) + self._weights[index] * part
        self.fraction = max(self.fraction, min(1.0, done / total))
        self.seconds_left = max(0.0, total - done) if self.total_s else self._by_pace(part, now)

    def _by_pace(self, part: float, now: float) -> float:
        return (now - self._entered) * (1.0 - part) / part if part > 0 else UNKNOWN_S

    def close(self, now: float) -> None:
        """Ends the stage, so that `durations_s` holds what it took."""
        if self._stage:
            self.durations_s[self._stage] = self.durations_s.get(self._stage, 0.0) + now - self._entered
        self._stage = ""
