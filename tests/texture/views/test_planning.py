"""Planned views hold the object, see most of it, and more are added only where they help."""

import numpy as np
import pytest

from maquette.progress import CancelledError, Progress
from maquette.texture.views import plan_views, project_texels
from maquette.texture.views.planning import MARGIN, orbit

from .scenes import ball, box, sheet, together


def crate():
    """A box without a lid, deep, with its opening tilted towards none of the fixed views."""
    walls = [(sheet(2), (0, 0, 0)), (sheet(2), (0, 1, 0))]
    turned = [turn(sheet(2)) for _ in range(2)]
    return together(
        *walls, (turned[0], (-0.5, 0.5, 0)), (turned[1], (0.5, 0.5, 0)), (ball(8, 0.1), (0, 0.5, 0))
    )


def turn(mesh):
    return type(mesh)(mesh.vertices[:, [1, 0, 2]].copy(), mesh.faces, mesh.uvs)


def test_every_view_holds_the_whole_object_with_a_margin():
    mesh = box()
    largest = 0
    for camera in plan_views(mesh, extra=0):
        ndc = np.abs(camera.project(mesh.vertices)[:, :3])
        assert ndc[:, :2].max() <= 1 / MARGIN + 1e-6
        assert ndc[:, 2].max() <= 1
        largest = max(largest, ndc[:, :2].max())
    assert largest > 0.95 / MARGIN


def test_ten_views_see_all_of_a_ball_and_none_is_added():
    mesh = ball()
    cameras = plan_views(mesh)
    assert len(cameras) == 10
    projection = project_texels(mesh, cameras, 128, 128)
    seen = np.unique(np.concatenate([samples.texel for samples in projection.views]))
    assert len(seen) == len(projection.texels)


def test_added_views_see_what_the_fixed_ones_do_not():
    mesh = ball()
    fixed, planned = plan_views(mesh, 1, 0), plan_views(mesh, 1, 4)
    assert len(planned) == 5
    shares = []
    for cameras in (fixed, planned):
        projection = project_texels(mesh, cameras, 128, 128)
        seen = np.unique(np.concatenate([samples.texel for samples in projection.views]))
        shares.append(len(seen) / len(projection.texels))
    assert shares[0] < 0.5
    assert shares[1] > 0.98


def test_views_are_added_only_while_each_shows_a_hundredth_more():
    assert len(plan_views(ball(), 1, 50)) < 12


def test_the_same_mesh_gives_the_same_views():
    one, other = (plan_views(crate()) for _ in range(2))
    assert len(one) == len(other) > 10
    for a, b in zip(one, other, strict=True):
        assert np.array_equal(a.camera_to_world, b.camera_to_world)


def test_front_and_right_are_where_the_names_say():
    mesh = ball()
    front, side, above = orbit(mesh, [(0, 0), (90, 0), (0, 90)])
    assert np.allclose(front.camera_to_world[:3, 2], [0, -1, 0], atol=1e-9)
    assert np.allclose(side.camera_to_world[:3, 2], [1, 0, 0], atol=1e-9)
    assert np.allclose(above.camera_to_world[:3, 1], [0, 1, 0], atol=1e-9)


def test_planning_can_be_cancelled():
    with pytest.raises(CancelledError):
        plan_views(crate(), progress=Progress(is_cancelled=lambda: True))
