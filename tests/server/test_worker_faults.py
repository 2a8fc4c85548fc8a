"""Workers that die, hang, lie and leak: the job is told, the worker replaced, and the next job works."""

import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from maquette.protocol.messages import Cancel, Cancelled, Failed, Finished, Message, Pong, Progress, Unload

from .backend import Backend, Client, eventually, is_gone
from .conftest import Start

PATIENT = {"restarts": 1000}
STALL_S = 0.6


@pytest.fixture(scope="module")
def tough(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    """A server that does not give up on its workers."""
    limits = {**PATIENT, "memory_growth_bytes": 64 << 20}
    with Backend(tmp_path_factory.mktemp("tough") / "data", limits=limits) as backend:
        yield backend


@pytest.fixture(scope="module")
def hasty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Backend]:
    """A server that soon misses the progress of its workers, and does not wait long for their end."""
    limits = {**PATIENT, "stall_s": STALL_S, "cooperate_s": 0.1, "terminate_s": 0.3}
    with Backend(tmp_path_factory.mktemp("hasty") / "data", limits=limits) as backend:
        yield backend


@pytest.fixture
def client(tough: Backend) -> Client:
    return tough.client()


def failed(end: Message, code: str) -> dict[str, object]:
    assert isinstance(end, Failed), end
    assert end.error["code"] == code, end.error
    return dict(end.error)


def only_worker(backend: Backend) -> int:
    assert eventually(lambda: len(backend.worker_pids()) == 1), backend.log()
    return backend.worker_pids()[0]


PHASES = {
    "load": "stage=load sleep=60",
    "first step": "stage=shape:5 sleep=60",
    "midway": "stage=shape:5 step=2 sleep=60",
    "native code": "stage=shape:5 gil=60",
    "finishing": "stage=finish step sleep=60",
    "writing": "stage=finish write=slow",
}


@pytest.mark.parametrize("phase", PHASES)
def test_a_killed_worker_fails_its_job_and_the_next_works(tough: Backend, client: Client, phase: str) -> None:
    job_id = client.submit(PHASES[phase]).job_id
    stage = "shape" if "shape" in PHASES[phase] else PHASES[phase].split()[0].split("=")[1]
    client.wait_for(lambda e: isinstance(e, Progress) and e.job_id == job_id and e.stage == stage)
    time.sleep(0.1)
    os.kill(only_worker(tough), signal.SIGKILL)
    error = failed(client.end_of(job_id), "worker_died")
    assert "SIGKILL" in str(error["message"])
    assert error["remedy"] == "retry"
    assert isinstance(client.run(), Finished)
    assert not [p for p in (tough.data / "jobs").iterdir() if job_id in p.name]


def test_a_worker_killed_while_starting_is_tried_again_with_the_same_job(
    tough: Backend, client: Client
) -> None:
    client.request(Unload(), Pong)
    assert eventually(lambda: not tough.worker_pids())
    job_id = client.submit().job_id
    os.kill(only_worker(tough), signal.SIGKILL)
    assert isinstance(client.end_of(job_id), Finished)


def test_a_worker_killed_while_idle_is_replaced_unnoticed(tough: Backend, client: Client) -> None:
    client.run()
    os.kill(only_worker(tough), signal.SIGKILL)
    assert isinstance(client.run(), Finished)


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("exit=3", "exit code 3"),
        ("signal=SIGSEGV", "SIGSEGV"),
        ("signal=SIGABRT", "SIGABRT"),
        ("exit=0", "0"),
    ],
)
def test_every_kind_of_crash_is_named(client: Client, script: str, said: str) -> None:
    error = failed(client.run(f"stage=load {script}"), "worker_died")
    assert said in str(error["message"])


def test_the_last_words_of_a_worker_are_in_the_error(client: Client) -> None:
    error = failed(client.run("spew=300 exit=1"), "worker_died")
    details = error["details"]
    assert isinstance(details, dict)
    lines = details["stderr"]
    assert isinstance(lines, list)
    assert lines[-2:] == ["the end of the spew", "last words"]
    assert max(len(str(line)) for line in lines) <= 500


def test_a_segmentation_fault_leaves_its_trace_in_the_details(client: Client) -> None:
    error = failed(client.run("signal=SIGSEGV"), "worker_died")
    assert "Segmentation fault" in str(error["details"])


def test_a_stopped_worker_is_noticed_by_its_lack_of_progress(hasty: Backend) -> None:
    client = hasty.client()
    job_id = client.submit("stage=shape sleep=60").job_id
    client.wait_for(lambda e: isinstance(e, Progress) and e.stage == "shape")
    pid = only_worker(hasty)
    os.kill(pid, signal.SIGSTOP)
    error = failed(client.end_of(job_id, patience_s=5), "timed_out")
    assert "stage shape" in str(error["message"])
    assert is_gone(pid)
    assert isinstance(client.run(), Finished)


def test_a_hung_worker_that_ignores_sigterm_is_killed(hasty: Backend) -> None:
    client = hasty.client()
    failed(client.run("ignore_term stage=load gil=60"), "timed_out")
    assert isinstance(client.run(), Finished)


def test_progress_keeps_a_slow_worker_alive(hasty: Backend) -> None:
    assert isinstance(hasty.client().run(f"stage=shape busy={1.7 * STALL_S}"), Finished)


def test_pings_and_cancels_are_answered_while_a_worker_holds_its_gil(start: Start) -> None:
    client = start(limits=PATIENT).client()
    job_id = client.submit("stage=shape gil=60").job_id
    client.wait_for(lambda e: isinstance(e, Progress) and e.stage == "shape")
    for _ in range(20):
        client.status()
        time.sleep(0.002)
    client.request(Cancel(job_id=job_id), Pong)
    assert isinstance(client.end_of(job_id), Cancelled)


@pytest.mark.parametrize("index", range(4))
def test_an_exception_at_any_checkpoint_is_a_typed_error(tough: Backend, client: Client, index: int) -> None:
    steps = ["stage=load", "stage=shape:2", "step", "stage=finish"]
    steps.insert(index, "raise=ValueError")
    pid = only_worker(tough) if isinstance(client.run(), Finished) else 0
    error = failed(client.run(" ".join(steps)), "internal")
    assert error["remedy"] == "retry"
    assert "ValueError" in str(error["message"])
    assert isinstance(error["details"], dict)
    assert "tests.fakes.recipes" in str(error["details"]["where"])
    assert "/home/me" not in str(error)
    assert isinstance(client.run(), Finished)
    assert only_worker(tough) == pid  # an ordinary exception costs no worker


def test_logs_hold_no_paths_of_exceptions(tough: Backend, client: Client) -> None:
    client.run("raise=OSError")
    client.request(Unload(), Pong)
    logs = "".join(path.read_text() for path in (tough.data / "log").iterdir())
    assert "failed with OSError in" in logs
    assert "/home/me" not in logs


def test_a_typed_error_passes_through(client: Client) -> None:
    error = failed(client.run("error=missing_weights"), "missing_weights")
    assert error["message"] == "missing_weights on cue"


def test_running_out_of_memory_is_told_and_the_worker_replaced(tough: Backend, client: Client) -> None:
    client.run()
    pid = only_worker(tough)
    error = failed(client.run("stage=load alloc=100000000"), "out_of_memory")
    assert error["remedy"] == "free_memory"
    assert eventually(lambda: is_gone(pid))
    assert isinstance(client.run(), Finished)


def test_the_address_space_of_a_worker_is_capped(start: Start) -> None:
    client = start(address_space_bytes={"core": 2 << 30}).client()
    failed(client.run("alloc=3000"), "out_of_memory")
    assert isinstance(client.run("alloc=100"), Finished)


def test_memory_that_does_not_come_back_costs_the_worker_its_place(tough: Backend, client: Client) -> None:
    client.request(Unload(), Pong)
    client.run()
    pid = only_worker(tough)
    client.run("keep=100")
    assert only_worker(tough) == pid
    client.run()
    assert eventually(lambda: is_gone(pid))
    assert isinstance(client.run(), Finished)


def test_a_subprocess_of_a_dead_worker_is_ended_too(tough: Backend, client: Client) -> None:
    job_id = client.submit("child stage=shape sleep=60").job_id
    client.wait_for(lambda e: isinstance(e, Progress) and e.stage == "shape")
    pids = tough.worker_pids()
    assert len(pids) == 2
    os.kill(pids[0], signal.SIGKILL)
    failed(client.end_of(job_id), "worker_died")
    assert eventually(lambda: all(map(is_gone, pids)), 5)


def crashing_worker(path: Path) -> list[str]:
    path.write_text("import sys; sys.exit('ImportError: no module named blas')")
    return [sys.executable, str(path)]


def test_a_crash_loop_is_refused_with_the_last_words_and_recovers(start: Start, tmp_path: Path) -> None:
    worker = tmp_path / "worker.py"
    backend = start(worker=crashing_worker(worker))
    client = backend.client()
    error = failed(client.run(), "worker_died")
    assert "again and again" in str(error["message"])
    assert error["remedy"] == "restart_backend"
    assert "no module named blas" in str(error["details"])
    assert backend.log().count("starts for core") == 4  # the first and three more
    failed(client.run(), "worker_died")
    assert backend.log().count("starts for core") == 4
    worker.write_text("import runpy; runpy.run_module('tests.fakes.fake_worker', run_name='__main__')")
    failed(client.run(), "worker_died")
    client.request(Unload(), Pong)
    assert isinstance(client.run(), Finished)


def test_a_crash_loop_is_forgiven_after_a_while(start: Start, tmp_path: Path) -> None:
    limits = {"restarts": 1, "restart_window_s": 1.0}
    client = start(worker=crashing_worker(tmp_path / "worker.py"), limits=limits).client()
    failed(client.run(), "worker_died")
    (tmp_path / "worker.py").write_text(
        "import runpy; runpy.run_module('tests.fakes.fake_worker', run_name='__main__')"
    )
    assert eventually(lambda: isinstance(client.run(), Finished), 10)


def test_a_worker_that_never_gets_ready_is_given_up(start: Start) -> None:
    silent = [sys.executable, "-c", "import time; time.sleep(60)"]
    client = start(worker=silent, limits={"start_s": 0.3, "restarts": 1}).client()
    error = failed(client.run(), "worker_died")
    assert "took too long" in str(error["details"])


def test_a_missing_interpreter_is_one_sentence(start: Start) -> None:
    client = start(worker=["/nonexistent/python"]).client()
    error = failed(client.run(), "worker_died")
    assert error["remedy"] == "install_environment"


@pytest.mark.parametrize("how", ["half", "full", "limit"])
def test_a_result_is_published_whole_or_not_at_all(tough: Backend, client: Client, how: str) -> None:
    end = client.run(f"stage=finish write={how}")
    error = failed(end, "worker_died" if how == "half" else "no_disk_space")
    assert error["remedy"] == ("retry" if how == "half" else "free_disk")
    assert isinstance(end, Failed)
    assert not [p for p in (tough.data / "jobs").iterdir() if end.job_id in p.name]
    client.request(Unload(), Pong)
    assert isinstance(client.run(), Finished)


def test_a_worker_that_floods_its_log_fills_no_disk(start: Start) -> None:
    backend = start()
    client = backend.client()
    assert isinstance(client.run("spew=6000 spew=6000 step spew=6000 step"), Finished)
    client.run("note=after")
    logs = list((backend.data / "log").glob("worker-*.log"))
    assert sum(path.stat().st_size for path in logs) < 16 << 20
