"""What a command says: lines for people, or one JSON object per line for programs; never both."""

import json
import os
import sys
from typing import Any

from maquette.client import JobView
from maquette.protocol import Json, MaquetteError

from .progress_bar import ProgressBar

PULL_WEIGHTS = "pull-weights"  # whose steps are bytes
SHOWN_WORDS = 5  # of the last lines of a process that died


class Output:
    """Results go to standard output; progress, remarks and errors to standard error. `close` it."""

    def __init__(self, as_json: bool) -> None:
        self.as_json = as_json
        self._bar = ProgressBar(sys.stderr)
        self._told: dict[str, int] = {}  # request_id -> notes told

    def event(self, kind: str, /, **values: Json) -> None:
        """One line of JSON, for programs only."""
        if self.as_json:
            self._write(json.dumps({"event": kind, **values}, ensure_ascii=False))

    def line(self, text: str) -> None:
        """A line of the result, for people only."""
        if not self.as_json:
            self._bar.clear()
            self._write(text)

    def remark(self, text: str) -> None:
        """A line beside the result, for people only."""
        if not self.as_json:
            self._bar.clear()
            sys.stderr.write(f"{text}\n")

    def ask(self, question: str) -> bool:
        """Whether a person at the terminal says yes."""
        self._bar.clear()
        sys.stderr.write(f"{question} [y/N] ")
        sys.stderr.flush()
        return sys.stdin.readline().strip().lower() in ("y", "yes")

    def error(self, error: MaquetteError) -> None:
        """The one sentence about what went wrong."""
        details: Any = error.to_json()
        self.event("error", **details)
        self.remark(f"maquette: {error.message}")
        words = error.details.get("stderr")
        for line in words[-SHOWN_WORDS:] if isinstance(words, list) else []:
            self.remark(f"  {line}")

    def progress(self, job: JobView, label: str) -> None:
        """How far a job is, and what was newly noted about it."""
        for note in job.notes[self._told.get(job.request_id, 0) :]:
            self.event("note", job_id=job.job_id, text=note)
            self.remark(note)
        self._told[job.request_id] = len(job.notes)
        if job.is_over:
            return
        self.event(
            "progress",
            job_id=job.job_id,
            state=job.state,
            place=job.place,
            stage=job.stage,
            step=job.step,
            steps=job.steps,
            fraction=round(job.fraction, 4),
            seconds_left=round(job.seconds_left, 1),
        )
        if not self.as_json:
            stage = (
                f"{job.place} before it" if job.state == "queued" and job.place else job.stage or job.state
            )
            amount = (
                f" {job.step / 1e6:.0f} of {job.steps / 1e6:.0f} MB" if job.recipe == PULL_WEIGHTS else ""
            )
            self._bar.show(f"{label}{stage}", job.fraction, job.seconds_left, amount)

    def close(self) -> None:
        """Leaves the cursor at the start of an empty line."""
        self._bar.clear()

    def abandon(self) -> None:
        """Nobody reads standard output any more: the interpreter must not try again at its end."""
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def _write(self, text: str) -> None:
        sys.stdout.write(f"{text}\n")
        sys.stdout.flush()
