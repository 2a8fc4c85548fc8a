"""What each message of the server does to the open requests, the jobs and the events."""

import logging
import time

from maquette.protocol import MaquetteError, ProtocolError, RecipeDescription
from maquette.protocol.framing import parse_json
from maquette.protocol.messages import (
    Accepted,
    Cancel,
    Cancelled,
    Describe,
    Failed,
    Fetch,
    Finished,
    Forget,
    Hello,
    Message,
    Pong,
    Progress,
    Recipes,
    Rejected,
    Status,
    Submit,
    Welcome,
    error_of,
)

from . import events
from .exchange import Exchange, Request
from .jobs import JobView, advance, end
from .results import read_result

MAX_LISTED_JOBS = 50  # of one Pong

_logger = logging.getLogger(__name__)


def apply(message: Message, exchange: Exchange) -> None:
    """Takes one message. What it leads to is appended to `exchange.events` and `exchange.requests`."""
    request = exchange.answered(message.tag)
    match message:
        case Welcome():
            _welcomed(message, exchange)
        case Recipes():
            _described(message, exchange)
        case Accepted():
            _accepted(message, exchange)
        case Rejected():
            _rejected(request, error_of(message), exchange)
        case Progress():
            _progressed(message, exchange)
        case Finished() if request is not None and isinstance(request.message, Fetch):
            _fetched(message, request.message.form, exchange)
        case Finished():
            _ended(message.job_id, message, None, exchange)
        case Failed():
            _ended(message.job_id, message, error_of(message), exchange)
        case Cancelled():
            _ended(message.job_id, message, None, exchange)
        case Pong():
            _ponged(message, request, exchange)
        case _:
            _logger.warning("The backend sent %s, which is not for clients", type(message).__name__)


def _welcomed(message: Welcome, exchange: Exchange) -> None:
    if message.nonce != exchange.nonce:
        exchange.refusal = MaquetteError(
            "not_allowed",
            "what answers is not the backend of the connection file: restart it",
            "restart_backend",
        )
        return
    if exchange.is_welcome:
        return  # it was greeted twice, as it took its time
    exchange.is_welcome = True
    exchange.events.append(events.Connected(message.server, message.instance, message.environments))
    exchange.ask(Status(), is_ping=True)


def _described(message: Recipes, exchange: Exchange) -> None:
    try:
        document = parse_json(bytes(message.frames["recipes"].data)) if "recipes" in message.frames else None
        if not isinstance(document, list):
            raise ProtocolError("the list of recipes is not there")
        recipes = tuple(RecipeDescription.from_json(entry) for entry in document)
    except MaquetteError as error:
        exchange.events.append(events.RequestFailed("describe", None, error))
    else:
        exchange.events.append(events.RecipesListed(recipes))


def _accepted(message: Accepted, exchange: Exchange) -> None:
    job = exchange.jobs.find(message.request_id)
    if job is None:
        return  # forgotten meanwhile
    exchange.jobs.accept(job, message)
    exchange.events.append(events.JobChanged(job))
    if job.cancel_wanted and not job.is_over:
        exchange.ask(Cancel(job_id=job.job_id), job)


def _rejected(request: Request | None, error: MaquetteError, exchange: Exchange) -> None:
    if request is None or isinstance(request.message, Hello):
        if exchange.is_welcome:
            _logger.warning("The backend refused something unknown: %s", error.message)
        else:
            exchange.refusal = error
    elif error.code == "not_allowed" and _is_open_to_all(request.message) and not request.was_repeated:
        # The server let this connection go while it did not read, and waits for a greeting.
        exchange.is_welcome = False
        request.turn, request.was_repeated = 0, True
        exchange.requests[request.message.tag] = request
    elif isinstance(request.message, Submit) and request.job is not None:
        if end(request.job, "failed", time.time(), error):
            exchange.events.append(events.JobEnded(request.job))
    elif isinstance(request.message, Status) and request.job is not None:
        _vanished(request.job, exchange)
    else:
        if isinstance(request.message, Cancel) and request.job is not None:
            request.job.cancel_wanted = False  # it may be wanted again
        name = type(request.message).__name__.lower()
        exchange.events.append(events.RequestFailed(name, request.job, error))


def _is_open_to_all(message: Message) -> bool:
    """Whether a server never refuses this to a client that it knows."""
    return isinstance(message, Submit | Describe) or (isinstance(message, Status) and not message.job_id)


def _progressed(message: Progress, exchange: Exchange) -> None:
    job = exchange.jobs.find(message.job_id)
    if job is not None and advance(job, message):
        exchange.events.append(events.JobChanged(job))


def _ended(
    job_id: str, message: Finished | Failed | Cancelled, error: MaquetteError | None, exchange: Exchange
) -> None:
    job = exchange.jobs.find(job_id)
    if job is None:  # another program of this session submitted it; the listing tells the rest
        exchange.ask(Status(), is_ping=True)
        return
    result = message.result if isinstance(message, Finished) else None
    if end(job, type(message).__name__.lower(), time.time(), error, result):
        exchange.events.append(events.JobEnded(job))


def _fetched(message: Finished, form: str, exchange: Exchange) -> None:
    job = exchange.jobs.find(message.job_id)
    if job is None:
        return  # forgotten meanwhile
    _ended(message.job_id, message, None, exchange)
    try:
        asset = read_result(message, form)
    except MaquetteError as error:
        exchange.events.append(events.RequestFailed("fetch", job, error))
    else:
        exchange.events.append(events.AssetFetched(job, asset))


def _ponged(message: Pong, request: Request | None, exchange: Exchange) -> None:
    listed = set()
    for entry in message.jobs:
        job, news = exchange.jobs.update(entry)
        if job is None:
            continue
        listed.add(job.request_id)
        if news == "found":
            exchange.events.append(events.JobFound(job))
        elif news == "changed":
            exchange.events.append(events.JobChanged(job))
        elif news == "ended":
            exchange.events.append(events.JobEnded(job))
    if request is None:
        return
    if isinstance(request.message, Forget) and request.job is not None:
        exchange.jobs.remove(request.job)
        exchange.events.append(events.JobForgotten(request.job))
    elif isinstance(request.message, Status):
        _look_for_missing(request, listed, len(message.jobs), exchange)
        if not request.is_ping:
            exchange.events.append(events.StatusReported(message.workers, message.queue_length))


def _look_for_missing(request: Request, listed: set[str], count: int, exchange: Exchange) -> None:
    """A job that a listing leaves out is asked for if the listing was cut off, and otherwise gone."""
    if request.job is not None:
        if request.job.request_id not in listed:
            _vanished(request.job, exchange)
        return
    asked = {id(other.job) for other in exchange.requests.values() if isinstance(other.message, Status)}
    for job in exchange.jobs.all():
        if not job.job_id or job.is_over or job.request_id in listed:
            continue
        if count < MAX_LISTED_JOBS:
            _vanished(job, exchange)
        elif id(job) not in asked:
            exchange.ask(Status(job_id=job.job_id), job, is_ping=True)


def _vanished(job: JobView, exchange: Exchange) -> None:
    error = MaquetteError("worker_died", "the backend no longer knows this job: submit it again", "retry")
    if end(job, "failed", time.time(), error):
        exchange.events.append(events.JobEnded(job))
