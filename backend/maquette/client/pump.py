"""The non-blocking client: ask and return; what came of it is told by `tick`.

Made for Blender's timer, which may take milliseconds and must never wait: nothing here blocks and no thread
is started. Requests may be made at any time, also while there is no server. They are sent once it has
welcomed this client, and again to the next server if this one dies: a submit carries its own identifier and
runs once.
"""

import logging
import secrets
import time
from collections.abc import Callable, Mapping

import maquette
from maquette.protocol import Frame, Json, MaquetteError, bad_input
from maquette.protocol.messages import Cancel, Describe, Fetch, Forget, Hello, Status, Submit, Unload, pack

from . import replies
from .connection import Connection
from .connection_file import ConnectionInfo, read_connection_file
from .events import Disconnected, Event, JobEnded, JobForgotten
from .exchange import Exchange
from .jobs import JobView, end
from .liveness import Liveness
from .results import FORMS

TICK_BUDGET_S = 0.002  # a tick that is interrupted once stays under ten milliseconds
SEARCH_EVERY_S = 0.5
SUSPECT_AFTER_S = 0.5
OVERDUE_AFTER_S = 2.0

_logger = logging.getLogger(__name__)


class Pump:
    """One session's view of one server at a time. Its owner calls `tick`, and `close` at the end."""

    def __init__(self, session: str, client: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._session, self._client, self._clock = session, client, clock
        self._exchange = Exchange()
        self._info: ConnectionInfo | None = None
        self._connection: Connection | None = None
        self._liveness = Liveness()
        self._searched_at = clock()

    def attach(self, info: ConnectionInfo) -> None:
        """Leaves the present server, if any, and greets another. Returns at once; Connected follows."""
        self.close()
        self._info, self._connection, self._liveness = info, Connection(info), Liveness()
        self._exchange.start_over(info.nonce)
        self._greet()

    def close(self) -> None:
        """Closes the connection. What was asked for waits for the next `attach`."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        self._exchange.is_welcome = False

    # --- requests

    def submit(
        self,
        recipe: str,
        prompt: str = "",
        parameters: Mapping[str, Json] | None = None,
        seed: int = -1,
        frames: Mapping[str, Frame] | None = None,
        request_id: str = "",
    ) -> str:
        """Asks for a job and returns its request_id; Submit lists the frames.

        Submitting one `request_id` again never runs it twice. Raises ProtocolError for what breaks a limit.
        """
        message = Submit(
            request_id=request_id or secrets.token_hex(16),
            recipe=recipe,
            prompt=prompt,
            parameters=dict(parameters or {}),
            seed=seed,
            frames=dict(frames or {}),
        )
        pack(message)  # its limits are told to the caller, not to the next tick
        job = JobView(message.request_id, recipe, prompt, seed, message, created=time.time())
        self._exchange.jobs.add(job)
        self._exchange.ask(message, job)
        return message.request_id

    def cancel(self, key: str) -> None:
        """Cancels a job, however far it is; JobEnded follows. One that is over is left alone."""
        job = self.job(key)
        if job.is_over or job.cancel_wanted:
            return
        job.cancel_wanted = True
        if job.job_id:
            self._exchange.ask(Cancel(job_id=job.job_id), job)
            return
        for tag, request in list(self._exchange.requests.items()):
            if request.job is job and not request.turn:  # no server has seen it
                del self._exchange.requests[tag]
                end(job, "cancelled", time.time())
                self._exchange.events.append(JobEnded(job))

    def fetch(self, key: str, form: str = "arrays") -> None:
        """Asks for the result of a finished job in one of FORMS; AssetFetched or RequestFailed follows."""
        job = self.job(key)
        if form not in FORMS:
            raise bad_input(f"form {form!r} is unknown: use one of {', '.join(FORMS)}")
        if job.state != "finished":
            raise bad_input(f"job {job.request_id} is {job.state}, so that it has no result: wait for it")
        self._exchange.ask(Fetch(job_id=job.job_id, form=form), job)

    def forget(self, key: str) -> None:
        """Deletes a job that is over; JobForgotten or RequestFailed follows."""
        job = self.job(key)
        if not job.is_over:
            raise bad_input(f"job {job.request_id} is {job.state}: cancel it first")
        if job.job_id:
            self._exchange.ask(Forget(job_id=job.job_id), job)
        else:  # no server has it
            self._exchange.jobs.remove(job)
            self._exchange.events.append(JobForgotten(job))

    def describe(self) -> None:
        """Asks for the recipes; RecipesListed follows."""
        self._exchange.ask(Describe())

    def status(self) -> None:
        """Asks how the workers are; StatusReported follows, and the jobs are brought up to date."""
        self._exchange.ask(Status())

    def unload(self) -> None:
        """Asks idle workers to give their memory back."""
        self._exchange.ask(Unload())

    # --- what is known

    @property
    def is_connected(self) -> bool:
        """Whether the server has welcomed this client and answers."""
        return self._exchange.is_welcome and not self._liveness.is_lost

    @property
    def is_busy(self) -> bool:
        """Whether something is awaited, so that ticks should come quickly."""
        waiting = any(not request.is_ping for request in self._exchange.requests.values())
        return waiting or any(not job.is_over for job in self.jobs())

    def jobs(self) -> list[JobView]:
        """Every job of the session, in the order in which they became known."""
        return self._exchange.jobs.all()

    def job(self, key: str) -> JobView:
        """The job of that request_id or job_id. Raises MaquetteError `bad_input` if there is none."""
        job = self._exchange.jobs.find(key)
        if job is None:
            raise bad_input(f"job {key[:64]!a} is unknown: list the jobs")
        return job

    # --- time

    def tick(self, budget_s: float = TICK_BUDGET_S) -> list[Event]:
        """Reads what has arrived, for about `budget_s` at most, sends what waits, and tells what happened."""
        now = self._clock()
        if self._connection is not None:
            self._read(self._connection, budget_s)
            self._judge(now)
        if self._connection is None or self._liveness.is_lost:
            self._search(now)
        self._send(now)
        told = list(self._exchange.events)
        self._exchange.events.clear()
        return told

    def wait(self, timeout_s: float) -> None:
        """Blocks until a tick has something to read or the time is over: for scripts, never for Blender."""
        if self._connection is not None:
            self._connection.wait(timeout_s)
        else:
            time.sleep(timeout_s)

    def _greet(self) -> None:
        self._exchange.is_welcome = False
        hello = Hello(client=self._client, version=maquette.__version__, session=self._session)
        self._exchange.ask(hello)

    def _read(self, connection: Connection, budget_s: float) -> None:
        messages = connection.poll(budget_s)
        if messages and self._liveness.is_lost:
            self._greet()  # it was only silent: what it knows of this client may be old
        if messages:
            self._liveness.heard()
        for message in messages:
            replies.apply(message, self._exchange)
        if self._exchange.refusal is not None:
            self._leave(self._exchange.refusal)

    def _judge(self, now: float) -> None:
        """Pings a silent server, and tells once that it is gone."""
        info, was_lost = self._info, self._liveness.is_lost
        if self._connection is None or info is None:
            return
        self._liveness.look(now)
        if self._liveness.silence_s >= SUSPECT_AFTER_S and not info.is_alive:
            self._liveness.is_lost = True
        if self._liveness.is_lost and not was_lost:
            reason = "does not answer" if info.is_alive else "has stopped"
            error = MaquetteError("worker_died", f"the backend {reason}: restart it", "restart_backend")
            self._exchange.events.append(Disconnected(error))
        elif self._liveness.ping_is_due() or self._exchange.is_overdue(now, OVERDUE_AFTER_S):
            self._exchange.ask(Status(), is_ping=True) if self._exchange.is_welcome else self._greet()

    def _leave(self, refusal: MaquetteError) -> None:
        self.close()
        self._exchange.refusal = None
        self._exchange.events.append(Disconnected(refusal))

    def _search(self, now: float) -> None:
        """Looks whether another server has taken the place of the one that is gone."""
        if self._info is None or now - self._searched_at < SEARCH_EVERY_S:
            return
        self._searched_at = now
        try:
            info = read_connection_file(self._info.path)
        except MaquetteError as error:
            _logger.debug("No backend to return to: %s", error.message)
            return
        if info.nonce != self._info.nonce:
            self.attach(info)

    def _send(self, now: float) -> None:
        if self._connection is None:
            return
        waiting = self._exchange.requests.values()
        if not self._exchange.is_welcome and not any(isinstance(r.message, Hello) for r in waiting):
            self._greet()
        for request in list(self._exchange.requests.values()):
            if not request.turn and (self._exchange.is_welcome or isinstance(request.message, Hello)):
                self._connection.send(request.message)
                self._exchange.sent(request, now)
