import numpy as np
import pytest

from maquette.geometry.extraction.dual_contouring import extract
from maquette.progress import Progress
from maquette.starter.model import TRUNCATION
from maquette.starter.voxels import frame


@pytest.fixture(scope="module")
def ball() -> tuple[np.ndarray, np.ndarray]:
    """A sphere of radius 2 about (5, 0, 1)."""
    centre = np.array([5, 0, 1], np.float32)

    def distance(points: np.ndarray) -> np.ndarray:
        return np.asarray(np.linalg.norm(points - centre, axis=1) - 2, np.float32)

    return extract(distance, [[2, -3, -2], [8, 3, 4]], 0.2, Progress(), None)


@pytest.mark.parametrize("opened", [False, True], ids=["closed", "with a hole"])
def test_distances_are_those_of_the_mesh_in_the_cube(ball, opened: bool) -> None:
    vertices, faces = ball
    if opened:
        faces = np.delete(faces, [0, 1, 2], axis=0)
    framed = frame(vertices, faces, 32)
    assert framed.middle == pytest.approx([5, 0, 1], abs=0.02)
    assert framed.size == pytest.approx(4 / 0.88, rel=0.02)
    axis = (np.arange(32) + 0.5) / 32 - 0.5
    radius = np.linalg.norm(np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), -1), axis=-1)
    expected = np.clip((radius - 0.44) / TRUNCATION, -1, 1)
    assert np.abs(framed.grid - expected).max() < 0.12
