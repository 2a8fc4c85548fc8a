"""Compiled loops and numpy draw the same bytes, so that a result does not depend on what is installed."""

import numpy as np
import pytest

from maquette.assets import Mesh
from maquette.render import raster_numpy
from maquette.render.cameras import Camera, fit_perspective, look_at, orthographic
from maquette.render.rasterize import rasterize, rasterize_plane
from tests.assets.shapes import torus

raster_numba = pytest.importorskip("maquette.render.raster_numba", exc_type=ImportError)


def _snapped(mesh: Mesh) -> Mesh:
    """Corners on a coarse lattice: level edges, pixel centres on edges, equal depths and faces of no area."""
    return Mesh(np.round(mesh.vertices * 8).astype(np.float32) / 8, mesh.faces, mesh.uvs)


MESHES = {"torus": torus(60, 40), "snapped": _snapped(torus(60, 40)), "tiny": torus(300, 200)}
LEVEL = Camera(look_at(np.array([0, -3.0, 0.25]), np.array([0, 0, 0.25])), orthographic(0.5, 1, 10))


@pytest.mark.parametrize("name", MESHES)
@pytest.mark.parametrize("size", [(64, 64), (200, 120)])
def test_views_are_the_same_bytes(name, size):
    mesh = MESHES[name]
    for camera in (fit_perspective(mesh.vertices, 35, 20, 30, 1.3), LEVEL):
        behind = None
        for _ in range(2):
            ours = rasterize(mesh.vertices, mesh.faces, camera, *size, behind, raster_numba)
            plain = rasterize(mesh.vertices, mesh.faces, camera, *size, behind, raster_numpy)
            for field in vars(plain):
                np.testing.assert_array_equal(getattr(ours, field), getattr(plain, field))
            assert (plain.face_id >= 0).mean() > 0.2
            behind = plain.ndc_z


@pytest.mark.parametrize("name", MESHES)
def test_the_plane_is_the_same_bytes(name):
    corners = MESHES[name].vertices[MESHES[name].faces][..., :2] * 90 + 50
    for ours, plain in zip(
        rasterize_plane(corners, 100, 90, raster_numba),
        rasterize_plane(corners, 100, 90, raster_numpy),
        strict=True,
    ):
        np.testing.assert_array_equal(ours, plain)


def test_interpolated_attributes_are_the_same_bytes():
    rng = np.random.default_rng(1)
    values = rng.normal(size=(50, 3, 7)).astype(np.float32)
    face = rng.integers(-1, 50, 40_000).astype(np.int32)
    weights = rng.dirichlet((1, 1, 1), 40_000).astype(np.float32) * (face >= 0)[:, None]
    plain = raster_numpy.interpolate(values, face, weights)
    np.testing.assert_array_equal(raster_numba.interpolate(values, face, weights), plain)
    np.testing.assert_allclose(plain, np.einsum("nk,nkc->nc", weights, values[face]), atol=1e-5)


def test_code_that_cannot_be_kept_on_the_disk_is_compiled_all_the_same(monkeypatch):
    plain = raster_numba.numba.njit

    def no_folder(*args, cache=False, **options):
        if cache:
            raise RuntimeError("cannot cache function: no locator available")
        return plain(*args, **options)

    monkeypatch.setattr(raster_numba.numba, "njit", no_folder)
    assert raster_numba._compiled(lambda x: 1 / x)(0.0) == np.inf
