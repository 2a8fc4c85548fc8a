"""Environments go away in small pieces, and never under a process that runs from them."""

import os
import time
from pathlib import Path

import pytest

from maquette.client.installer import removal
from maquette.client.installer.removal import remove_others_steps, remove_steps
from maquette.environments import using


def make(environments: Path, name: str) -> Path:
    environment = environments / name
    (environment / "site" / "package").mkdir(parents=True)
    for number in range(3):
        (environment / "site" / "package" / f"{number}.py").write_text("x = 1\n")
    return environment


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_it_is_out_of_sight_at_once_and_then_goes_file_by_file(tmp_path: Path) -> None:
    environment = make(tmp_path, "core-1")
    steps = remove_steps(environment)
    next(steps)
    assert not environment.exists()
    assert len(list(tmp_path.rglob("*.py"))) == 2
    assert len(list(steps)) >= 2
    assert names(tmp_path) == []


def test_a_link_is_removed_and_not_what_it_leads_to(tmp_path: Path) -> None:
    kept = make(tmp_path, "kept")
    environment = make(tmp_path, "core-1")
    (environment / "lib64").symlink_to(kept, target_is_directory=True)
    (environment / "python").symlink_to(kept / "site" / "package" / "0.py")
    list(remove_steps(environment))
    assert names(tmp_path) == ["kept"]
    assert len(list(kept.rglob("*.py"))) == 3


def test_a_big_file_goes_in_pieces_but_not_one_that_has_another_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(removal, "PIECE_BYTES", 10)
    environment = make(tmp_path, "core-1")
    (environment / "big.so").write_bytes(bytes(95))
    (environment / "twin.so").write_bytes(bytes(95))
    os.link(environment / "twin.so", tmp_path / "twin.so")
    assert len(list(remove_steps(environment))) >= 9
    assert names(tmp_path) == ["twin.so"]
    assert (tmp_path / "twin.so").stat().st_size == 95


def test_what_is_in_use_stays_until_it_is_not(tmp_path: Path) -> None:
    new, old = make(tmp_path, "core-2"), make(tmp_path, "core-1")
    with using(old):
        list(remove_others_steps(new, "core"))
        assert names(tmp_path) == ["core-1", "core-2"]
        assert len(list(old.rglob("*.py"))) == 3
    list(remove_others_steps(new, "core"))
    assert names(tmp_path) == ["core-2"]


def test_remains_of_dead_programs_are_swept_and_other_kinds_left_alone(tmp_path: Path) -> None:
    new = make(tmp_path, "core-2")
    make(tmp_path, "full-1")
    make(tmp_path, ".trash-abc")
    make(tmp_path, ".core-1.77.part")
    abandoned = make(tmp_path, ".core-1.78.part")
    long_ago = time.time() - 2 * removal.ABANDONED_AFTER_S
    os.utime(abandoned, (long_ago, long_ago))
    list(remove_others_steps(new, "core"))
    assert names(tmp_path) == [".core-1.77.part", "core-2", "full-1"]


def test_a_removal_that_was_broken_off_is_finished_by_the_next(tmp_path: Path) -> None:
    new = make(tmp_path, "core-2")
    steps = remove_steps(make(tmp_path, "core-1"))
    next(steps)
    steps.close()  # type: ignore[attr-defined]
    assert len(names(tmp_path)) == 2
    list(remove_others_steps(new, "core"))
    assert names(tmp_path) == ["core-2"]
