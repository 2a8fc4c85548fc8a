"""One job in this process: what becomes of its result, its errors and its progress."""

import errno
import threading
from pathlib import Path

import numpy as np
import pytest

from maquette.assets import Asset
from maquette.progress import Progress
from maquette.protocol import Json
from maquette.protocol.worker_messages import Broken, Done, Report, Run, Stopped, WorkerMessage
from maquette.recipes import Recipe, Request
from maquette.worker.job import execute
from tests.fakes.recipes import describe, make_asset


def write(asset: Asset, folder: Path) -> dict[str, Json]:
    np.save(folder / "vertices.npy", asset.mesh.vertices)
    return {"files": {"vertices.npy": (folder / "vertices.npy").stat().st_size}}


class Bench:
    """Runs a function as a recipe."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.stop = threading.Event()
        self.reports: list[Report] = []

    def run(self, work: object = None, writer: object = write) -> WorkerMessage:
        def recipe(request: Request, progress: Progress) -> Asset:
            if callable(work):
                work(request, progress)
            return make_asset(request, "")

        run = Run(job_id="job", recipe="script", seed=1, prompt="p", staging=str(self.folder))
        recipes = {"script": Recipe(describe("script", ("prompt",)), recipe)}
        return execute(run, self.stop, self.reports.append, recipes, writer)  # type: ignore[arg-type]


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def broken(message: WorkerMessage, code: str) -> Broken:
    assert isinstance(message, Broken)
    assert message.error["code"] == code
    return message


def test_a_result_is_written_with_its_summary(bench: Bench) -> None:
    done = bench.run()
    assert isinstance(done, Done)
    assert done.memory_bytes > 1 << 20
    assert float(str(done.result["seconds"])) >= 0
    assert sorted(path.name for path in bench.folder.iterdir()) == ["result.json", "vertices.npy"]


def test_progress_is_reported_with_its_kind_of_preview(bench: Bench) -> None:
    def work(request: Request, progress: Progress) -> None:
        progress.stage("load", 3)
        progress.step(2)
        progress.note("n" * 2000)
        progress.preview(b"\x89PNG...")
        progress.preview(b"RIFF....WEBP")

    bench.run(work)
    assert [(r.stage, r.step, r.steps) for r in bench.reports] == [("load", 0, 3)] + [("load", 2, 3)] * 4
    assert len(bench.reports[2].note) == 500
    assert [r.frames["preview"].kind for r in bench.reports[3:]] == ["image/png", "image/webp"]


def test_a_stop_is_honoured_at_the_next_checkpoint_and_after_the_last(bench: Bench) -> None:
    def early(request: Request, progress: Progress) -> None:
        bench.stop.set()
        progress.stage("never")

    assert isinstance(bench.run(early), Stopped)
    assert bench.reports == []
    assert isinstance(bench.run(lambda *_: bench.stop.set()), Stopped)
    assert list(bench.folder.iterdir()) == []


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EFBIG])
def test_a_full_disk_is_told_as_such(bench: Bench, number: int) -> None:
    def writer(asset: Asset, folder: Path) -> dict[str, Json]:
        raise OSError(number, "on cue")

    assert broken(bench.run(writer=writer), "no_disk_space").error["remedy"] == "free_disk"


def test_other_exceptions_tell_their_type_and_place_but_no_words(bench: Bench) -> None:
    def work(request: Request, progress: Progress) -> None:
        raise KeyError("/home/somebody/secret")

    error = broken(bench.run(work), "internal").error
    assert "KeyError" in str(error["message"])
    assert "secret" not in str(error)
    assert "maquette.worker.job:" in str(error["details"])


def test_memory_errors_offer_to_free_memory(bench: Bench) -> None:
    def work(request: Request, progress: Progress) -> None:
        raise MemoryError

    assert broken(bench.run(work), "out_of_memory").error["remedy"] == "free_memory"


def test_a_summary_that_is_no_json_is_an_error_of_the_job(bench: Bench) -> None:
    broken(bench.run(writer=lambda *_: {"files": {}, "size": float("nan")}), "internal")
    broken(bench.run(writer=lambda *_: {"files": np.zeros(3)}), "internal")
