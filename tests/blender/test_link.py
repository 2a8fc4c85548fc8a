"""Install, start, connect: a step at a time, without waiting."""

import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from blender_addon import environment
from blender_addon.link import Link
from blender_addon.phases import Phase
from maquette.client.installer import Step
from maquette.client.installer.removal import remove_others_steps
from maquette.environments import using
from maquette.protocol import MaquetteError

from .conftest import BACKEND

pytestmark = pytest.mark.blender


class FakeBundle:
    """An environment that is unpacked in ten steps, or breaks on the way."""

    def __init__(self) -> None:
        self.installed, self.error, self.step_s = False, False, 0.002

    def steps(self, _: Path) -> Iterator[Step]:
        for number in range(10):
            time.sleep(self.step_s)
            if self.error and number == 5:
                raise MaquetteError("no_disk_space", "The disk is full: free some space", "free_disk")
            yield Step(number / 10, f"unpacking {number}")
        self.installed = True


@pytest.fixture
def bundle(monkeypatch: pytest.MonkeyPatch) -> FakeBundle:
    fake = FakeBundle()
    monkeypatch.setattr(environment, "is_installed", lambda _: fake.installed)
    monkeypatch.setattr(environment, "install_steps", fake.steps)
    monkeypatch.setattr(environment, "server_command", lambda _: [sys.executable, str(BACKEND)])
    return fake


@pytest.fixture
def link(bundle: FakeBundle, tmp_path: Path) -> Iterator[Link]:
    link = Link(tmp_path)
    yield link
    link.stop()


def step_until(link: Link, holds: Callable[[], bool]) -> list[float]:
    """The fractions on the way."""
    seen = []
    deadline = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < deadline, (link.phase, link.error)
        link.step(0.004)
        seen.append(link.fraction)
        time.sleep(0.002)
    return seen


def test_the_first_start_installs_and_then_connects(link: Link) -> None:
    assert link.phase is Phase.NOT_INSTALLED
    link.start()
    fractions = step_until(link, lambda: link.phase is Phase.STARTING)
    assert link.words == "Starting"
    assert len(set(fractions)) > 3  # several ticks: none of them long
    step_until(link, lambda: link.phase is Phase.READY)
    assert link.pump.is_connected
    assert link.log is not None


def test_installing_says_what_it_does_and_can_be_stopped(link: Link) -> None:
    link.install()
    link.step(0.0)
    assert link.words == "Installing: unpacking 0"
    link.stop()
    assert link.phase is Phase.NOT_INSTALLED


def test_install_alone_does_not_start(link: Link) -> None:
    link.install()
    step_until(link, lambda: link.phase is Phase.STOPPED)


def test_an_installation_that_breaks_says_why_and_can_be_tried_again(link: Link, bundle: FakeBundle) -> None:
    bundle.error = True
    link.start()
    step_until(link, lambda: link.phase is Phase.FAILED)
    assert link.error is not None
    assert link.error.remedy == "free_disk"
    bundle.error = False
    link.start()
    step_until(link, lambda: link.phase is Phase.READY)
    assert link.error is None


def test_a_backend_that_dies_at_once_shows_its_last_words(
    link: Link, bundle: FakeBundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle.installed = True
    code = "import sys; sys.exit('the disk is on fire')"
    monkeypatch.setattr(environment, "server_command", lambda _: [sys.executable, "-c", code])
    link.start()
    step_until(link, lambda: link.phase is Phase.FAILED)
    assert link.error is not None
    assert "the disk is on fire" in link.error.message


def test_a_command_that_does_not_exist_is_told(
    link: Link, bundle: FakeBundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    bundle.installed = True
    monkeypatch.setattr(environment, "server_command", lambda _: ["/nowhere/python"])
    link.start()
    assert link.phase is Phase.FAILED
    assert link.error is not None
    assert link.error.remedy == "install_environment"


def test_what_earlier_versions_left_is_removed_once_the_new_backend_answers(
    link: Link, bundle: FakeBundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    environments = tmp_path / "environments"
    new, old, busy = (environments / f"core-{number}" for number in (3, 2, 1))
    for folder in (new, old, busy):
        (folder / "site").mkdir(parents=True)
        for number in range(500):
            (folder / "site" / f"{number}.py").touch()
    monkeypatch.setattr(environment, "remove_others", lambda _: remove_others_steps(new, "core"))
    bundle.installed = True
    with using(busy):  # another Blender with an older version of the extension
        link.start()
        step_until(link, lambda: link.phase is Phase.STARTING)
        assert old.exists()
        step_until(link, lambda: link.phase is Phase.READY)
        link.step(0.0)
        assert len(list(environments.rglob("*.py"))) > 1400  # a piece at a time
        step_until(link, lambda: {path.name for path in environments.iterdir()} == {"core-1", "core-3"})
        assert len(list(environments.rglob("*.py"))) == 1000
