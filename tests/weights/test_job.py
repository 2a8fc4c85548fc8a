"""Weights through a server: what recipes say of theirs, and a pull as a job with progress and cancel."""

import io
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

pytest.importorskip("huggingface_hub")

from maquette import weights
from maquette.cli import main
from maquette.protocol import RecipeDescription
from maquette.protocol.framing import parse_json
from maquette.protocol.messages import (
    Cancel,
    Cancelled,
    Describe,
    Failed,
    Finished,
    Pong,
    Progress,
    Recipes,
    Rejected,
    Submit,
)
from tests.server.backend import Backend, Client

from .conftest import BOUND, FILES, HUB_ID, LARGE, SIZE, TINY
from .local_hub import LocalHub, Trouble

HALF = len(FILES[LARGE]) // 2

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def backend(data: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Backend]:
    monkeypatch.setattr("tests.server.backend.SERVER", Path(__file__).with_name("server.py"))
    with Backend(data) as started:
        yield started


def pull(client: Client, names: str = TINY) -> str:
    return client.submit(recipe="pull-weights", parameters={"names": names}).job_id


def painter(client: Client) -> RecipeDescription:
    document = client.request(Describe(), Recipes).frames["recipes"]
    described = parse_json(bytes(document.data))
    assert isinstance(described, list)
    return RecipeDescription.from_json(described[1])


def test_a_recipe_is_refused_until_its_weights_are_here(backend: Backend, data: Path) -> None:
    client = backend.client()
    assert not painter(client).weights_here
    refused = client.request(Submit(request_id="a", recipe="paints"), Rejected)
    assert refused.error["code"] == "missing_weights"
    assert refused.error["remedy"] == "pull_weights"
    details = refused.error["details"]
    assert isinstance(details, dict)
    [source] = details.pop("sources")  # type: ignore[misc]
    assert details == {"weights": [TINY], "size_bytes": SIZE, "licences": []}
    assert source["size_bytes"] == SIZE  # type: ignore[index, call-overload]
    assert "`maquette weights pull tiny`" in str(refused.error["message"])

    job = pull(client)
    finished = client.end_of(job)
    assert isinstance(finished, Finished)
    [told] = finished.result["weights"]  # type: ignore[misc, union-attr]
    assert told["hub_id"] == HUB_ID
    assert finished.result["files"] == {"weights.json": (data / "jobs" / job / "weights.json").stat().st_size}
    assert painter(client).weights_here
    last = [event for event in client.events if isinstance(event, Progress)][-1]
    assert (last.stage, last.steps) == ("download", SIZE)
    assert last.fraction == pytest.approx(last.step / SIZE)


def test_a_pull_tells_how_long_it_takes_and_a_cancel_ends_it_at_once(
    backend: Backend, data: Path, hub: LocalHub
) -> None:
    hub.repositories[HUB_ID].troubles[LARGE] = Trouble("hang", at=HALF)
    client = backend.client()
    job = pull(client)
    client.wait_for(lambda event: isinstance(event, Progress) and event.step >= HALF)
    [moving] = [e for e in client.events if isinstance(e, Progress) and e.step >= HALF][:1]
    assert 0 < moving.fraction < 1
    assert moving.seconds_left > 0
    client.request(Cancel(job_id=job), Pong)
    assert isinstance(client.end_of(job), Cancelled)  # while the hub is still silent
    hub.may_go_on.set()
    assert isinstance(client.end_of(pull(client)), Finished)
    assert hub.requests[f"{LARGE}@{HALF}"] == 1


def test_what_goes_wrong_reaches_the_client(backend: Backend, hub: LocalHub) -> None:
    hub.repositories[HUB_ID].token = "hf_other"
    client = backend.client()
    gated = client.end_of(pull(client))
    assert isinstance(gated, Failed)
    assert gated.error["code"] == "gated_weights"
    unknown = client.end_of(pull(client, "nonsense"))
    assert isinstance(unknown, Failed)
    assert unknown.error["code"] == "bad_input"
    assert "'nonsense'" in str(unknown.error["message"])


@pytest.fixture
def command(
    backend: Backend, data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Command:
    """`maquette weights` against that backend: its exit code, and what it said on both streams."""
    monkeypatch.setenv("MAQUETTE_DATA", str(data))
    monkeypatch.setenv("MAQUETTE_CONNECTION", str(backend.connection_file))

    def run(*arguments: str) -> tuple[int, str, str]:
        code = main(("weights", *arguments))
        return (code, *capsys.readouterr())

    return run


def test_the_command_line_lists_and_pulls_what_a_recipe_loads(command: Command) -> None:
    assert command("list", TINY)[1].startswith("tiny                     -")
    code, said, beside = command("pull", "paints")
    assert (code, said) == (0, "tiny is here\n")
    assert f"from {HUB_ID}" in beside
    assert command("list", TINY)[1].startswith("tiny                     here")


def test_the_command_line_finds_damage_and_mends_it(command: Command, data: Path) -> None:
    assert command("pull", TINY)[0] == 0
    assert command("verify")[:2] == (0, "tiny: whole\n")
    (weights.folder(data, TINY) / LARGE).write_bytes(bytes(len(FILES[LARGE])))
    code, said, beside = command("verify")
    assert (code, said) == (3, f"tiny: {LARGE} damaged\n")
    assert "run `maquette weights pull tiny --verify`" in beside
    assert command("pull", TINY, "--verify")[0] == 0
    assert command("verify", TINY)[0] == 0


def test_a_licence_that_binds_is_shown_and_asked_about(
    command: Command, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, _, beside = command("pull", BOUND)  # by a program, which cannot be asked
    assert code == 3
    assert "run `maquette weights pull bound --accept-licence`" in beside
    for answer, expected in (("n", 3), ("y", 0)):
        monkeypatch.setattr("sys.stdin", Keyboard(f"{answer}\n"))
        code, _, beside = command("pull", BOUND)
        assert "bound is under openrail++: https://example.org/licence" in beside
        assert code == expected
    (weights.folder(data, BOUND) / LARGE).unlink()
    assert command("pull", BOUND)[0] == 0  # it was accepted before


class Keyboard(io.StringIO):
    def isatty(self) -> bool:
        return True
