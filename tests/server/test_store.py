"""The job store alone: one end per job, means that learn, and sentences where the file cannot be used."""

import random
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from maquette.protocol import MaquetteError
from maquette.server.store import Record, Store, digest
from maquette.server.store_repair import open_store

RECORD = Record(
    id="job1",
    session=digest("token"),
    request_id="r1",
    instance="i1",
    recipe="script",
    prompt="a chair",
    parameters={"size": 2.0},
    seed=3,
    state="queued",
    created=100.0,
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = Store(tmp_path / "jobs.sqlite")
    yield store
    store.close()


def test_what_is_added_is_found_again(store: Store) -> None:
    assert store.add(RECORD)
    assert store.get("job1") == replace(RECORD)
    assert store.by_request(RECORD.session, "r1") == RECORD
    assert store.by_request(RECORD.session, "r2") is None
    assert store.get("job2") is None


def test_a_request_is_taken_once_per_session(store: Store) -> None:
    assert store.add(RECORD)
    assert not store.add(replace(RECORD, id="job2"))
    assert store.add(replace(RECORD, id="job3", session=digest("other")))


def test_a_job_ends_once(store: Store) -> None:
    store.add(RECORD)
    store.started("job1")
    assert store.ended("job1", "finished", 200.0, result={"triangles": 4}, size_bytes=9)
    assert not store.ended("job1", "failed", 300.0, error=MaquetteError("internal", "late"))
    record = store.get("job1")
    assert record is not None
    assert (record.state, record.ended, record.error) == ("finished", 200.0, None)
    assert record.result == {"triangles": 4}
    store.started("job1")
    assert store.unfinished() == []


def test_the_newest_jobs_come_first_and_only_ones_own(store: Store) -> None:
    for number in range(5):
        store.add(replace(RECORD, id=f"job{number}", request_id=f"r{number}", created=float(number)))
    store.add(replace(RECORD, id="other", session=digest("other")))
    assert [r.id for r in store.newest(RECORD.session, 3)] == ["job4", "job3", "job2"]


def test_stage_durations_move_towards_the_newest_run(store: Store) -> None:
    store.learn_stages("script", {"load": 1.0})
    assert store.stage_seconds("script") == {"load": 1.0}
    store.learn_stages("script", {"load": 2.0, "shape": 4.0})
    assert store.stage_seconds("script") == pytest.approx({"load": 1.3, "shape": 4.0})
    assert store.stage_seconds("other") == {}


def test_only_fetched_results_are_offered_for_removal_oldest_first(store: Store) -> None:
    for number in range(3):
        store.add(replace(RECORD, id=f"job{number}", request_id=f"r{number}"))
        store.ended(f"job{number}", "finished", time.time(), result={}, size_bytes=10)
    assert store.result_bytes() == 30
    assert store.oldest_fetched() is None
    store.fetched("job2", 5.0)
    store.fetched("job1", 6.0)
    oldest = store.oldest_fetched()
    assert oldest is not None
    assert oldest.id == "job2"
    store.remove("job2")
    assert store.result_bytes() == 20


def test_a_session_token_is_never_in_the_file(store: Store, tmp_path: Path) -> None:
    token = "very-secret-token-of-a-session"
    store.add(replace(RECORD, session=digest(token)))
    store.close()
    assert token.encode() not in b"".join(path.read_bytes() for path in tmp_path.iterdir())


def test_a_store_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    Store(tmp_path / "jobs.sqlite").close()
    with sqlite3.connect(tmp_path / "jobs.sqlite") as connection:
        connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(MaquetteError, match="newer version"):
        Store(tmp_path / "jobs.sqlite")


def test_a_store_that_cannot_grow_says_so(store: Store) -> None:
    store.add(RECORD)
    pages = store._run("PRAGMA page_count").fetchone()[0]
    store._run(f"PRAGMA max_page_count = {pages}")
    large = replace(RECORD, id="large", request_id="large", prompt="x" * 100_000)
    with pytest.raises(MaquetteError) as info:
        store.add(large)
    assert info.value.code == "no_disk_space"
    assert store.get("job1") is not None


def broken(store: Path, how: str) -> None:
    """Damages a job store in one of the ways in which disks and people do."""
    content = store.read_bytes()
    if how == "overwritten":
        store.write_bytes(b"no database at all" * 1000)
    elif how == "cut off":
        store.write_bytes(content[: len(content) // 2])
    elif how == "a page of noise":
        page = random.Random(5).randbytes(4096)
        store.write_bytes(content[:4096] + page + content[8192:])
    else:
        store.write_bytes(b"")


@pytest.mark.parametrize("how", ["overwritten", "cut off", "a page of noise", "emptied"])
def test_a_damaged_store_is_kept_aside_and_a_new_one_begins(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, how: str
) -> None:
    path = tmp_path / "jobs.sqlite"
    store = Store(path)
    for number in range(100):
        store.add(replace(RECORD, id=f"job{number}", request_id=f"r{number}", prompt="x" * 500))
    store.close()
    broken(path, how)
    damaged = path.read_bytes()
    store = open_store(path)
    assert store.get("job1") is None
    assert store.add(RECORD)
    store.close()
    aside = [other for other in tmp_path.iterdir() if other.name.startswith("jobs.damaged-")]
    if how == "emptied":  # which is an empty store, and nothing to keep
        assert aside == []
    else:
        assert [other.read_bytes() for other in aside] == [damaged]
        assert "is damaged" in caplog.text


def test_a_sound_store_is_opened_as_it_is(tmp_path: Path) -> None:
    store = Store(tmp_path / "jobs.sqlite")
    store.add(RECORD)
    store.close()
    store = open_store(tmp_path / "jobs.sqlite")
    assert store.get(RECORD.id) == RECORD
    store.close()
    assert [path.name for path in tmp_path.iterdir()] == ["jobs.sqlite"]
