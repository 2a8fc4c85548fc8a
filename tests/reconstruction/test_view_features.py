import numpy as np
import pytest
import trimesh

torch = pytest.importorskip("torch")

from maquette.assets import Material, Mesh  # noqa: E402
from maquette.progress import Progress  # noqa: E402
from maquette.reconstruction.view_features import Subject, see_voxels, sphere_cameras  # noqa: E402

pytestmark = pytest.mark.torch

GRID = 37


class Places:
    """In place of an encoder: every patch says where in the picture it is, right and down, from -1 to 1."""

    def encode_patches(self, pictures):
        line = (torch.arange(GRID) + 0.5) / GRID * 2 - 1
        return torch.stack([line.expand(GRID, GRID), line[:, None].expand(GRID, GRID)]).repeat(
            len(pictures), 1, 1, 1
        )


class Colors:
    """In place of an encoder: every patch says its mean colour."""

    def encode_patches(self, pictures):
        values = torch.from_numpy(pictures).permute(0, 3, 1, 2).float() / 255
        return torch.nn.functional.avg_pool2d(values, 14)


def ball():
    made = trimesh.creation.icosphere(3, 0.45)
    return Mesh(made.vertices.astype(np.float32), made.faces.astype(np.int32))


def test_a_voxel_reads_the_picture_where_it_appears():
    """A voxel at the centre of the grid's cell (c + 0.5) / R - 0.5."""
    coords = torch.tensor([[0, 3, 7], [4, 4, 4], [7, 1, 2]], dtype=torch.int32)
    steps = []
    progress = Progress(report=lambda stage, step, *_: steps.append(step))
    progress.stage("encode", 6)
    found = see_voxels(Subject(ball(), None), coords, 8, Places(), 6, progress)
    points = (coords.numpy() + 0.5) / 8 - 0.5
    clip = np.mean([c.project(points)[:, :2] / c.project(points)[:, 3:] for c in sphere_cameras(6)], axis=0)
    np.testing.assert_allclose(found.numpy(), clip * (1, -1), atol=2e-3)
    assert steps[-1] == 6


def test_maps_are_seen():
    """The ball wears red where u is below one half, which is its left."""
    mesh = ball()
    uvs = (mesh.vertices[mesh.faces][..., :2] + 0.5).astype(np.float32)
    base = np.zeros((64, 64, 3), np.uint8)
    base[:, :32], base[:, 32:] = (230, 20, 20), (20, 20, 230)
    flat = np.full((64, 64, 3), (128, 128, 255), np.uint8)
    rough = np.full((64, 64, 3), (255, 255, 0), np.uint8)
    subject = Subject(Mesh(mesh.vertices, mesh.faces, uvs), Material(base, rough, flat))
    coords = torch.tensor([[0, 4, 4], [7, 4, 4]], dtype=torch.int32)
    left, right = see_voxels(subject, coords, 8, Colors(), 12)
    assert left[0] > left[2]
    assert right[2] > right[0]


def test_views_lie_evenly_around():
    places = np.stack([camera.position for camera in sphere_cameras(64)])
    np.testing.assert_allclose(np.linalg.norm(places, axis=1), 2)
    assert np.abs(places.mean(axis=0)).max() < 0.05
