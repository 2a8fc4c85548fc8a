"""Translation to and from nvdiffrast's conventions, against a stand-in that follows its documentation.

The stand-in draws in clip space: rows from the bottom up, weights of the first two corners, z / w, and
numbers from one, as floats.
"""

import importlib
import logging
import sys
from types import ModuleType

import numpy as np
import pytest

from maquette.render import raster_numpy
from maquette.render.rasterize import rasterize
from tests.assets.shapes import torus

from .brute_force import cameras, soup

torch = pytest.importorskip("torch")
raster_torch = pytest.importorskip("maquette.render.raster_torch")
pytestmark = pytest.mark.torch

MESHES = {"torus": torus(24, 12), "soup": soup(100, 1)}


class RasterizeCudaContext:
    made = 0

    def __init__(self, device=None):
        RasterizeCudaContext.made += 1


def _rasterize(glctx, pos, tri, resolution, ranges=None, grad_db=True):
    assert isinstance(glctx, RasterizeCudaContext)
    assert (pos.dtype, pos.ndim, pos.shape[2]) == (torch.float32, 3, 4)
    assert (tri.dtype, tri.ndim, tri.shape[1]) == (torch.int32, 2, 3)
    assert pos.is_contiguous()
    assert tri.is_contiguous()
    assert len(tri) > 0
    height, width = resolution
    clip = pos[0].double().numpy()
    ndc = clip[:, :3] / clip[:, 3:]
    up = np.stack([(ndc[:, 0] + 1) * width / 2, (ndc[:, 1] + 1) * height / 2, ndc[:, 2]])
    nearest, winner = raster_numpy.draw(up[:, tri.numpy().T], width, height)
    assert np.abs(nearest[winner >= 0]).max() <= 1, "it would be clipped"
    weights, _ = raster_numpy.weigh_perspective(
        up[:, tri.numpy().T], (1 / clip[:, 3])[tri.numpy().T], winner, width
    )
    z = np.where(winner >= 0, nearest, 0)
    out = np.stack([weights[:, 0], weights[:, 1], z, winner + 1], axis=1)
    out = torch.from_numpy(out.astype(np.float32)).view(1, height, width, 4)
    return out, torch.zeros_like(out)


@pytest.fixture
def raster(monkeypatch):
    package, module = ModuleType("nvdiffrast"), ModuleType("nvdiffrast.torch")
    module.RasterizeCudaContext, module.rasterize = RasterizeCudaContext, _rasterize
    package.torch = module
    monkeypatch.setitem(sys.modules, "nvdiffrast", package)
    monkeypatch.setitem(sys.modules, "nvdiffrast.torch", module)
    monkeypatch.delitem(sys.modules, "maquette.render.raster_nvdiffrast", raising=False)
    yield importlib.import_module("maquette.render.raster_nvdiffrast")
    sys.modules.pop("maquette.render.raster_nvdiffrast")


def test_it_draws_only_where_it_is_asked_for(raster, monkeypatch):
    mesh, drawn = MESHES["torus"], []
    monkeypatch.setattr(raster_torch, "_check_nvdiffrast", lambda device: None)
    monkeypatch.setattr(raster, "rasterize", lambda *given: drawn.append(given))
    given = (torch.from_numpy(mesh.vertices), torch.from_numpy(mesh.faces), cameras(mesh.vertices)[0], 16, 12)
    assert raster_torch.rasterize(*given).face_id.shape == (12, 16)
    assert drawn == []
    raster_torch.rasterize(*given, use_nvdiffrast=True)
    assert drawn == [given]


def test_where_it_cannot_draw_the_caller_is_told():
    mesh = MESHES["torus"]
    given = (torch.from_numpy(mesh.vertices), torch.from_numpy(mesh.faces), cameras(mesh.vertices)[0], 16, 12)
    with pytest.raises(ValueError, match="draws on CUDA alone, not on cpu: leave it out"):
        raster_torch.rasterize(*given, use_nvdiffrast=True)
    with pytest.raises(ValueError, match="nvdiffrast is not installed"):
        raster_torch._check_nvdiffrast(torch.device("cuda"))


@pytest.mark.parametrize("name", MESHES)
@pytest.mark.parametrize("number", [0, 1], ids=["perspective", "orthographic"])
def test_its_pictures_become_ours(raster, name, number):
    mesh = MESHES[name]
    camera = cameras(mesh.vertices)[number]
    ours = rasterize(mesh.vertices, mesh.faces, camera, 90, 70, path=raster_numpy)
    theirs = raster.rasterize(torch.from_numpy(mesh.vertices), torch.from_numpy(mesh.faces), camera, 90, 70)
    same = theirs.face_id.numpy() == ours.face_id
    assert same.mean() > 0.999  # float32 corners move some edges
    assert 0.1 < (ours.face_id >= 0).mean() < 0.99
    np.testing.assert_allclose(theirs.barycentric.numpy()[same], ours.barycentric[same], atol=2e-3)
    np.testing.assert_allclose(theirs.depth.numpy()[same], ours.depth[same], rtol=1e-3)
    np.testing.assert_allclose(theirs.ndc_z.numpy()[same], ours.ndc_z[same], atol=1e-4)


def test_faces_behind_the_camera_are_left_out_and_the_others_keep_their_numbers(raster):
    mesh = MESHES["torus"]
    camera = cameras(mesh.vertices)[0]
    behind = (camera.position + camera.camera_to_world[:3, 2] + np.eye(3)).astype(np.float32)
    vertices = torch.from_numpy(np.concatenate([behind, mesh.vertices]))
    faces = torch.from_numpy(np.concatenate([np.int32([[0, 1, 2]]), mesh.faces + 3]))
    buffer = raster.rasterize(vertices, faces, camera, 40, 40)
    plain = raster.rasterize(vertices[3:], faces[1:] - 3, camera, 40, 40)
    assert torch.equal(buffer.face_id, torch.where(plain.face_id >= 0, plain.face_id + 1, -1).int())
    assert (raster.rasterize(vertices, faces[:1], camera, 8, 6).face_id == -1).all()


def test_numbers_beyond_what_a_float_counts_come_as_its_bits(raster):
    exact, greater = 1 << 24, (1 << 24) + 12345
    bits = np.array([0x4A800000 + greater], np.int32).view(np.float32)
    number = torch.tensor([[0, 1, exact, bits[0]]], dtype=torch.float32)
    assert raster._triangle_ids(number).tolist() == [[-1, 0, exact - 1, greater - 1]]


def test_the_licence_is_announced_once_and_one_context_serves_a_device(raster, caplog):
    mesh = MESHES["torus"]
    before = RasterizeCudaContext.made
    with caplog.at_level(logging.WARNING):
        for camera in cameras(mesh.vertices):
            raster.rasterize(torch.from_numpy(mesh.vertices), torch.from_numpy(mesh.faces), camera, 16, 16)
    assert [r.getMessage() for r in caplog.records if "licence" in r.getMessage()] == [
        "nvdiffrast draws the views: its licence allows research and evaluation only"
    ]
    assert RasterizeCudaContext.made == before + 1
