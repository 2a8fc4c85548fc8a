"""The engine of one machine: one worker process per environment, started when first needed and replaced when
it crashes, hangs, ignores a cancel or keeps its memory."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

import zmq

from .authentication import Doorkeeper
from .engine import Event, Work, WorkerState
from .settings import ENVIRONMENTS
from .slot import Slot
from .supervision import Limits
from .worker_process import WorkerProcess

_ENDING_TICK_S: Final = 0.02  # the end of a process is an event of no socket
_BUSY_TICK_S: Final = 0.1
_IDLE_TICK_S: Final = 0.5


class LocalEngine:
    """Implements `engine.Engine` with child processes."""

    def __init__(
        self,
        context: zmq.Context[zmq.Socket[bytes]],
        doorkeeper: Doorkeeper,
        commands: Mapping[str, Sequence[str]],
        limits: Limits,
        address_space_bytes: Mapping[str, int],
        log_path: Path,
    ) -> None:
        def slot(environment: str) -> Slot:
            command, size_bytes = commands[environment], address_space_bytes.get(environment, 0)
            return Slot(
                environment,
                lambda: WorkerProcess(context, doorkeeper, command, log_path, size_bytes),
                limits,
            )

        self._slots = {environment: slot(environment) for environment in commands}

    @property
    def tick_s(self) -> float:
        slots = self._slots.values()
        if any(slot.is_ending for slot in slots):
            return _ENDING_TICK_S
        return _BUSY_TICK_S if any(not slot.has_room for slot in slots) else _IDLE_TICK_S

    def environments(self) -> Mapping[str, bool]:
        return {environment: environment in self._slots for environment in ENVIRONMENTS}

    def has_room(self, environment: str) -> bool:
        return self._slots[environment].has_room

    def start(self, work: Work) -> None:
        self._slots[work.environment].start(work)

    def cancel(self, job_id: str) -> None:
        for slot in self._slots.values():
            slot.cancel(job_id)

    def sockets(self) -> Sequence[zmq.Socket[bytes]]:
        return [slot.worker.socket for slot in self._slots.values() if slot.worker is not None]

    def poll(self, now: float) -> list[Event]:
        return [event for slot in self._slots.values() for event in slot.poll(now)]

    def unload(self) -> None:
        for slot in self._slots.values():
            slot.unload()

    def workers(self) -> list[WorkerState]:
        return [state for slot in self._slots.values() if (state := slot.state) is not None]

    def close(self) -> None:
        for slot in self._slots.values():
            slot.close()
