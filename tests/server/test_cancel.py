"""Cancelling at every moment of a job: one end, and the next job as if nothing had been. How soon is measured
by the benchmarks.
"""

import secrets
import time
from collections.abc import Iterator

import pytest

from maquette.protocol.messages import (
    Cancel,
    Cancelled,
    Fetch,
    Finished,
    Message,
    Pong,
    Progress,
    Rejected,
    Submit,
    Unload,
    pack,
)

from .backend import TERMINAL, Backend, Client, eventually

COOPERATE_S, TERMINATE_S = 0.3, 0.6  # less than half of what artists' workers get


@pytest.fixture(scope="module")
def backend(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    limits = {"restarts": 1000, "cooperate_s": COOPERATE_S, "terminate_s": TERMINATE_S}
    with Backend(tmp_path_factory.mktemp("cancel") / "data", limits=limits) as backend:
        yield backend


@pytest.fixture
def client(backend: Backend) -> Client:
    return backend.client()


def vertices(client: Client, seed: int) -> bytes:
    end = client.run("", seed=seed)
    assert isinstance(end, Finished)
    return bytes(client.request(Fetch(job_id=end.job_id), Finished).frames["vertices"].data)


def ends_of(client: Client, job_id: str) -> list[Message]:
    client.drain(0.15)
    return [e for e in client.events if isinstance(e, TERMINAL) and e.job_id == job_id]


PHASES = {
    "before its first stage": "sleep=60",
    "in a stage": "stage=load sleep=60",
    "between steps": "stage=shape:3 step busy=60",
    "deaf": "stage=load deaf=60",
    "in native code": "stage=load gil=60",
    "deaf to SIGTERM too": "ignore_term stage=load gil=60",
    "while writing": "stage=load write=slow",
}


@pytest.mark.parametrize("phase", PHASES)
def test_a_cancelled_job_ends_once_and_leaves_no_trace(backend: Backend, client: Client, phase: str) -> None:
    expected = vertices(client, 7)
    job_id = client.submit(PHASES[phase]).job_id
    eventually(lambda: client.status(job_id).jobs[0]["state"] == "running")  # type: ignore[index, call-overload]
    if "stage" in PHASES[phase]:
        client.wait_for(lambda e: isinstance(e, Progress) and e.job_id == job_id and e.stage != "")
    time.sleep(0.05)
    client.request(Cancel(job_id=job_id), Pong)
    assert isinstance(client.end_of(job_id), Cancelled)  # which waits for less than the script does
    assert vertices(client, 7) == expected
    assert len(ends_of(client, job_id)) == 1
    assert not [p for p in (backend.data / "jobs").iterdir() if job_id in p.name]


def test_cancel_before_the_worker_is_ready(client: Client) -> None:
    client.request(Unload(), Pong)
    time.sleep(0.3)
    job_id = client.submit().job_id
    client.request(Cancel(job_id=job_id), Pong)
    assert isinstance(client.end_of(job_id), Cancelled)
    assert isinstance(client.run(), Finished)
    assert len(ends_of(client, job_id)) == 1


def test_cancel_while_waiting(client: Client) -> None:
    first = client.submit("sleep=0.4").job_id
    second = client.submit().job_id
    third = client.submit().job_id
    client.request(Cancel(job_id=second), Pong)
    assert isinstance(client.end_of(second), Cancelled)
    assert isinstance(client.end_of(first), Finished)
    assert isinstance(client.end_of(third), Finished)
    assert len(ends_of(client, second)) == 1


def test_cancel_twice_and_after_the_end(client: Client) -> None:
    job_id = client.submit("sleep=60").job_id
    client.request(Cancel(job_id=job_id), Pong)
    client.request(Cancel(job_id=job_id), Pong)
    assert isinstance(client.end_of(job_id), Cancelled)
    pong = client.request(Cancel(job_id=job_id), Pong)
    assert isinstance(pong.jobs[0], dict)
    assert pong.jobs[0]["state"] == "cancelled"
    assert len(ends_of(client, job_id)) == 1
    done = client.run()
    assert isinstance(done, Finished)
    client.request(Cancel(job_id=done.job_id), Pong)
    assert [type(e) for e in ends_of(client, done.job_id)] == [Finished]
    assert client.request(Fetch(job_id=done.job_id), Finished)


def test_cancel_of_an_unknown_job_is_refused(client: Client) -> None:
    assert client.request(Cancel(job_id="nobody"), Rejected).error["code"] == "not_allowed"


def test_cancel_in_one_breath_with_its_submit(client: Client) -> None:
    """The cancel may overtake everything but the acceptance: whatever happens, there is one end."""
    for _ in range(20):
        request_id = secrets.token_hex(8)
        submit = Submit(tag=1, request_id=request_id, recipe="script")
        client.socket.send_multipart(pack(submit))
        accepted = client.wait_for(lambda e, r=request_id: getattr(e, "request_id", "") == r)  # type: ignore[misc]
        client.socket.send_multipart(pack(Cancel(job_id=accepted.job_id)))  # type: ignore[attr-defined]
    ids = [e.job_id for e in client.drain(0.6) if isinstance(e, TERMINAL)]
    assert len(ids) == len(set(ids)) == 20
