"""The full environment: real virtual environments and real pip, with tiny wheels in place of gigabytes."""

import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from maquette.client.installer import Accelerator, FullInstaller, torch_build
from maquette.client.installer.full import JOURNAL
from maquette.client.installer.stages import Stage, run_stage
from maquette.environments import using
from maquette.protocol import MaquetteError

from .bundles import make_wheel

TORCH = """
__version__ = "2.13.0+tests"
class cuda:
    @staticmethod
    def is_available(): return False
"""


@pytest.fixture
def full(tmp_path: Path) -> FullInstaller:
    shelf = tmp_path / "shelf"
    make_wheel(shelf, "torch", {"torch/__init__.py": TORCH}, version="2.13.0+tests")
    make_wheel(shelf, "torch", {"torch/__init__.py": TORCH}, version="2.14.0")
    extra = "Provides-Extra: torch\nRequires-Dist: torch>=2.13; extra == 'torch'\n"  # would take the newer
    wheel = make_wheel(shelf, "maquette", {"maquette/__init__.py": ""}, version="9.9.9", metadata=extra)
    return FullInstaller(
        tmp_path / "environments",
        "9.9.9",
        str(wheel),
        accelerator=Accelerator("none"),
        pip_options=("--no-index", "--upgrade", "--upgrade-strategy", "eager", "--find-links", str(shelf)),
        torch="torch==2.13.0+tests",  # no index has it but the shelf
        torch_index="file:///nowhere/",
    )


def run(full: FullInstaller) -> list[float]:
    fractions = []
    for step in full.install_steps():
        if step:
            fractions.append(step.fraction)
        else:
            time.sleep(0.02)
    return fractions


def test_an_installation_ends_verified_and_is_not_repeated(full: FullInstaller) -> None:
    fractions = run(full)
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert full.is_installed()
    packages = [path.name for path in full.target.rglob("torch-*.dist-info")]
    assert packages == ["torch-2.13.0+tests.dist-info"]  # although Maquette would take the newer one
    assert list(full.verify_steps())[-1] == (1.0, "PyTorch 2.13.0+tests, without CUDA")
    assert not (full.target / "cache").exists()
    assert not (full.target / "temporary").exists()
    assert not replace(full, accelerator=Accelerator("cuda", (13, 0), (8, 6))).is_installed()


def test_a_failed_stage_says_why_and_a_retry_goes_on_from_there(full: FullInstaller, tmp_path: Path) -> None:
    broken = replace(full, requirement=str(tmp_path / "missing-1.0-py3-none-any.whl"))
    with pytest.raises(MaquetteError, match="installing Maquette failed") as caught:
        run(broken)
    assert caught.value.remedy == "install_environment"
    assert caught.value.details["log"]
    assert not broken.is_installed()
    assert json.loads((broken.target / JOURNAL).read_text())["done"] == ["venv", "torch"]
    stamp = (broken.target / "pyvenv.cfg").stat().st_mtime_ns
    run(full)
    assert full.is_installed()
    assert (full.target / "pyvenv.cfg").stat().st_mtime_ns == stamp


def test_closing_the_iterator_ends_the_child(full: FullInstaller) -> None:
    slow = replace(full, python="/bin/sleep")
    slow_stages = [replace(slow.stages()[0], command=("/bin/sleep", "60"))]
    slow.stages = lambda: slow_stages  # type: ignore[method-assign]
    steps = slow.install_steps()
    next(steps)
    next(steps)
    steps.close()  # type: ignore[attr-defined]
    assert "sleep 60" not in subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout


def test_the_old_environment_stays_until_the_new_one_works(full: FullInstaller) -> None:
    old = full.environments / "full-1.0.0"
    old.mkdir(parents=True)
    with pytest.raises(MaquetteError):
        run(replace(full, requirement="no-such-package"))
    assert old.exists()
    run(full)
    list(full.remove_others())
    assert not old.exists()
    assert full.is_installed()


def test_too_little_disk_is_told_before_anything_is_made(
    full: FullInstaller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=10**9))
    with pytest.raises(MaquetteError, match=r"1\.0 GB are free .* 3 needed"):
        run(full)
    assert not full.target.exists()


@pytest.mark.parametrize(
    ("accelerator", "build"),
    [
        (Accelerator("none"), "cpu"),
        (Accelerator("apple"), "default"),
        (Accelerator("cuda", (13, 0), (9, 0)), "cu130"),
        (Accelerator("cuda", (13, 2), (12, 0)), "cu130"),  # RTX 50
        (Accelerator("cuda", (12, 4), (8, 6)), "cu126"),  # an older driver
        (Accelerator("cuda", (13, 0), (6, 1)), "cu126"),  # Pascal
        (
            Accelerator("cuda", (12, 8), (12, 0)),
            "cpu",
        ),  # RTX 50 with a driver too old for any build that has it
        (Accelerator("cuda", (11, 8), (8, 6)), "cpu"),
        (Accelerator("cuda", (12, 6), (3, 5)), "cpu"),  # Kepler
    ],
)
def test_the_torch_build_fits_driver_and_card(accelerator: Accelerator, build: str) -> None:
    assert torch_build(accelerator) == build


def test_cuda_builds_come_from_their_own_index(full: FullInstaller) -> None:
    cuda = replace(full, torch="torch==2.13.0", accelerator=Accelerator("cuda", (13, 0), (9, 0)))
    command = cuda.stages()[1].command
    assert command[command.index("--extra-index-url") + 1] == "file:///nowhere/cu130"
    assert command[-1] == "torch==2.13.0+cu130"
    second = cuda.stages()[2].command
    assert second[second.index("--extra-index-url") + 1] == "file:///nowhere/cu130"
    assert "torch==2.13.0+cu130" in second
    apple = replace(cuda, accelerator=Accelerator("apple")).stages()[1].command
    assert "--extra-index-url" not in apple
    assert apple[-1] == "torch==2.13.0"


def test_the_bytes_that_arrived_move_the_bar(full: FullInstaller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("maquette.client.installer.stages._WEIGH_EVERY_S", 0.0)
    code = "import tempfile, time; t = tempfile.NamedTemporaryFile();\n"
    code += "for _ in range(4): t.write(bytes(250)); t.flush(); time.sleep(0.1)"
    full.target.mkdir(parents=True)
    stage = Stage("torch", "fetching", (sys.executable, "-c", code), 1.0, download_bytes=1000)
    fractions = [step.fraction for step in run_stage(stage, 0.0, full.target) if step]
    assert fractions == sorted(fractions)
    assert len(set(fractions)) >= 3
    assert fractions[-1] == pytest.approx(0.8)


def test_two_programs_do_not_install_at_once_and_none_over_a_running_worker(full: FullInstaller) -> None:
    steps = full.install_steps()
    next(steps)
    with pytest.raises(MaquetteError, match="another program uses"):
        next(full.install_steps())
    steps.close()  # type: ignore[attr-defined]
    assert full.is_begun()
    full.target.mkdir(exist_ok=True)
    with using(full.target), pytest.raises(MaquetteError, match="stop its backend"):
        full.remove_steps()
    list(full.remove_steps())
    assert not full.target.exists()
