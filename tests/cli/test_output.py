"""Lines for people, lines for programs, and never the one among the other."""

import io
import json

import pytest

from maquette.cli.output import Output
from maquette.cli.progress_bar import ProgressBar
from maquette.client import JobView
from maquette.protocol import MaquetteError


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def running() -> JobView:
    return JobView("r", "procedural", "a chair", job_id="j", state="running", stage="bake", step=1, steps=4)


def test_a_terminal_gets_one_line_that_is_drawn_over() -> None:
    stream = Terminal()
    bar = ProgressBar(stream)
    bar.show("bake", 0.5, 12.4)
    bar.show("bake", 1.0, -1.0)
    bar.clear()
    drawn = stream.getvalue().split("\r\x1b[K")
    assert drawn == [
        "",
        "[############............]  50% bake, 12 s left",
        "[########################] 100% bake",
        "",
    ]
    assert "\n" not in stream.getvalue()


def test_a_file_gets_one_line_for_each_stage() -> None:
    stream = io.StringIO()
    bar = ProgressBar(stream)
    for stage in ("load", "load", "bake", "bake", "load"):
        bar.show(stage, 0.5, -1.0)
    bar.clear()
    assert stream.getvalue() == "load\nbake\nload\n"


def test_a_narrow_terminal_is_never_wrapped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    stream = Terminal()
    ProgressBar(stream).show("a long stage name", 0.5, 100.0)
    assert len(stream.getvalue().removeprefix("\r\x1b[K")) == 19


def test_programs_get_json_alone(capsys: pytest.CaptureFixture[str]) -> None:
    output = Output(as_json=True)
    job = running()
    job.notes.append("chair: wood, red")
    output.progress(job, "1/2 ")
    output.progress(job, "1/2 ")
    output.line("for people")
    output.remark("for people")
    output.error(MaquetteError("out_of_memory", "too big: choose less", "free_memory"))
    output.close()
    said, beside = capsys.readouterr()
    events = [json.loads(line) for line in said.splitlines()]
    assert [event["event"] for event in events] == ["note", "progress", "progress", "error"]
    assert events[0]["text"] == "chair: wood, red"
    assert events[3]["code"] == "out_of_memory"
    assert beside == ""


def test_people_get_the_result_on_one_stream_and_the_rest_on_the_other(
    capsys: pytest.CaptureFixture[str],
) -> None:
    output = Output(as_json=False)
    job = running()
    job.notes.append("chair: wood, red")
    output.progress(job, "")
    output.progress(job, "")
    output.line("chair.glb")
    output.event("written", path="chair.glb")
    output.error(MaquetteError("worker_died", "it died: restart it", "", {"stderr": list("abcdefg")}))
    output.close()
    said, beside = capsys.readouterr()
    assert said == "chair.glb\n"
    assert beside.splitlines() == [
        "chair: wood, red",
        "bake",
        "maquette: it died: restart it",
        *("  " + c for c in "cdefg"),
    ]
