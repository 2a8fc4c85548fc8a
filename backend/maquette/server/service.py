"""What each request means: one handler per message type, in an explicit table.

Requests come with the digest of their session; the return value is the answer. A refusal is a MaquetteError.
"""

import secrets
import time
from collections.abc import Callable
from typing import Final

from maquette.protocol import Frame, Json, MaquetteError
from maquette.protocol.framing import DOCUMENT, dump_json
from maquette.protocol.messages import (
    Accepted,
    Cancel,
    Describe,
    Fetch,
    Finished,
    Forget,
    Message,
    Pong,
    Recipes,
    Shutdown,
    Status,
    Submit,
    Unload,
)
from maquette.protocol.recipe import MAX_SEED

from .engine import Engine
from .estimates import Estimate
from .folders import Folders
from .jobs import Jobs
from .live_job import LiveJob, job_entry
from .settings import Settings
from .store import Record, Store
from .submission import check_installed, checked_parameters, find_recipe, with_weights

Handler = Callable[[str, Message], Message]

_MAX_LISTED: Final = 50


class Service:
    """Answers requests. `should_stop` is set once a client may and did ask the server to end."""

    def __init__(
        self,
        settings: Settings,
        instance: str,
        store: Store,
        folders: Folders,
        engine: Engine,
        jobs: Jobs,
    ) -> None:
        self._settings = settings
        self._instance = instance
        self._store = store
        self._folders = folders
        self._engine = engine
        self._jobs = jobs
        self.should_stop = False
        self.handlers: dict[type[Message], Handler] = {
            Describe: self._describe,
            Submit: self._submit,
            Cancel: self._cancel,
            Status: self._status,
            Fetch: self._fetch,
            Forget: self._forget,
            Unload: self._unload,
            Shutdown: self._shutdown,
        }

    def _describe(self, session: str, request: Message) -> Message:
        known = self._settings.descriptions
        data = self._settings.data
        listing: Json = [with_weights(description, data).to_json() for description in known]
        return Recipes(frames={"recipes": Frame(DOCUMENT, dump_json(listing))})

    def _submit(self, session: str, request: Message) -> Message:
        assert isinstance(request, Submit)
        known = self._store.by_request(session, request.request_id)
        if known is not None:
            return self._accepted(known)
        description = find_recipe(request.recipe, self._settings.descriptions)
        parameters = checked_parameters(request, description)  # before anyone is asked to download for it
        check_installed(description, self._engine.environments(), self._settings.data)
        self._check_room()
        record = self._new_record(session, request, parameters)
        if not self._store.add(record):  # another server took the same request at this very moment
            return self._submit(session, request)
        try:
            self._folders.keep_inputs(record.id, request.frames)
        except MaquetteError:
            self._store.remove(record.id)
            raise
        learned_s = self._store.stage_seconds(description.name)
        estimate = Estimate(description.stages, learned_s, description.seconds)
        self._jobs.add(LiveJob(record, description, estimate))
        return self._accepted(record)

    def _cancel(self, session: str, request: Message) -> Message:
        assert isinstance(request, Cancel)
        record = self._owned(session, request.job_id)
        job = self._jobs.live(record.id)
        if job is not None:
            self._jobs.cancel(job)
        elif not record.is_ended:
            raise MaquetteError(
                "not_allowed", f"job {record.id} runs in another backend: cancel it there", "retry"
            )
        return self._pong([self._owned(session, record.id)])

    def _status(self, session: str, request: Message) -> Message:
        assert isinstance(request, Status)
        if request.job_id:
            return self._pong([self._owned(session, request.job_id)])
        return self._pong(self._store.newest(session, _MAX_LISTED))

    def _fetch(self, session: str, request: Message) -> Message:
        assert isinstance(request, Fetch)
        record = self._owned(session, request.job_id)
        if record.state != "finished" or record.result is None:
            raise MaquetteError(
                "bad_input", f"job {record.id} is {record.state}: only a finished one has a result", "retry"
            )
        frames = self._folders.read(record.id, request.form)
        if request.form not in ("preview", "views"):
            self._store.fetched(record.id, time.time())
        return Finished(frames=frames, job_id=record.id, result=record.result)

    def _forget(self, session: str, request: Message) -> Message:
        assert isinstance(request, Forget)
        record = self._owned(session, request.job_id)
        if not record.is_ended:
            raise MaquetteError(
                "bad_input", f"job {record.id} is {record.state}: cancel it first", "change_input"
            )
        self._jobs.remove(record)
        return self._pong([])

    def _unload(self, session: str, request: Message) -> Message:
        self._engine.unload()
        return self._pong([])

    def _shutdown(self, session: str, request: Message) -> Message:
        if self._settings.headless:
            raise MaquetteError("not_allowed", "this backend serves others too: stop it where it was started")
        if not self._jobs.are_all_of(session):
            raise MaquetteError("not_allowed", "another program's jobs run in this backend: wait for them")
        self.should_stop = True
        return self._pong([])

    def _owned(self, session: str, job_id: str) -> Record:
        """A job of this session. Others look exactly as if they did not exist."""
        record = self._store.get(job_id)
        if record is None or record.session != session:
            raise MaquetteError("not_allowed", f"job {job_id} is not among yours: ask for the status")
        return record

    def _accepted(self, record: Record) -> Accepted:
        job = self._jobs.live(record.id)
        place = job.place if job is not None and not job.is_running else 0
        return Accepted(request_id=record.request_id, job_id=record.id, place=place, seed=record.seed)

    def _check_room(self) -> None:
        waiting = self._jobs.waiting
        if waiting >= self._settings.max_queue:
            raise MaquetteError(
                "queue_full",
                f"{waiting} jobs wait already, as many as this backend takes: wait, or cancel one",
                "retry",
                {"queue_length": waiting},
            )
        if self._folders.free_bytes() < self._settings.minimum_free_bytes:
            needed_mb = self._settings.minimum_free_bytes >> 20
            raise MaquetteError(
                "no_disk_space",
                f"less than {needed_mb} MB are free at {self._folders.data}: free some space there",
                "free_disk",
            )

    def _new_record(self, session: str, request: Submit, parameters: dict[str, Json]) -> Record:
        return Record(
            id=secrets.token_hex(12),
            session=session,
            request_id=request.request_id,
            instance=self._instance,
            recipe=request.recipe,
            prompt=request.prompt,
            parameters=parameters,
            seed=request.seed if request.seed >= 0 else secrets.randbelow(MAX_SEED + 1),
            state="queued",
            created=time.time(),
        )

    def _pong(self, records: list[Record]) -> Pong:
        is_any_waiting = any(record.state == "queued" for record in records)
        places = self._jobs.places() if is_any_waiting else {}  # which takes its time in a long queue
        workers: list[Json] = [dict(vars(worker)) for worker in self._engine.workers()]
        jobs: list[Json] = [
            job_entry(record, self._jobs.live(record.id), places.get(record.id, 0)) for record in records
        ]
        return Pong(jobs=jobs, workers=workers, queue_length=self._jobs.waiting)
