"""The place of one worker: starts it, gives it jobs, judges its progress, ends it, says how each job ended.

    empty -> starting -> idle <-> busy        any of them -> empty when the process is gone

A job that is given while no worker is ready waits here. A worker that dies before it was ever ready is tried
again with the same job, and once more if it dies before the job arrived; one that dies at work has failed it.
"""

import logging
import signal
import time
from collections.abc import Callable
from typing import Literal

from maquette.protocol import MaquetteError
from maquette.protocol.errors import from_json
from maquette.protocol.worker_messages import Begun, Broken, Done, Ready, Report, Run, Stop, WorkerMessage
from maquette.protocol.worker_messages import Stopped as StoppedMessage

from .engine import Advanced, Broke, Event, Stopped, Succeeded, Work, WorkerState
from .supervision import Limits, MemoryWatch, Patience, RestartLimit
from .worker_process import WorkerProcess

_log = logging.getLogger(__name__)


class Slot:
    """At most one worker and one job. Times are monotonic seconds, passed in."""

    def __init__(self, environment: str, spawn: Callable[[], WorkerProcess], limits: Limits) -> None:
        self.environment = environment
        self.worker: WorkerProcess | None = None
        self._spawn = spawn
        self._limits = limits
        self._state: Literal["empty", "starting", "idle", "busy"] = "empty"
        self._work: Work | None = None
        self._heard_at = 0.0  # last sign of progress: started, ready, given a job, report
        self._stage = ""
        self._has_begun = False  # the worker has said that the job arrived
        self._is_second_try = False
        self._cancelled_at: float | None = None
        self._ending_at: float | None = None  # the process is being ended, for another reason than a cancel
        self._verdict: MaquetteError | None = None  # that reason, where the job is to hear of it
        self._last_words: dict[str, object] = {}
        self._memory_bytes = 0
        self._memory = MemoryWatch(limits)
        self._restarts = RestartLimit(limits)
        self._events: list[Event] = []

    @property
    def has_room(self) -> bool:
        return self._work is None

    @property
    def is_ending(self) -> bool:
        """Whether the worker was asked to end, or its job to stop."""
        return self._ending_at is not None or self._cancelled_at is not None

    @property
    def state(self) -> WorkerState | None:
        if self.worker is None:
            return None
        state = "ending" if self._ending_at is not None else self._state
        job_id = self._work.job_id if self._work is not None else ""
        return WorkerState(self.environment, state, self.worker.pid, self._memory_bytes, job_id)

    def start(self, work: Work) -> None:
        """Takes a job; there must be room. A worker that died unnoticed is replaced first."""
        assert self._work is None
        self._work, self._is_second_try = work, False
        now = time.monotonic()
        if self.worker is not None and (code := self.worker.exit_code()) is not None:
            self._buried(self.worker, code, now)
        if self.worker is None:
            self._begin(work, now)
        elif self._state == "idle" and self._ending_at is None:
            self._give(work)

    def cancel(self, job_id: str) -> None:
        """Stops the job if it is here; a second cancel changes nothing."""
        if self._work is None or self._work.job_id != job_id or self._cancelled_at is not None:
            return
        if self._state == "busy" and self.worker is not None:
            self._cancelled_at = time.monotonic()
            self.worker.send(Stop(job_id=job_id))
        else:
            self._work = None
            self._events.append(Stopped(job_id))

    def poll(self, now: float) -> list[Event]:
        """Reads what the worker said, notices its end, and acts on deadlines."""
        if self.worker is None and self._work is not None:
            self._begin(self._work, now)
        elif self.worker is not None:
            for message in self.worker.receive():
                self._take(message, now)
            code = self.worker.exit_code()
            if code is not None:
                self._buried(self.worker, code, now)
            else:
                self._supervise(self.worker, now)
        events, self._events = self._events, []
        return events

    def unload(self) -> None:
        """Ends an idle worker and forgives earlier crashes."""
        self._restarts.recovered()
        if self._state == "idle":
            self._ending_at = time.monotonic()

    def close(self) -> None:
        if self.worker is not None:
            self.worker.close()
            self.worker, self._state = None, "empty"

    def _begin(self, work: Work, now: float) -> None:
        if self._restarts.is_reached(now):
            self._break(work, _refused(self.environment, self._last_words))
            return
        try:
            self.worker = self._spawn()
        except OSError as error:
            self._break(work, _not_started(self.environment, error))
            return
        _log.info("worker %d starts for %s", self.worker.pid, self.environment)
        self._state, self._heard_at = "starting", now

    def _give(self, work: Work) -> None:
        assert self.worker is not None
        self._state, self._stage, self._heard_at = "busy", "", time.monotonic()
        self._has_begun = False
        self.worker.send(
            Run(
                job_id=work.job_id,
                recipe=work.recipe,
                prompt=work.prompt,
                parameters=work.parameters,
                seed=work.seed,
                inputs=str(work.inputs or ""),
                staging=str(work.staging),
                data=str(work.data),
            )
        )

    def _take(self, message: WorkerMessage, now: float) -> None:
        if isinstance(message, Ready):
            self._memory.started(message.memory_bytes)
            self._memory_bytes = message.memory_bytes
            self._state, self._heard_at = "idle", now
            if self._work is not None and self._ending_at is None:
                self._give(self._work)
        elif self._state != "busy" or self._work is None:
            _log.warning("worker %s speaks of no job", self.environment)
        elif isinstance(message, Begun):
            self._has_begun = True
        elif isinstance(message, Report) and message.job_id == self._work.job_id:
            self._heard_at, self._stage = now, message.stage
            preview = message.frames.get("preview")
            self._events.append(
                Advanced(message.job_id, message.stage, message.step, message.steps, message.note, preview)
            )
        elif isinstance(message, Done | Broken | StoppedMessage) and message.job_id == self._work.job_id:
            self._conclude(message, now)

    def _conclude(self, message: Done | Broken | StoppedMessage, now: float) -> None:
        """The orderly end of a job. Who cancelled wants no result, even one that was ready just then."""
        error = from_json(message.error) if isinstance(message, Broken) else None
        if self._cancelled_at is not None or isinstance(message, StoppedMessage):
            self._events.append(Stopped(message.job_id))
        elif error is not None:
            self._events.append(Broke(message.job_id, error))
        elif isinstance(message, Done):
            self._events.append(Succeeded(message.job_id, message.result))
        self._restarts.recovered()
        self._work, self._cancelled_at, self._state = None, None, "idle"
        self._memory_bytes = message.memory_bytes
        out_of_memory = error is not None and error.code == "out_of_memory"
        if out_of_memory or self._memory.should_recycle(message.memory_bytes):
            _log.info("worker of %s is replaced: it holds %d bytes", self.environment, message.memory_bytes)
            self._ending_at = now

    def _supervise(self, worker: WorkerProcess, now: float) -> None:
        silence_s = now - self._heard_at
        if self._ending_at is not None:
            _act(worker, self._limits.patience_with_ending(now - self._ending_at))
        elif self._cancelled_at is not None:
            _act(worker, self._limits.patience_with_cancel(now - self._cancelled_at))
        elif self._state == "starting" and silence_s > self._limits.start_s:
            self._ending_at = now
        elif (
            self._state == "busy"
            and self._work is not None
            and silence_s > self._limits.stall_deadline_s(self._work.learned_s, self._stage)
        ):
            self._ending_at, self._verdict = now, _stalled(self._work, self._stage, silence_s)

    def _buried(self, worker: WorkerProcess, code: int, now: float) -> None:
        """Tells what the end of the process means for its job, and clears the place for the next."""
        work, state, cancelled, verdict = self._work, self._state, self._cancelled_at, self._verdict
        wanted = self._ending_at is not None
        words: dict[str, object] = {"exit": _exit_text(code), "stderr": list(worker.last_lines())}
        worker.close()
        self.worker, self._state = None, "empty"
        self._cancelled_at = self._ending_at = self._verdict = None
        self._memory_bytes = 0
        if state == "busy" and work is not None and cancelled is not None:
            self._work = None
            self._events.append(Stopped(work.job_id))
            return
        if state == "idle":
            _log.info("worker of %s ended while idle (%s)", self.environment, words["exit"])
            return
        _log.warning("worker of %s died while %s (%s)", self.environment, state, words["exit"])
        self._last_words = words | ({"start": "took too long"} if wanted and state == "starting" else {})
        self._restarts.died(now)
        if state == "busy" and work is not None:
            if verdict is None and not self._has_begun and not self._is_second_try:
                self._is_second_try = True  # it was dying when it got the job
            else:
                self._break(work, verdict or _died(work, code, words))

    def _break(self, work: Work, error: MaquetteError) -> None:
        self._work = None
        self._events.append(Broke(work.job_id, error))


def _act(worker: WorkerProcess, patience: Patience) -> None:
    if patience == "terminate":
        worker.terminate()
    elif patience == "kill":
        worker.kill()


def _died(work: Work, code: int, words: dict[str, object]) -> MaquetteError:
    hint = ", often because memory ran out" if code == -getattr(signal, "SIGKILL", 9) else ""
    return MaquetteError(
        "worker_died",
        f"the worker stopped ({_exit_text(code)}{hint}) while it ran {work.recipe}: retry",
        "retry",
        words,
    )


def _stalled(work: Work, stage: str, silence_s: float) -> MaquetteError:
    where = f"in stage {stage}" if stage else "before its first stage"
    return MaquetteError(
        "timed_out",
        f"{work.recipe} made no progress for {silence_s:.0f} s {where}: retry with lower settings",
        "retry",
    )


def _refused(environment: str, words: dict[str, object]) -> MaquetteError:
    return MaquetteError(
        "worker_died",
        f"the {environment} worker stopped again and again ({words.get('exit', 'no exit code')}):"
        " see the details, then restart the backend",
        "restart_backend",
        words,
    )


def _not_started(environment: str, error: OSError) -> MaquetteError:
    return MaquetteError(
        "worker_died",
        f"the {environment} worker cannot be started ({error.strerror}): install the environment again",
        "install_environment",
        {"environment": environment},
    )


def _exit_text(code: int) -> str:
    if code >= 0:
        return f"exit code {code}"
    try:
        return f"signal {signal.Signals(-code).name}"
    except ValueError:
        return f"signal {-code}"
