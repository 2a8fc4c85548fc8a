"""xatlas as a choice: upright charts per corner of the given faces, and a process that ends when it must."""

import sys
import time

import pytest

from maquette.geometry.unwrap import xatlas_process
from maquette.geometry.unwrap.unwrapping import unwrap
from maquette.geometry.unwrap.xatlas_process import unwrap_by_xatlas
from maquette.metrics.uv import measure_uvs
from maquette.progress import CancelledError, Progress
from maquette.protocol.errors import MaquetteError
from tests.fakes.odd_meshes import ODD_MESHES

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


@pytest.fixture
def hanging(monkeypatch):
    """Puts a process that never ends in place of the runner."""
    monkeypatch.setattr(xatlas_process, "find_spec", lambda name: object())
    monkeypatch.setattr(xatlas_process, "module_command", lambda module: SLEEP)


def test_the_uvs_fit_the_faces_and_none_is_mirrored():
    pytest.importorskip("xatlas")
    vertices, faces = ODD_MESHES["torus"](20)
    uvs = unwrap(vertices, faces, 512, 4, Progress(), method="xatlas")
    quality = measure_uvs(vertices, faces, uvs)
    assert uvs.shape == (len(faces), 3, 2)
    assert quality.mirrored == quality.folded == 0
    assert quality.overlap < 5e-4
    assert quality.density_low > 0.7  # the same in both directions, though its atlas is not square


def test_faces_without_area_come_back_too():
    pytest.importorskip("xatlas")
    vertices, faces = ODD_MESHES["faces without area"](8)
    assert unwrap(vertices, faces, 256, 4, Progress(), method="xatlas").shape == (len(faces), 3, 2)


def test_it_is_ended_when_its_time_is_over(hanging):
    started = time.monotonic()
    with pytest.raises(MaquetteError, match=r"longer than 0\.2 s") as late:
        unwrap_by_xatlas(*ODD_MESHES["cube"](1), 256, 4, Progress(), time_limit_s=0.2)
    assert late.value.code == "timed_out"
    assert time.monotonic() - started < 30  # far below the process's own minute


def test_it_is_ended_when_the_work_is_cancelled(hanging):
    polls = iter([False, False, True])
    with pytest.raises(CancelledError):
        unwrap_by_xatlas(*ODD_MESHES["cube"](1), 256, 4, Progress(is_cancelled=lambda: next(polls, True)))


def test_a_missing_package_is_said_in_words(monkeypatch):
    monkeypatch.setattr(xatlas_process, "find_spec", lambda name: None)
    with pytest.raises(MaquetteError, match="install xatlas"):
        unwrap_by_xatlas(*ODD_MESHES["cube"](1), 256, 4, Progress())


def test_a_process_that_fails_says_why(monkeypatch):
    monkeypatch.setattr(xatlas_process, "find_spec", lambda name: object())
    command = [sys.executable, "-c", "raise SystemExit('the atlas is full')"]
    monkeypatch.setattr(xatlas_process, "module_command", lambda module: command)
    with pytest.raises(MaquetteError, match="the atlas is full"):
        unwrap_by_xatlas(*ODD_MESHES["cube"](1), 256, 4, Progress())


def test_an_atlas_of_the_wrong_shape_is_refused(monkeypatch):
    monkeypatch.setattr(xatlas_process, "find_spec", lambda name: object())
    script = "import sys, numpy; numpy.save(sys.argv[1] + '/uvs.npy', numpy.zeros((1, 3, 2), 'f4'))"
    monkeypatch.setattr(xatlas_process, "module_command", lambda module: [sys.executable, "-c", script])
    with pytest.raises(MaquetteError, match="cannot unwrap this mesh of 12 faces"):
        unwrap_by_xatlas(*ODD_MESHES["cube"](1), 256, 4, Progress())
