"""The seam between the server and whatever runs its jobs: the local worker pool now, a cluster later.

An engine never blocks: the server's one thread calls `poll` whenever one of its sockets is readable or
`tick_s` has passed, and acts on the events that it returns. Every started job ends in exactly one of
Succeeded, Broke and Stopped, whatever happens to its worker.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import zmq

from maquette.protocol import Frame, Json, MaquetteError


@dataclass(frozen=True)
class Work:
    """One job for an engine. `inputs` is a folder or None; `staging` is an empty folder for the result;
    `data` is the server's folder, where weights lie; `learned_s` says how long each stage usually takes."""

    job_id: str
    recipe: str
    environment: str
    prompt: str
    parameters: dict[str, Json]
    seed: int
    inputs: Path | None
    staging: Path
    data: Path = Path()
    learned_s: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Advanced:
    """The job made progress."""

    job_id: str
    stage: str
    step: int
    steps: int
    note: str
    preview: Frame | None


@dataclass(frozen=True)
class Succeeded:
    """The result lies complete in the staging folder; `result` is its summary."""

    job_id: str
    result: dict[str, Json]


@dataclass(frozen=True)
class Broke:
    """The job ended with an error."""

    job_id: str
    error: MaquetteError


@dataclass(frozen=True)
class Stopped:
    """The job was cancelled, and nothing of it runs any more."""

    job_id: str


Event = Advanced | Succeeded | Broke | Stopped


@dataclass(frozen=True)
class WorkerState:
    """What Pong tells of a worker."""

    environment: str
    state: str  # starting, idle, busy, ending
    pid: int
    memory_bytes: int
    job_id: str


class Engine(Protocol):
    """Runs jobs and reports on them."""

    @property
    def tick_s(self) -> float:
        """How soon `poll` wants to be called again, even if no socket has anything."""

    def environments(self) -> Mapping[str, bool]:
        """Every environment that a recipe may name, and whether it is installed."""

    def has_room(self, environment: str) -> bool:
        """Whether a job given to `start` now would not have to wait for another one."""

    def start(self, work: Work) -> None:
        """Runs a job for which there is room."""

    def cancel(self, job_id: str) -> None:
        """Stops a started job, gently at first; it ends with Stopped even if it was about to succeed."""

    def sockets(self) -> Sequence[zmq.Socket[bytes]]:
        """What to wait on between polls."""

    def poll(self, now: float) -> list[Event]:
        """What has happened since the last call."""

    def unload(self) -> None:
        """Frees the memory of idle workers and forgets earlier crashes."""

    def workers(self) -> list[WorkerState]:
        """The workers there are now."""

    def close(self) -> None:
        """Ends everything at once, within about two seconds."""
