"""A job that waits or runs in this server: its record, its estimate, and the numbering of its events."""

from dataclasses import dataclass

from maquette.protocol import Frame, Json, RecipeDescription
from maquette.protocol.messages import Progress

from .engine import Advanced
from .estimates import Estimate
from .store import Record


@dataclass
class LiveJob:
    """`place` is the one that its client was last told."""

    record: Record
    description: RecipeDescription
    estimate: Estimate
    is_running: bool = False
    is_cancelled: bool = False
    place: int = 0
    stage: str = ""
    _sequence: int = 0

    def next_sequence(self) -> int:
        self._sequence += 1
        return self._sequence

    def progress(self, event: Advanced, now: float) -> Progress:
        """The message for a worker's report."""
        self.estimate.advance(event.stage, event.step, event.steps, now)
        self.stage = event.stage
        frames: dict[str, Frame] = {"preview": event.preview} if event.preview is not None else {}
        return Progress(
            frames=frames,
            job_id=self.record.id,
            sequence=self.next_sequence(),
            stage=event.stage,
            step=event.step,
            steps=event.steps,
            fraction=self.estimate.fraction,
            seconds_left=self.estimate.seconds_left,
            note=event.note,
        )

    def waiting(self, place: int) -> Progress:
        """The message for a new place in the queue."""
        self.place = place
        return Progress(job_id=self.record.id, sequence=self.next_sequence(), place=place)


def job_entry(record: Record, live: LiveJob | None, place: int) -> dict[str, Json]:
    """What Pong lists of a job."""
    entry: dict[str, Json] = {
        "job_id": record.id,
        "request_id": record.request_id,
        "recipe": record.recipe,
        "prompt": record.prompt,
        "parameters": record.parameters,
        "seed": record.seed,
        "state": record.state,
        "place": place,
        "stage": live.stage if live else "",
        "fraction": live.estimate.fraction if live else float(record.state == "finished"),
        "seconds_left": live.estimate.seconds_left if live else -1.0,
        "created": record.created,
        "ended": record.ended,
    }
    if record.error is not None:
        entry["error"] = record.error
    if record.result is not None:
        entry["result"] = record.result
    return entry
