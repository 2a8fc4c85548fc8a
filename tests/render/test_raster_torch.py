import numpy as np
import pytest

from maquette.render import raster_numpy
from maquette.render.cameras import fit_perspective
from maquette.render.rasterize import rasterize, rasterize_plane
from tests.assets.shapes import torus

from .brute_force import brute_force, cameras, soup

torch = pytest.importorskip("torch")
raster_torch = pytest.importorskip("maquette.render.raster_torch")
pytestmark = pytest.mark.torch

DEVICES = ["cpu", pytest.param("cuda", marks=pytest.mark.gpu)]
MESHES = {"torus": torus(24, 12), "soup": soup(200, 1)}


@pytest.fixture(params=DEVICES)
def device(request):
    if request.param == "cuda" and not torch.cuda.is_available():
        pytest.skip("no CUDA device")
    return torch.device(request.param)


def _draw(mesh, camera, width, height, device):
    buffer = raster_torch.rasterize(
        torch.from_numpy(mesh.vertices).to(device),
        torch.from_numpy(mesh.faces).to(device),
        camera,
        width,
        height,
    )
    assert all(tensor.device.type == device.type for tensor in vars(buffer).values())
    return {name: tensor.cpu().numpy() for name, tensor in vars(buffer).items()}


@pytest.mark.parametrize("name", MESHES)
@pytest.mark.parametrize("number", [0, 1], ids=["perspective", "orthographic"])
def test_it_agrees_with_brute_force(name, number, device):
    mesh = MESHES[name]
    camera = cameras(mesh.vertices)[number]
    drawn = _draw(mesh, camera, 96, 96, device)
    slow = brute_force(mesh.vertices, mesh.faces, camera, 96)
    same = drawn["face_id"] == slow.face_id
    assert same.mean() >= 0.9999
    shown = same & (slow.face_id >= 0)
    assert 0.1 < shown.mean() < 0.99
    for field in ("depth", "barycentric", "ndc_z"):
        np.testing.assert_allclose(drawn[field][shown], getattr(slow, field)[shown], atol=1e-4)


@pytest.mark.parametrize("name", MESHES)
def test_it_gives_what_numpy_gives(name, device):
    mesh = MESHES[name]
    for camera in (fit_perspective(mesh.vertices, 200, -20, 40, 1.4), *cameras(mesh.vertices)):
        drawn = _draw(mesh, camera, 200, 130, device)
        plain = rasterize(mesh.vertices, mesh.faces, camera, 200, 130, path=raster_numpy)
        assert (drawn["face_id"] == plain.face_id).mean() >= 0.9999
        same = drawn["face_id"] == plain.face_id
        for field in ("depth", "barycentric", "ndc_z"):
            np.testing.assert_allclose(drawn[field][same], getattr(plain, field)[same], rtol=1e-5, atol=1e-5)


def test_the_plane_is_that_of_numpy_pixel_by_pixel(device, monkeypatch):
    monkeypatch.setattr(raster_torch, "_CHUNK", 300)
    rng = np.random.default_rng(4)
    corners = np.round(rng.uniform(-10, 70, (60, 3, 2)) * 2) / 2  # many centres lie on edges
    face_id, barycentric = raster_torch.rasterize_plane(torch.from_numpy(corners).to(device), 64, 48)
    expected_id, expected_weights = rasterize_plane(corners, 64, 48, raster_numpy)
    np.testing.assert_array_equal(face_id.cpu().numpy(), expected_id)
    np.testing.assert_allclose(barycentric.cpu().numpy(), expected_weights, atol=1e-6)


def test_faces_behind_the_camera_and_no_faces_give_an_empty_picture(device):
    camera = cameras(MESHES["torus"].vertices)[0]
    behind = camera.position + camera.camera_to_world[:3, 2] + np.eye(3)
    for faces in (np.int32([[0, 1, 2]]), np.zeros((0, 3), np.int32)):
        buffer = raster_torch.rasterize(
            torch.from_numpy(behind).to(device), torch.from_numpy(faces).to(device), camera, 8, 6
        )
        assert (buffer.face_id == -1).all()
        assert torch.isinf(buffer.depth).all()


def test_gradients_reach_what_the_corners_carry(device):
    mesh = MESHES["torus"]
    camera = cameras(mesh.vertices)[0]
    buffer = raster_torch.rasterize(
        torch.from_numpy(mesh.vertices).to(device), torch.from_numpy(mesh.faces).to(device), camera, 48, 48
    )
    values = torch.rand((len(mesh.faces), 3, 1), device=device, requires_grad=True)
    image = raster_torch.interpolate(values, buffer.face_id, buffer.barycentric)
    assert not image[buffer.face_id < 0].any()
    image.sum().backward()
    seen = torch.unique(buffer.face_id[buffer.face_id >= 0]).long()
    assert values.grad[seen].sum() == pytest.approx(int((buffer.face_id >= 0).sum()), rel=1e-5)
