import numpy as np
import pytest
import trimesh

pytest.importorskip("torch")

from maquette.assets import Mesh
from maquette.geometry.repair.clean import check
from maquette.progress import Progress
from maquette.protocol import MaquetteError
from maquette.reconstruction.finishing import (
    FINISH_STAGES,
    finish_generated,
    matte_surface,
    stand_on_ground,
)
from maquette.texture.uv_raster import rasterize_uv, surface_points

pytestmark = pytest.mark.torch
SIZE = 128


def shell_in_a_ball():
    outer, inner = trimesh.creation.icosphere(4, 0.45), trimesh.creation.icosphere(3, 0.3)
    whole = trimesh.util.concatenate([outer, inner])
    return whole.vertices.astype(np.float32), whole.faces.astype(np.int32), len(inner.faces)


def by_place(points):
    return (0.5 + points).astype(np.float32)


def texel_colors(mesh, material):
    points = surface_points(mesh, rasterize_uv(mesh.faces, mesh.uvs, SIZE))
    return points, material.base_color.reshape(-1, 3)[points.texels] / 255


def test_a_raw_surface_becomes_a_solid_with_its_colours_and_without_its_inside():
    vertices, faces, inside = shell_in_a_ball()
    stages = []
    progress = Progress(lambda stage, *_: stages.append(stage))
    surface = matte_surface(by_place, vertices, faces, 0, 0.7, 0.25, 1)
    mesh, material, words = finish_generated(vertices, faces, surface, 2000, SIZE, progress)
    assert tuple(dict.fromkeys(stages)) == FINISH_STAGES
    assert f"{inside} of them inside" in words
    assert len(mesh.faces) <= 2000
    assert check(mesh.vertices, mesh.faces).solid
    assert np.linalg.norm(mesh.vertices, axis=1).min() > 0.4
    points, colors = texel_colors(mesh, material)
    assert np.quantile(np.abs(colors - by_place(points.positions)), 0.99) < 0.02
    assert np.allclose(material.orm[..., 1], 0.7 * 255, atol=1)
    assert np.allclose(material.orm[..., 2], 0.25 * 255, atol=1)


@pytest.mark.parametrize(("delight", "most"), [(0.0, 1.0), (1.0, 0.03)])
def test_light_in_the_colours_is_taken_out(delight, most):
    """A grey ball lit from above."""
    vertices, faces, _ = shell_in_a_ball()
    faces = faces[: len(faces) * 4 // 5]

    def lit(points):
        shade = 0.6 + 0.5 * points[:, 2:] / 0.45 * 0.6
        return np.repeat(shade, 3, axis=1).astype(np.float32)

    surface = matte_surface(lit, vertices, faces, delight, 1, 0, 1)
    points = vertices[: 10 * 4**4 + 2]
    shown = surface(points, points / 0.45).base_color_srgb
    assert shown.std() < most
    assert (shown.std() > 0.15) == (delight == 0)


def test_nothing_to_finish_is_said():
    nothing = np.zeros((0, 3), np.float32), np.zeros((0, 3), np.int32)
    with pytest.raises(MaquetteError, match="no surface came out"):
        finish_generated(*nothing, lambda points, normals: None, None, SIZE, Progress())


def test_an_asset_stands_on_the_ground():
    vertices, faces, _ = shell_in_a_ball()
    mesh = stand_on_ground(Mesh(vertices + np.float32([3, 4, 5]), faces), 2.0)
    np.testing.assert_allclose(mesh.bounds, [[-1, -1, 0], [1, 1, 2]], atol=1e-5)
