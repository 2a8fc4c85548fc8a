"""How quickly the server answers, notices a death and honours a cancel, whatever the worker does."""

import os
import signal
import statistics
import tempfile
import time
from pathlib import Path

from maquette.protocol.messages import Cancel, Failed, Pong, Progress
from tests.server.backend import Backend, Client
from tests.server.chaos import soak

from .table import Row, at_most

PINGS = 300
KILLS = 10
CANCELS = 40
JOBS = 500
SOAK_SEED = 7


def rows() -> list[Row]:
    """Pings under a held GIL, worker deaths, cancels and the soak."""
    with (
        tempfile.TemporaryDirectory() as folder,
        Backend(Path(folder), limits={"restarts": 10**6}) as backend,
    ):
        client = backend.client()
        client.run()
        idle = _percentile(_pings(client), 0.99)
        return [
            _ping_row(client, idle),
            at_most("worker killed until failed", _kills(backend, client), "s", 1.0, f"worst of {KILLS}"),
            at_most("cancel until cancelled, p95", _cancels(client), "s", 1.0, f"{CANCELS} jobs, all phases"),
            *_soak_rows(),
        ]


def _ping_row(client: Client, idle_ms: float) -> Row:
    job = client.submit("stage=shape:5 gil=30")
    client.wait_for(lambda e: isinstance(e, Progress) and e.job_id == job.job_id and e.stage == "shape")
    held = _percentile(_pings(client), 0.99)
    client.request(Cancel(job_id=job.job_id), Pong)
    client.end_of(job.job_id)
    return at_most(
        "ping p99 while a worker holds its GIL", held, "ms", 50.0, f"idle worker: {idle_ms:.2f} ms"
    )


def _pings(client: Client) -> list[float]:
    """Milliseconds of each round trip."""
    times = []
    for _ in range(PINGS):
        started = time.perf_counter()
        client.status()
        times.append((time.perf_counter() - started) * 1e3)
        time.sleep(0.002)
    return times


def _kills(backend: Backend, client: Client) -> float:
    """Seconds from SIGKILL until the client has read `failed`, the worst."""
    worst = 0.0
    for _ in range(KILLS):
        job = client.submit("stage=shape:5 sleep=60")
        client.wait_for(
            lambda e, i=job.job_id: isinstance(e, Progress) and e.job_id == i and e.stage == "shape"
        )
        started = time.perf_counter()
        for pid in backend.worker_pids():
            os.kill(pid, signal.SIGKILL)
        assert isinstance(client.end_of(job.job_id), Failed)
        worst = max(worst, time.perf_counter() - started)
    return worst


def _cancels(client: Client) -> float:
    """Seconds from cancel to `cancelled`, 95th percentile, over all phases of a job."""
    times = []
    scripts = ("stage=load sleep=60", "stage=shape:9 step=3 busy=60", "stage=finish deaf=0.4 sleep=60", "")
    for number in range(CANCELS):
        job = client.submit(scripts[number % len(scripts)] or "stage=load sleep=60")
        time.sleep(0.02 * (number % 7))
        started = time.perf_counter()
        client.request(Cancel(job_id=job.job_id), Pong)
        client.end_of(job.job_id)
        times.append(time.perf_counter() - started)
    return _percentile(times, 0.95)


def _soak_rows() -> list[Row]:
    with tempfile.TemporaryDirectory() as folder:
        outcome = soak(Path(folder), JOBS, SOAK_SEED)
    told = f"{outcome.cancels} cancels, {outcome.kills} kills, {outcome.seconds:.0f} s"
    leaks = outcome.files_leaked + outcome.threads_leaked + outcome.processes_leaked + outcome.folders_left
    return [
        at_most(f"{JOBS} jobs: stuck or ended twice", outcome.stuck + outcome.ended_twice, "jobs", 0, told),
        at_most(f"{JOBS} jobs: leaked", leaks, "items", 0, "files, threads, processes, folders before"),
    ]


def _percentile(values: list[float], share: float) -> float:
    return statistics.quantiles(values, n=100, method="inclusive")[round(share * 100) - 1]
