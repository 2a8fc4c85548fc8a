"""The jobs of this server from their acceptance to their one end: queue, engine, files, records, events.

A job ends exactly once: `_end` is the only way out. Events collect in `take_events`, each with its session.
"""

import logging
import time
from typing import Final

from maquette.protocol import Json, MaquetteError
from maquette.protocol.messages import Cancelled, Failed, Finished, Message

from .engine import Advanced, Broke, Engine, Event, Stopped, Succeeded, Work
from .folders import Folders
from .live_job import LiveJob
from .queue import Queue
from .recovery import backend_stopped
from .store import Record, Store

_PLACES_INTERVAL_S: Final = 0.2  # a long queue that moves quickly is told now and then

_log = logging.getLogger(__name__)


class Jobs:
    """Call `step` whenever the engine may have something. Nothing here waits."""

    def __init__(self, store: Store, folders: Folders, engine: Engine, quota_bytes: int) -> None:
        self._store = store
        self._folders = folders
        self._engine = engine
        self._quota_bytes = quota_bytes
        self._queue = Queue()
        self._live: dict[str, LiveJob] = {}
        self._events: list[tuple[str, Message]] = []
        self._queue_moved = False
        self._places_due = 0.0

    @property
    def waiting(self) -> int:
        """How many jobs wait."""
        return len(self._queue)

    def live(self, job_id: str) -> LiveJob | None:
        """The job, if it waits or runs here."""
        return self._live.get(job_id)

    def places(self) -> dict[str, int]:
        """The place of every job that waits."""
        return dict(self._queue.places())

    def are_all_of(self, session: str) -> bool:
        """Whether nobody else has a job here."""
        return all(job.record.session == session for job in self._live.values())

    def add(self, job: LiveJob) -> None:
        """Queues a job; its place is 0 when it starts at once."""
        record = job.record
        self._live[record.id] = job
        job.place = self._queue.add(record.id, job.description.environment)
        self._start_what_can()
        _log.info("job %s accepted: %s, place %d", record.id, record.recipe, job.place)
        _log.debug("job %s: prompt %r, parameters %r", record.id, record.prompt, record.parameters)

    def cancel(self, job: LiveJob) -> None:
        """Ends a waiting job at once and asks a running one to stop."""
        if self._queue.remove(job.record.id):
            self._queue_moved = True
            self._end(job, "cancelled")
        else:
            job.is_cancelled = True
            self._engine.cancel(job.record.id)

    def remove(self, record: Record) -> None:
        """Deletes an ended job and its files."""
        self._folders.remove(record.id)
        self._store.remove(record.id)

    def step(self) -> None:
        """Acts on what the engine says, starts what can start, and tells the others their places."""
        now = time.monotonic()
        for event in self._engine.poll(now):
            self._on_event(event, now)
        self._start_what_can()
        if self._queue_moved and now >= self._places_due:
            self._places_due = now + _PLACES_INTERVAL_S
            self._tell_places()

    def take_events(self) -> list[tuple[str, Message]]:
        """The events since the last call, each with the session it is for."""
        events, self._events = self._events, []
        return events

    def close(self) -> None:
        """Ends the engine and tells everyone whose job is lost with it."""
        self._engine.close()
        for job in list(self._live.values()):
            self._end(job, "failed", error=backend_stopped())

    def _start_what_can(self) -> None:
        for environment in self._queue.environments():
            while self._engine.has_room(environment):
                job_id = self._queue.take(environment)
                if job_id is None:
                    break
                self._start(self._live[job_id])

    def _start(self, job: LiveJob) -> None:
        record = job.record
        self._queue_moved = True
        try:
            staging = self._folders.prepare(record.id)
            self._store.started(record.id)
        except MaquetteError as error:
            self._end(job, "failed", error=error)
            return
        job.is_running, job.place = True, 0
        self._engine.start(
            Work(
                job_id=record.id,
                recipe=record.recipe,
                environment=job.description.environment,
                prompt=record.prompt,
                parameters=record.parameters,
                seed=record.seed,
                inputs=self._folders.inputs(record.id),
                staging=staging,
                data=self._folders.data,
                learned_s=job.estimate.learned_s,
            )
        )

    def _on_event(self, event: Event, now: float) -> None:
        job = self._live.get(event.job_id)
        if job is None:
            return
        if isinstance(event, Advanced):
            if not job.is_cancelled:
                self._tell(job, job.progress(event, now))
        elif isinstance(event, Succeeded):
            self._succeed(job, event.result, now)
        elif isinstance(event, Broke):
            self._end(job, "failed", error=event.error)
        else:
            assert isinstance(event, Stopped)
            self._end(job, "cancelled")

    def _succeed(self, job: LiveJob, result: dict[str, Json], now: float) -> None:
        """Publishes the files, then records, then announces: a crash in between loses nothing."""
        try:
            size_bytes = self._folders.publish(job.record, result)
        except MaquetteError as error:
            self._end(job, "failed", error=error)
            return
        self._end(job, "finished", result=result, size_bytes=size_bytes)
        job.estimate.close(now)
        try:
            self._store.learn_stages(job.record.recipe, job.estimate.durations_s)
            self._keep_quota()
        except MaquetteError as error:  # the job has ended well; what was learned of it can wait
            _log.warning("after job %s: %s", job.record.id, error)

    def _keep_quota(self) -> None:
        excess = self._store.result_bytes() - self._quota_bytes
        while excess > 0 and (oldest := self._store.oldest_fetched()) is not None:
            _log.info("job %s is removed: results are above the quota", oldest.id)
            self.remove(oldest)
            excess -= oldest.bytes

    def _end(
        self,
        job: LiveJob,
        state: str,
        *,
        error: MaquetteError | None = None,
        result: dict[str, Json] | None = None,
        size_bytes: int = 0,
    ) -> None:
        record = job.record
        del self._live[record.id]
        try:
            self._store.ended(
                record.id, state, time.time(), error=error, result=result, size_bytes=size_bytes
            )
        except MaquetteError as failure:
            _log.error("the end of job %s cannot be recorded: %s", record.id, failure)
            if state == "finished":  # what is not recorded would be lost at the next start
                state, error = "failed", failure
                self._folders.remove(record.id)
        self._folders.clear(record.id)
        _log.info("job %s %s%s", record.id, state, f": {error.code}" if error else "")
        sequence = job.next_sequence()
        if state == "finished":
            self._tell(job, Finished(job_id=record.id, sequence=sequence, result=result or {}))
        elif state == "cancelled":
            self._tell(job, Cancelled(job_id=record.id, sequence=sequence))
        else:
            told = error or backend_stopped()
            self._tell(job, Failed(job_id=record.id, sequence=sequence, error=told.to_json()))

    def _tell(self, job: LiveJob, message: Message) -> None:
        self._events.append((job.record.session, message))

    def _tell_places(self) -> None:
        self._queue_moved = False
        for job_id, place in self._queue.places():
            job = self._live[job_id]
            if job.place != place:
                self._tell(job, job.waiting(place))
