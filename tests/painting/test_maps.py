"""What maps may hold, and what stays when one view is made again."""

from typing import Any

import numpy as np
import pytest

from maquette.assets import Material
from maquette.painting.maps import add_relief, in_range, keep_others, make_maps, snap_metallic
from maquette.painting.wish import Finish
from maquette.priors.intrinsics import Intrinsics
from maquette.progress import Progress
from maquette.texture.views import plan_views, project_texels, render_views
from tests.texture.views.scenes import ball, painted

pytestmark = pytest.mark.torch

SIZE = 128


def material(seed: int) -> Material:
    generator = np.random.default_rng(seed)
    maps = [generator.integers(0, 256, (8, 8, 3), np.uint8) for _ in range(3)]
    return Material(*maps)


def test_metal_is_all_or_nothing_but_for_a_soft_edge() -> None:
    given = np.float32([0, 0.2, 0.35, 0.5, 0.65, 0.9, 1])
    np.testing.assert_allclose(snap_metallic(given), [0, 0, 0, 0.5, 1, 1, 1], atol=1e-6)


def test_what_is_no_metal_is_neither_black_nor_white() -> None:
    albedo = np.float32([[0, 0.5, 1], [0, 0.5, 1]])
    limited = in_range(albedo, np.float32([[0], [1]]))
    np.testing.assert_allclose(limited[0], [30 / 255, 0.5, 240 / 255])
    np.testing.assert_allclose(limited[1], albedo[1])


def test_slopes_of_two_normal_maps_add_up() -> None:
    def encoded(x: float, y: float) -> Any:
        normal = np.array([x, y, 1.0]) / np.linalg.norm([x, y, 1.0])
        return (normal * 0.5 + 0.5).astype(np.float32)

    both = add_relief(encoded(0.1, 0), encoded(0, 0.2)) * 2 - 1
    np.testing.assert_allclose(both[:2] / both[2], [0.1, 0.2], atol=0.02)
    np.testing.assert_allclose(add_relief(encoded(0.3, -0.2), encoded(0, 0)), encoded(0.3, -0.2), atol=1e-6)


def test_texels_that_nothing_changed_keep_their_bytes() -> None:
    new, old = material(0), material(1)
    changed = np.zeros((8, 8), bool)
    changed[2:4] = True
    kept = keep_others(new, old, changed)
    for name in ("base_color", "orm", "normal"):
        assert np.array_equal(getattr(kept, name)[2:4], getattr(new, name)[2:4])
        assert np.array_equal(getattr(kept, name)[4:], getattr(old, name)[4:])


def test_what_networks_tell_of_views_becomes_maps_by_median() -> None:
    mesh = ball(16)
    cameras = plan_views(mesh, 6, 0)
    texture, on_mesh = painted(mesh, SIZE)
    projection = project_texels(mesh, cameras, SIZE, SIZE)
    pictures = render_views(mesh, texture, cameras, SIZE)
    shape = (*pictures.shape[:3], 1)
    roughness, metallic = np.full(shape, 0.3, np.float32), np.full(shape, 0.9, np.float32)
    albedo = np.full_like(pictures, 0.5)
    told = Intrinsics(albedo, roughness, metallic)
    finish = Finish(delight=1.0, detail=0.0, roughness=0.6, metallic=0.0)
    made = make_maps(mesh, projection, pictures, told, None, finish, Progress())
    assert (np.abs(made.base_color[on_mesh].astype(int) - 128) <= 1).all()
    assert (np.abs(made.orm[on_mesh].astype(int) - [255, 77, 255]) <= 1).all()
    half = make_maps(
        mesh, projection, pictures, told, None, Finish(0.5, 0.0, 0.6, 0.0), Progress()
    ).base_color[on_mesh]
    mixed = (texture[on_mesh] + 0.5) / 2 * 255
    assert np.abs(half - mixed).mean() < 4
    alone = make_maps(mesh, projection, pictures, None, None, Finish(0.0, 0.0, 0.6, 0.2), Progress())
    assert (np.abs(alone.orm[on_mesh].astype(int) - [255, 153, 51]) <= 1).all()
