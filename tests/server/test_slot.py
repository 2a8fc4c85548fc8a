"""A slot with a scripted worker: the moments that real processes reach only by luck."""

import time
from pathlib import Path
from typing import cast

import pytest

from maquette.protocol.worker_messages import Begun, Done, Ready, Report, Run, Stop, WorkerMessage
from maquette.protocol.worker_messages import Stopped as StoppedMessage
from maquette.server.engine import Advanced, Broke, Stopped, Succeeded, Work
from maquette.server.slot import Slot
from maquette.server.supervision import Limits
from maquette.server.worker_process import WorkerProcess


class Script:
    """Says and does what the test tells it to."""

    pid = 1

    def __init__(self) -> None:
        self.says: list[WorkerMessage] = []
        self.heard: list[WorkerMessage] = []
        self.code: int | None = None
        self.is_closed = False
        self.blows: list[str] = []

    def send(self, message: WorkerMessage) -> None:
        self.heard.append(message)

    def receive(self) -> list[WorkerMessage]:
        said, self.says = self.says, []
        return said

    def exit_code(self) -> int | None:
        return self.code

    def terminate(self) -> None:
        self.blows.append("terminate")

    def kill(self) -> None:
        self.blows.append("kill")

    def last_lines(self) -> list[str]:
        return ["last"]

    def close(self) -> None:
        self.is_closed = True


class Stage:
    """A slot and the workers that it has started."""

    def __init__(self) -> None:
        self.workers: list[Script] = []
        self.slot = Slot("core", self.spawn, Limits())

    def spawn(self) -> WorkerProcess:
        self.workers.append(Script())
        return cast("WorkerProcess", self.workers[-1])

    def says(self, *messages: WorkerMessage) -> list[object]:
        self.workers[-1].says.extend(messages)
        return list(self.slot.poll(time.monotonic()))

    def dies(self, code: int = -9) -> list[object]:
        self.workers[-1].code = code
        return list(self.slot.poll(time.monotonic()))


def work(job_id: str = "job") -> Work:
    return Work(job_id, "script", "core", "", {}, 1, None, Path("staging"))


@pytest.fixture
def stage() -> Stage:
    """A worker that has begun a job."""
    stage = Stage()
    stage.slot.start(work())
    assert stage.says(Ready(memory_bytes=1)) == []
    assert isinstance(stage.workers[0].heard[0], Run)
    assert stage.says(Begun(job_id="job")) == []
    return stage


def test_a_result_that_comes_after_the_cancel_is_not_wanted_any_more(stage: Stage) -> None:
    stage.slot.cancel("job")
    assert isinstance(stage.workers[0].heard[-1], Stop)
    assert stage.says(Done(job_id="job", result={})) == [Stopped("job")]
    assert stage.slot.has_room


def test_a_result_with_the_last_breath_counts(stage: Stage) -> None:
    stage.workers[0].says.append(Done(job_id="job", result={"a": 1}))
    assert stage.dies() == [Succeeded("job", {"a": 1})]
    assert stage.workers[0].is_closed


def test_words_about_another_job_are_ignored(stage: Stage) -> None:
    words = [Done(job_id="old"), StoppedMessage(job_id="old"), Report(job_id="old", stage="x")]
    assert stage.says(*words) == []
    assert not stage.slot.has_room
    report = Report(job_id="job", stage="load", step=1, steps=2, note="n")
    assert stage.says(report) == [Advanced("job", "load", 1, 2, "n", None)]


def test_a_job_that_its_worker_never_began_is_tried_once_more(stage: Stage) -> None:
    stage.says(Done(job_id="job"))
    stage.slot.start(work("next"))
    assert stage.dies() == []
    stage.slot.poll(time.monotonic())
    assert len(stage.workers) == 2
    stage.says(Ready())
    (end,) = stage.dies()
    assert isinstance(end, Broke)
    assert end.error.code == "worker_died"


def test_a_job_that_had_begun_is_not_tried_again(stage: Stage) -> None:
    (end,) = stage.dies()
    assert isinstance(end, Broke)
    stage.slot.poll(time.monotonic())
    assert len(stage.workers) == 1


def test_a_dead_idle_worker_is_replaced_before_it_gets_a_job(stage: Stage) -> None:
    stage.says(Done(job_id="job"))
    stage.workers[0].code = 1
    stage.slot.start(work("next"))
    assert len(stage.workers) == 2


def test_a_cancel_escalates_and_ends_with_the_process(stage: Stage) -> None:
    stage.slot.cancel("job")
    now = time.monotonic()
    for elapsed in (0.1, 0.8, 1.6):
        stage.slot.poll(now + elapsed)
    assert stage.workers[0].blows == ["terminate", "kill"]
    assert stage.dies() == [Stopped("job")]


def test_a_cancel_before_the_worker_is_ready_ends_the_job_and_keeps_the_worker() -> None:
    stage = Stage()
    stage.slot.start(work())
    stage.slot.cancel("job")
    assert stage.says(Ready()) == [Stopped("job")]
    assert stage.workers[0].heard == []
    stage.slot.start(work("next"))
    assert len(stage.workers) == 1
    assert isinstance(stage.workers[0].heard[0], Run)
