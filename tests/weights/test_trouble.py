"""What hubs, networks and disks do to a pull: it goes on, turns to a mirror, or says what to do."""

import hashlib
import shutil
import subprocess
import sys
import threading
import time
from collections import namedtuple
from collections.abc import Callable
from pathlib import Path

import pytest

pytest.importorskip("huggingface_hub")

from maquette import weights
from maquette.progress import CancelledError, Progress
from maquette.protocol import MaquetteError
from maquette.weights import registry
from maquette.weights.digest import Listed
from maquette.weights.pull import pull
from maquette.weights.registry import Source
from maquette.weights.transfer import partial_path
from maquette.weights.verify import verify

from .conftest import FILES, HUB_ID, LARGE, SIZE, SMALL, TINY, entry
from .local_hub import COMMIT, LocalHub, Trouble

HALF = len(FILES[LARGE]) // 2


def refusal(data: Path) -> MaquetteError:
    with pytest.raises(MaquetteError) as caught:
        pull(data, [TINY])
    assert not weights.is_here(data, TINY)
    return caught.value


def test_a_line_that_is_cut_at_half_goes_on_from_there(hub: LocalHub, data: Path) -> None:
    hub.repositories[HUB_ID].troubles[LARGE] = Trouble("cut", at=HALF)
    pull(data, [TINY])
    assert weights.is_here(data, TINY)
    assert hub.requests[f"{LARGE}@{HALF}"] == 1
    assert hub.sent_bytes == SIZE


def test_a_pull_that_gave_up_goes_on_in_the_next_one(hub: LocalHub, data: Path) -> None:
    troubles = hub.repositories[HUB_ID].troubles
    troubles[LARGE] = Trouble("status", left=99, status=503)
    leave_partial(data, FILES[LARGE][:HALF])
    error = refusal(data)
    assert (error.code, error.remedy) == ("missing_weights", "retry")
    assert "the hub is busy (503): run `maquette weights pull tiny` later" in error.message
    del troubles[LARGE]
    pull(data, [TINY])
    assert weights.is_here(data, TINY)
    assert hub.sent_bytes == SIZE - HALF


def test_a_pull_that_was_killed_at_half_goes_on(hub: LocalHub, data: Path) -> None:
    hub.repositories[HUB_ID].troubles[LARGE] = Trouble("hang", at=HALF)
    puller = start_puller(data, hub)
    wait_until(lambda: partial_bytes(data) == HALF)
    puller.kill()
    puller.communicate()
    hub.may_go_on.set()
    reports: list[int] = []
    pull(data, [TINY], Progress(lambda stage, step, steps, note, preview: reports.append(steps)))
    assert weights.is_here(data, TINY)
    assert hub.requests[f"{LARGE}@{HALF}"] == 1
    assert reports[-1] == len(FILES[LARGE]) - HALF


@pytest.mark.parametrize("kind", ["short", "long", "garbage"])
def test_a_file_of_the_wrong_size_or_content_is_refused_and_not_kept(
    hub: LocalHub, data: Path, kind: str
) -> None:
    hub.repositories[HUB_ID].troubles[LARGE] = Trouble(kind, left=99)
    error = refusal(data)
    assert (error.code, error.remedy) == ("missing_weights", "retry")
    assert LARGE in error.message
    assert not list((data / "weights").rglob("*.safetensors*"))


def test_bytes_of_a_damaged_start_are_fetched_anew(hub: LocalHub, data: Path) -> None:
    leave_partial(data, bytes(HALF))
    done: list[int] = []
    pull(data, [TINY], Progress(lambda stage, step, steps, note, preview: done.append(step)))
    assert (weights.folder(data, TINY) / LARGE).read_bytes() == FILES[LARGE]
    assert done != sorted(done), "progress does not hide that it began anew"


def test_a_hub_without_ranges_sends_all_and_the_start_is_skipped(hub: LocalHub, data: Path) -> None:
    leave_partial(data, FILES[LARGE][:HALF])
    hub.repositories[HUB_ID].troubles[LARGE] = Trouble("whole")
    pull(data, [TINY])
    assert (weights.folder(data, TINY) / LARGE).read_bytes() == FILES[LARGE]
    assert hub.requests[LARGE] == 1


@pytest.mark.parametrize("status", [408, 429, 500, 503])
@pytest.mark.parametrize("path", ["", LARGE], ids=["listing", "file"])
def test_a_busy_hub_is_asked_again(hub: LocalHub, data: Path, status: int, path: str) -> None:
    hub.repositories[HUB_ID].troubles[path] = Trouble("status", left=2, status=status)
    pull(data, [TINY])
    assert weights.is_here(data, TINY)


@pytest.mark.parametrize(("status", "code"), [(401, ""), (403, "GatedRepo"), (401, "GatedRepo")])
@pytest.mark.parametrize("path", ["", LARGE], ids=["listing", "file"])
def test_who_is_not_let_in_is_told_to_log_in(
    hub: LocalHub, data: Path, status: int, code: str, path: str
) -> None:
    hub.repositories[HUB_ID].troubles[path] = Trouble("status", left=99, status=status, code=code)
    error = refusal(data)
    assert (error.code, error.remedy) == ("gated_weights", "pull_weights")
    assert "run `hf auth login`, then `maquette weights pull tiny`" in error.message
    assert HUB_ID in error.message


def test_a_token_lets_in(hub: LocalHub, data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hub.repositories[HUB_ID].token = "hf_mine"
    assert refusal(data).code == "gated_weights"
    monkeypatch.setenv("MAQUETTE_HUB_TOKEN", "hf_mine")
    pull(data, [TINY])
    assert weights.is_here(data, TINY)


def test_a_repository_that_is_gone_is_named(hub: LocalHub, data: Path) -> None:
    del hub.repositories[HUB_ID]
    error = refusal(data)
    assert (error.code, error.remedy) == ("missing_weights", "retry")
    assert f"{HUB_ID} is not on the hub (404)" in error.message


@pytest.mark.parametrize("loss", ["repository", "revision", "file", "listed file", "content", "gated"])
def test_a_mirror_steps_in(hub: LocalHub, data: Path, monkeypatch: pytest.MonkeyPatch, loss: str) -> None:
    mirrored = entry(sources=(Source(HUB_ID, COMMIT), Source("else/tiny", "main")))
    monkeypatch.setitem(registry.REGISTRY, TINY, mirrored)  # type: ignore[arg-type]
    other = "d00d" * 10
    hub.add("else/tiny", FILES, commit=other)
    if loss == "repository":
        del hub.repositories[HUB_ID]
    elif loss == "revision":
        hub.repositories[HUB_ID].commit = "f00d" * 10
    elif loss == "file":
        hub.repositories[HUB_ID].troubles[LARGE] = Trouble("status", 99, 404, "EntryNotFound")
    elif loss == "listed file":
        del hub.repositories[HUB_ID].files[SMALL]
    elif loss == "content":
        hub.repositories[HUB_ID].files[LARGE] = bytes(len(FILES[LARGE]))
    else:
        hub.repositories[HUB_ID].token = "hf_other"
    [told] = pull(data, [TINY])
    assert isinstance(told, dict)
    assert (told["hub_id"], told["revision"]) == ("else/tiny", other)
    assert loss == "file" or hub.requests[LARGE] == 1  # what is listed as another is not even begun
    assert (weights.folder(data, TINY) / LARGE).read_bytes() == FILES[LARGE]


def test_a_renamed_repository_is_followed(hub: LocalHub, data: Path) -> None:
    hub.repositories["new-name/tiny"] = hub.repositories[HUB_ID]
    hub.add(HUB_ID, {}, moved_to="new-name/tiny")
    [told] = pull(data, [TINY])
    assert isinstance(told, dict)
    assert told["hub_id"] == "new-name/tiny"


@pytest.mark.parametrize("path", ["../escape.safetensors", "/etc/passwd", "a\\b", ".ssh/key", "a/../../b"])
def test_a_path_that_leads_out_is_refused(
    hub: LocalHub, data: Path, monkeypatch: pytest.MonkeyPatch, path: str
) -> None:
    hub.repositories[HUB_ID].files[path] = b"evil"
    anything = entry(files=(registry.File("*"),))
    monkeypatch.setitem(registry.REGISTRY, TINY, anything)  # type: ignore[arg-type]
    assert "lists a file that is called" in refusal(data).message
    assert hub.sent_bytes == 0


def test_a_small_file_that_is_not_the_published_one_is_refused(hub: LocalHub, data: Path) -> None:
    hub.repositories[HUB_ID].files[SMALL] = b'{"layers": 3}'
    assert f"{SMALL} is another one than was published" in refusal(data).message


def test_an_answer_that_is_no_listing_is_refused(
    hub: LocalHub, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for answer in ([], {}, {"sha": 3, "siblings": []}, {"sha": COMMIT, "siblings": [{"rfilename": "x"}]}):
        monkeypatch.setattr("tests.weights.local_hub.listing", lambda *_, answer=answer: answer)
        assert "listed in a way that cannot be read" in refusal(data).message


def test_nothing_that_answers_is_told_as_such(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for address in ("http://127.0.0.1:9", "http://[", "nonsense"):
        monkeypatch.setenv("MAQUETTE_HUB", address)
        error = refusal(data)
        assert (error.code, error.remedy) == ("missing_weights", "retry")
        assert "cannot be reached" in error.message


@pytest.mark.parametrize("name", ["MAQUETTE_OFFLINE", "HF_HUB_OFFLINE"])
def test_offline_names_the_exact_command(
    hub: LocalHub, data: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "1")
    error = refusal(data)
    assert error.code == "missing_weights"
    assert "run `maquette weights pull tiny`" in error.message
    assert not hub.requests


def test_too_little_room_is_told_before_anything_comes(
    hub: LocalHub, data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(1 << 40, 0, (512 << 20) + SIZE - 1))
    error = refusal(data)
    assert (error.code, error.remedy) == ("no_disk_space", "free_disk")
    assert "0.5 GB are needed" in error.message
    assert hub.sent_bytes == 0
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage(1 << 40, 0, (512 << 20) + SIZE))
    pull(data, [TINY])


def test_a_disk_that_fills_up_on_the_way_keeps_what_came(hub: LocalHub, data: Path) -> None:
    resource = pytest.importorskip("resource")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (HALF, hard))
    try:
        error = refusal(data)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (error.code, error.remedy) == ("no_disk_space", "free_disk")
    assert partial_bytes(data) == HALF
    pull(data, [TINY])
    assert hub.requests[f"{LARGE}@{HALF}"] == 1


def test_a_cancel_is_heard_between_two_pieces_and_keeps_what_came(hub: LocalHub, data: Path) -> None:
    progress = Progress(is_cancelled=lambda: partial_bytes(data) > 0)
    with pytest.raises(CancelledError):
        pull(data, [TINY], progress)
    assert 0 < partial_bytes(data) < len(FILES[LARGE])
    pull(data, [TINY])
    assert hub.sent_bytes < SIZE + len(FILES[LARGE])


def test_of_two_pulls_at_once_one_fetches(hub: LocalHub, data: Path) -> None:
    hub.repositories[HUB_ID].troubles[LARGE] = Trouble("hang", at=HALF)
    pullers = [start_puller(data, hub) for _ in range(2)]
    wait_until(lambda: partial_bytes(data) == HALF)
    threading.Timer(0.5, hub.may_go_on.set).start()
    assert [puller.wait(60) for puller in pullers] == [0, 0]
    for puller in pullers:
        puller.communicate()
    assert hub.sent_bytes == SIZE
    assert verify(data, TINY) == ()


def test_damage_is_found_and_only_what_is_damaged_is_fetched_again(hub: LocalHub, data: Path) -> None:
    pull(data, [TINY])
    large = weights.folder(data, TINY) / LARGE
    assert verify(data, TINY) == ()
    with large.open("r+b") as file:
        file.seek(HALF)
        file.write(b"\0damage\0")
    assert weights.is_here(data, TINY)
    assert verify(data, TINY) == (LARGE,)
    hub.requests.clear()
    pull(data, [TINY], verify=True)
    assert (hub.requests[LARGE], hub.requests[SMALL]) == (1, 0)
    assert verify(data, TINY) == ()


def test_a_file_that_was_lost_is_missed_and_fetched_again(hub: LocalHub, data: Path) -> None:
    pull(data, [TINY])
    (weights.folder(data, TINY) / SMALL).unlink()
    assert not weights.is_here(data, TINY)
    assert verify(data, TINY) == (SMALL,)
    hub.requests.clear()
    pull(data, [TINY])
    assert (hub.requests[LARGE], hub.requests[SMALL]) == (0, 1)


def test_there_is_nothing_to_verify_of_what_never_came(data: Path) -> None:
    with pytest.raises(MaquetteError, match="maquette weights pull tiny"):
        verify(data, TINY)


def start_puller(data: Path, hub: LocalHub) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "tests.weights.puller", str(data)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )


def leave_partial(data: Path, content: bytes) -> None:
    """What an earlier pull would have left."""
    target = data / "weights" / TINY / LARGE
    target.parent.mkdir(parents=True)
    listed = Listed(LARGE, len(FILES[LARGE]), hashlib.sha256(FILES[LARGE]).hexdigest())
    partial_path(target, listed).write_bytes(content)


def partial_bytes(data: Path) -> int:
    parts = list((data / "weights" / TINY / "unet").glob("*.safetensors.*.part"))
    return parts[0].stat().st_size if parts else 0


def wait_until(is_so: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < deadline, "it did not come to that"
        time.sleep(0.02)
