"""The blocking client for scripts.

with connect(data_dir, command) as client:
    job = client.submit("procedural", "a red wooden chair")
    for event in job.events():
        ...
    asset = job.result("glb")
"""

import contextlib
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from maquette.protocol import Frame, Json, MaquetteError, RecipeDescription
from maquette.settings import Settings

from .events import (
    AssetFetched,
    Connected,
    Disconnected,
    Event,
    JobChanged,
    JobForgotten,
    RecipesListed,
    RequestFailed,
    StatusReported,
)
from .jobs import JobView
from .launcher import Backend
from .pump import Pump
from .results import FetchedAsset
from .session import load_session

ANSWER_TIMEOUT_S = 30.0
FETCH_TIMEOUT_S = 120.0
CANCEL_TIMEOUT_S = 15.0
_WAIT_S = 0.1

_E = TypeVar("_E", bound=Event)


@contextlib.contextmanager
def connect(
    data_dir: Path,
    command: Sequence[str] = (),
    connection_file: Path | None = None,
    name: str = "script",
    timeout_s: float = 60.0,
) -> "Iterator[Client]":
    """A client of the server behind `connection_file`, or else of a private one that `command` starts.

    At the end a private server is stopped. Ctrl-C cancels the jobs that were submitted here. Raises
    MaquetteError where there is no server, or none that answers within `timeout_s`.
    """
    places = Settings(data_dir)
    session = load_session(places.session_file)
    if connection_file is not None:
        backend = Backend.attach(connection_file)
    else:
        backend = Backend.start(command, data_dir, places.log_dir)
    try:
        info = backend.wait_ready(timeout_s)
        with contextlib.closing(Pump(session, name)) as pump:
            client = Client(pump, backend)
            pump.attach(info)
            client.wait_for(Connected, timeout_s=timeout_s)
            try:
                yield client
            except KeyboardInterrupt:
                client.cancel_all()
                raise
    finally:
        backend.stop()


class Client:
    """Waits for what a Pump brings, and raises as MaquetteError what goes wrong."""

    def __init__(self, pump: Pump, backend: Backend) -> None:
        self.pump, self._backend = pump, backend
        self._of_jobs: defaultdict[str, deque[Event]] = defaultdict(deque)
        self._others: deque[Event] = deque()

    def submit(
        self,
        recipe: str,
        prompt: str = "",
        parameters: Mapping[str, Json] | None = None,
        seed: int = -1,
        frames: Mapping[str, Frame] | None = None,
        request_id: str = "",
    ) -> "Job":
        """Asks for a job and returns before it is accepted. See `Pump.submit`."""
        return self.job(self.pump.submit(recipe, prompt, parameters, seed, frames, request_id))

    def job(self, key: str) -> "Job":
        """The handle of a known job, by its request_id or job_id."""
        return Job(self, self.pump.job(key))

    def jobs(self) -> list[JobView]:
        """Every job of the session, brought up to date."""
        self.status()
        return self.pump.jobs()

    def status(self) -> StatusReported:
        self.pump.status()
        return self.wait_for(StatusReported)

    def recipes(self) -> tuple[RecipeDescription, ...]:
        self.pump.describe()
        return self.wait_for(RecipesListed).recipes

    def cancel_all(self) -> None:
        """Cancels every job that was submitted through this client, and waits until they are over."""
        mine = [job for job in self.pump.jobs() if job.submit is not None and not job.is_over]
        for job in mine:
            self.pump.cancel(job.request_id)
        for job in mine:
            self.step_until(lambda job=job: job.is_over, CANCEL_TIMEOUT_S, "the cancel")  # type: ignore[misc]

    def wait_for(self, kind: type[_E], job: JobView | None = None, timeout_s: float = ANSWER_TIMEOUT_S) -> _E:
        """The next event of a kind, of one job or of none; a RequestFailed that comes instead is raised."""
        waiting = self._others if job is None else self._of_jobs[job.request_id]
        found: list[Event] = []

        def arrived() -> bool:
            while waiting and not found:
                event = waiting.popleft()
                if isinstance(event, kind | RequestFailed):
                    found.append(event)
            return bool(found)

        self.step_until(arrived, timeout_s, kind.__name__)
        event = found[0]
        if isinstance(event, kind):
            return event
        assert isinstance(event, RequestFailed)
        raise event.error

    def step_until(self, is_met: Callable[[], bool], timeout_s: float | None, what: str) -> None:
        """Reads events until a condition holds; raises MaquetteError `timed_out` when it does not in time."""
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        while not is_met():
            if deadline is not None and time.monotonic() > deadline:
                raise MaquetteError("timed_out", f"{what} did not come within {timeout_s:g} seconds", "retry")
            self._step()

    def has_news(self, job: JobView) -> bool:
        """Whether events of a job were read and not taken yet."""
        return bool(self._of_jobs[job.request_id])

    def take(self, job: JobView) -> list[Event]:
        """The events of a job that were read and not taken yet."""
        events = list(self._of_jobs[job.request_id])
        self._of_jobs[job.request_id].clear()
        return events

    def _step(self) -> None:
        events = self.pump.tick(budget_s=1.0)
        for event in events:
            job = getattr(event, "job", None)
            if isinstance(event, Disconnected):
                raise self._backend.reason_of_death() or event.error
            if isinstance(job, JobView):
                self._sort(self._of_jobs[job.request_id], event)
            else:
                self._others.append(event)
        if events:
            return
        death = self._backend.reason_of_death()
        if death is not None:
            raise death
        self.pump.wait(_WAIT_S)

    @staticmethod
    def _sort(waiting: deque[Event], event: Event) -> None:
        """A JobChanged shows the job as it is: two in a row say no more than one."""
        if not (waiting and isinstance(event, JobChanged) and isinstance(waiting[-1], JobChanged)):
            waiting.append(event)


class Job:
    """One job. `view` is brought up to date while events are read."""

    def __init__(self, client: Client, view: JobView) -> None:
        self._client, self.view = client, view

    def events(self, timeout_s: float | None = None) -> Iterator[Event]:
        """JobChanged as it comes, until JobEnded. Raises MaquetteError `timed_out` or `worker_died`."""
        deadline = None if timeout_s is None else time.monotonic() + timeout_s
        while not self.view.is_over:
            left = None if deadline is None else deadline - time.monotonic()
            self._client.step_until(lambda: self._client.has_news(self.view), left, "the end of the job")
            yield from self._client.take(self.view)
        yield from self._client.take(self.view)

    def wait(self, timeout_s: float | None = None) -> JobView:
        """Waits until the job is over, however it ended."""
        self._client.step_until(lambda: self.view.is_over, timeout_s, "the end of the job")
        return self.view

    def result(self, form: str = "arrays", timeout_s: float | None = None) -> FetchedAsset:
        """Waits for the job and fetches what it made. Raises its error where it failed or was cancelled."""
        self.wait(timeout_s)
        if self.view.state == "cancelled":
            raise MaquetteError(
                "cancelled", f"job {self.view.job_id} was cancelled: submit it again", "retry"
            )
        if self.view.error is not None:
            raise self.view.error
        self._client.take(self.view)
        self._client.pump.fetch(self.view.request_id, form)
        return self._client.wait_for(AssetFetched, self.view, FETCH_TIMEOUT_S).asset

    def cancel(self, timeout_s: float = CANCEL_TIMEOUT_S) -> JobView:
        """Cancels the job and waits until it is over; it may have finished meanwhile. Raises the refusal."""
        self._client.take(self.view)
        self._client.pump.cancel(self.view.request_id)
        view = self.view
        self._client.step_until(lambda: view.is_over or not view.cancel_wanted, timeout_s, "the cancel")
        if not view.is_over:
            raise self._client.wait_for(RequestFailed, view).error
        return view

    def forget(self) -> None:
        """Deletes the job and its files; it must be over."""
        self._client.take(self.view)
        self._client.pump.forget(self.view.request_id)
        self._client.wait_for(JobForgotten, self.view)
