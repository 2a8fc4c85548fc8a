"""The jobs as this client knows them: plain data that a panel can draw, changed by what the server says."""

from dataclasses import dataclass, field

from maquette.protocol import Json, MaquetteError
from maquette.protocol.errors import from_json
from maquette.protocol.messages import STATES, TERMINAL, Accepted, Progress, Submit, is_id

SENDING = "sending"


@dataclass
class JobView:
    """One job. `state` is "sending" until the server has accepted it, then one of protocol STATES.

    Times are seconds since 1970; `seconds_left` is -1 while unknown; `place` counts the jobs before it in the
    queue.
    """

    request_id: str
    recipe: str
    prompt: str
    seed: int = -1
    submit: Submit | None = None  # what was sent, for another try; None for a job of another program
    job_id: str = ""
    state: str = SENDING
    place: int = 0
    stage: str = ""
    step: int = 0
    steps: int = 0
    fraction: float = 0.0
    seconds_left: float = -1.0
    notes: list[str] = field(default_factory=list)
    preview: bytes = b""  # the last picture on the way, encoded
    cancel_wanted: bool = False
    error: MaquetteError | None = None  # of a failed job
    result: dict[str, Json] = field(default_factory=dict)  # of a finished job
    created: float = 0.0
    ended: float = 0.0
    sequence: int = 0

    @property
    def is_over(self) -> bool:
        return self.state in TERMINAL


class JobTable:
    """All jobs of this session, in the order in which they became known."""

    def __init__(self) -> None:
        self._by_request: dict[str, JobView] = {}
        self._by_job: dict[str, JobView] = {}

    def all(self) -> list[JobView]:
        return list(self._by_request.values())

    def find(self, key: str) -> JobView | None:
        """The job of that request_id or job_id."""
        return self._by_request.get(key) or self._by_job.get(key)

    def add(self, job: JobView) -> None:
        self._by_request[job.request_id] = job
        if job.job_id:
            self._by_job[job.job_id] = job

    def remove(self, job: JobView) -> None:
        self._by_request.pop(job.request_id, None)
        self._by_job.pop(job.job_id, None)

    def accept(self, job: JobView, message: Accepted) -> None:
        """The server took the job, now or when it was sent before."""
        job.job_id, job.seed, job.place = message.job_id, message.seed, message.place
        if job.state == SENDING:
            job.state = "queued"
        self._by_job[job.job_id] = job

    def update(self, entry: Json) -> tuple[JobView | None, str]:
        """Takes one entry of a listing: the job and what is new of it: "found", "changed", "ended" or ""."""
        if not isinstance(entry, dict):
            return None, ""
        request_id, job_id, state = (_text(entry, name) for name in ("request_id", "job_id", "state"))
        if state not in STATES or not is_id(job_id):
            return None, ""
        job = self._by_job.get(job_id) or self._by_request.get(request_id)
        is_new = job is None
        if job is None:
            job = JobView(request_id or job_id, _text(entry, "recipe"), _text(entry, "prompt"))
            job.stage, job.fraction = _text(entry, "stage"), _number(entry, "fraction", 0.0)
        was_over, before = job.is_over, (job.state, job.place)
        job.job_id, job.created = job_id, _number(entry, "created", job.created)
        job.seed = int(_number(entry, "seed", job.seed))
        self.add(job)
        if not was_over:
            _follow(job, state, entry)
        if is_new:
            return job, "found"
        if job.is_over and not was_over:
            return job, "ended"
        return job, "changed" if (job.state, job.place) != before else ""


def advance(job: JobView, message: Progress) -> bool:
    """Takes a progress event; False for one that is out of date."""
    if job.is_over or message.sequence <= job.sequence:
        return False
    job.sequence = message.sequence
    job.state = "queued" if message.place else "running"
    job.place, job.stage, job.step, job.steps = message.place, message.stage, message.step, message.steps
    job.fraction = min(1.0, max(0.0, message.fraction))
    job.seconds_left = message.seconds_left
    if message.note and message.note not in job.notes:
        job.notes.append(message.note)
    if "preview" in message.frames:
        job.preview = bytes(message.frames["preview"].data)
    return True


def end(
    job: JobView,
    state: str,
    now: float,
    error: MaquetteError | None = None,
    result: dict[str, Json] | None = None,
) -> bool:
    """Takes a terminal event; False if the job had ended already."""
    if job.is_over:
        return False
    job.state, job.error, job.ended = state, error, now
    job.result = result or {}
    job.seconds_left, job.place = -1.0, 0
    if state == "finished":
        job.fraction = 1.0
    return True


def _follow(job: JobView, state: str, entry: dict[str, Json]) -> None:
    if state not in TERMINAL:
        job.state, job.place = state, int(_number(entry, "place", 0.0))
        return
    result = entry.get("result")
    error = from_json(entry.get("error")) if state == "failed" else None
    end(job, state, _number(entry, "ended", 0.0), error, result if isinstance(result, dict) else None)


def _text(entry: dict[str, Json], name: str) -> str:
    value = entry.get(name)
    return value if isinstance(value, str) else ""


def _number(entry: dict[str, Json], name: str, default: float) -> float:
    value = entry.get(name)
    return value if isinstance(value, int | float) and not isinstance(value, bool) else default
