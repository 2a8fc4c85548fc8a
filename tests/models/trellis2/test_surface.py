import numpy as np
import pytest
import trimesh

torch = pytest.importorskip("torch")

from maquette.models.trellis2 import load  # noqa: E402
from maquette.models.trellis2.surface import read_head, surface_of, wind  # noqa: E402
from maquette.nn.sparse import SparseVoxels  # noqa: E402
from maquette.representations.dual_grid import extract  # noqa: E402
from maquette.representations.meshes.dual_grid import dual_grid_of  # noqa: E402
from tests.models.cases import Cases  # noqa: E402

pytestmark = pytest.mark.torch

CASES = Cases("trellis2")


@torch.no_grad()
def test_the_head_becomes_the_reference_surface():
    io = CASES.tensors("t2_shape_dec")
    network = load(CASES.folder("t2_shape_dec") / "model")
    head = network(SparseVoxels(io["coords"], io["z"])).head
    [grid] = read_head(head, network.config.resolution)
    vertices, faces = extract(grid)
    assert torch.equal(faces, io["faces"])
    assert (vertices - io["vertices"]).abs().max() <= 1e-4


def test_samples_of_a_batch_have_grids_of_their_own():
    coords = torch.tensor([[1, 2, 3, 4], [0, 5, 6, 7], [1, 0, 0, 0]])
    raw = torch.randn(3, 7, generator=torch.Generator().manual_seed(0))
    first, second = read_head(SparseVoxels(coords, raw), 8)
    assert first.coords.tolist() == [[5, 6, 7]]
    assert second.coords.tolist() == [[2, 3, 4], [0, 0, 0]]
    torch.testing.assert_close(first.places[0], 2 * torch.sigmoid(raw[1, :3]) - 0.5)
    assert first.crossed[0].tolist() == (raw[1, 3:6] > 0).tolist()
    torch.testing.assert_close(second.weights, torch.log1p(raw[[0, 2], 6].exp()))


@pytest.mark.parametrize("resolution", [12, 40])
def test_a_closed_surface_faces_outwards(resolution):
    ring = trimesh.creation.torus(0.3, 0.12)
    raw = extract(dual_grid_of(ring.vertices, ring.faces, resolution))
    assert not trimesh.Trimesh(*(part.numpy() for part in raw), process=False).is_winding_consistent
    vertices, faces = surface_of(dual_grid_of(ring.vertices, ring.faces, resolution))
    wound = trimesh.Trimesh(vertices.numpy(), faces.numpy(), process=False)
    assert wound.is_watertight
    assert wound.is_winding_consistent
    assert wound.volume == pytest.approx(ring.volume, rel=0.05)


def test_faces_that_were_turned_at_random_agree_again():
    generator = np.random.default_rng(0)
    ball = trimesh.creation.icosphere(3, 0.4)
    half = ball.submesh([ball.triangles_center[:, 2] > 0], append=True)  # open
    far = trimesh.creation.box((0.1, 0.1, 0.1)).apply_translation([0.9, 0, 0])
    both = trimesh.util.concatenate([half, far])
    faces = np.asarray(both.faces, np.int32)
    turned = generator.random(len(faces)) < 0.5
    faces[turned] = faces[turned][:, [0, 2, 1]]
    wound = wind(np.asarray(both.vertices, np.float32), faces)
    found = trimesh.Trimesh(both.vertices, wound, process=False)
    assert found.is_winding_consistent
    np.testing.assert_allclose(found.face_normals, both.face_normals, atol=1e-6)


def test_no_faces_are_wound_too():
    assert wind(np.zeros((0, 3), np.float32), np.zeros((0, 3), np.int32)).shape == (0, 3)
