"""A soak: hundreds of jobs of all kinds with random cancels and kills, and a count of what went wrong.

Also run by the benchmarks. Everything random comes from one seed.
"""

import contextlib
import os
import random
import signal
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from maquette.protocol.messages import Accepted, Cancel, Message, Submit, pack

from .backend import TERMINAL, Backend, Client

SCRIPTS = (
    "",
    "stage=load step stage=shape:5 step=5 stage=finish",
    "stage=load sleep=0.02 stage=shape busy=0.05",
    "note=hello preview stage=finish",
    "raise=ValueError",
    "error=bad_input",
    "exit=1",
    "signal=SIGSEGV",
    "stage=load deaf=0.1",
    "write=full",
    "write=half",
    "write=lie",
)
WEIGHTS = (12, 10, 8, 8, 4, 4, 1, 1, 3, 2, 1, 1)
WINDOW = 12
KILL_AFTER = (8, 28)  # jobs that end between two kills


@dataclass
class Outcome:
    """What a soak saw. `ends` counts terminal events per job; leaks are counts after minus counts before."""

    jobs: int = 0
    cancels: int = 0
    kills: int = 0
    ends: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    out_of_order: int = 0
    files_leaked: int = 0
    threads_leaked: int = 0
    processes_leaked: int = 0
    memory_grown_bytes: int = 0
    folders_left: int = 0
    seconds: float = 0.0

    @property
    def stuck(self) -> int:
        return self.jobs - len(self.ends)

    @property
    def ended_twice(self) -> int:
        return sum(count > 1 for count in self.ends.values())


def soak(data: Path, jobs: int, seed: int, patience_s: float = 120.0) -> Outcome:
    """Runs the jobs through a server of its own, cancelling and killing at random."""
    chance = random.Random(seed)
    outcome = Outcome()
    with Backend(data, max_queue=1000, limits={"restarts": 10**6}) as backend:
        client = backend.client()
        client.run()
        process = psutil.Process(backend.process.pid)
        before = _census(process)
        started = time.monotonic()
        _Storm(backend, client, chance, outcome).run(jobs, started + patience_s)
        client.run()  # a fresh and working worker, as before
        outcome.seconds = time.monotonic() - started
        after = _census(process)
        outcome.files_leaked = after[0] - before[0]
        outcome.threads_leaked = after[1] - before[1]
        outcome.processes_leaked = after[2] - before[2]
        outcome.memory_grown_bytes = after[3] - before[3]
        outcome.folders_left = sum("." in path.name for path in (data / "jobs").iterdir())
    return outcome


class _Storm:
    """Keeps a window of jobs in flight until all have been submitted and have ended."""

    def __init__(self, backend: Backend, client: Client, chance: random.Random, outcome: Outcome) -> None:
        self._backend = backend
        self._client = client
        self._chance = chance
        self._outcome = outcome
        self._open: set[str] = set()
        self._sequences: dict[str, int] = {}
        self._next_kill = chance.randint(*KILL_AFTER)

    def run(self, jobs: int, deadline: float) -> None:
        awaiting = 0
        while (self._outcome.jobs < jobs or self._open or awaiting) and time.monotonic() < deadline:
            while self._outcome.jobs < jobs and len(self._open) + awaiting < WINDOW:
                self._submit()
                awaiting += 1
            message = self._client.receive(max(0.0, deadline - time.monotonic()))
            awaiting -= isinstance(message, Accepted)
            self._note(message)
            self._meddle()

    def _submit(self) -> None:
        self._outcome.jobs += 1
        script = self._chance.choices(SCRIPTS, WEIGHTS)[0]
        parameters = {"script": script} if script else {}
        request = Submit(request_id=f"r{self._outcome.jobs}", recipe="script", parameters=parameters)  # type: ignore[arg-type]
        self._client.socket.send_multipart(pack(request))

    def _note(self, message: Message) -> None:
        job_id = getattr(message, "job_id", "")
        if isinstance(message, Accepted):
            self._open.add(job_id)
        elif isinstance(message, TERMINAL):
            self._outcome.ends[job_id] += 1
            self._outcome.kinds[type(message).__name__] += 1
            self._open.discard(job_id)
        sequence = getattr(message, "sequence", 0)
        if sequence:
            self._outcome.out_of_order += sequence <= self._sequences.get(job_id, 0)
            self._sequences[job_id] = sequence

    def _meddle(self) -> None:
        if self._open and self._chance.random() < 0.05:
            self._outcome.cancels += 1
            job_id = self._chance.choice(sorted(self._open))
            self._client.socket.send_multipart(pack(Cancel(job_id=job_id)))
        if len(self._outcome.ends) >= self._next_kill:
            self._next_kill += self._chance.randint(*KILL_AFTER)
            self._outcome.kills += 1
            for pid in self._backend.worker_pids():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)


def _census(process: psutil.Process) -> tuple[int, int, int, int]:
    """Open files, threads, children and resident bytes of the server."""
    return (
        process.num_fds(),
        process.num_threads(),
        len(process.children(recursive=True)),
        process.memory_info().rss,
    )
