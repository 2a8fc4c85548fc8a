"""Unseen texels continue the surface around them, over seams; nothing known is changed."""

import numpy as np
import pytest

from maquette.assets import Mesh
from maquette.progress import CancelledError, Progress
from maquette.protocol import MaquetteError
from maquette.texture.views import complete
from maquette.texture.views import laplace as solver
from maquette.texture.views.texel_points import texel_points

from .scenes import ball, box, painted, sheet, together

SIZE = 128


def stretched_sheet():
    """Two halves of a sheet, one chart each, far apart and of different scale in the texture."""
    mesh = sheet(8)
    left = (mesh.vertices[mesh.faces][..., 0].mean(axis=1) < 0)[:, None, None]
    uvs = np.where(left, mesh.uvs * np.float32([0.8, 0.4]) + np.float32([0.55, 0.02]), mesh.uvs * 0.5)
    uvs = np.where(left, uvs, uvs + np.float32([-0.2, 0.48]))
    return Mesh(mesh.vertices, mesh.faces, uvs.astype(np.float32))


def by_place(function):
    return lambda points: np.repeat(function(*points.T)[:, None], 3, axis=1).astype(np.float32)


@pytest.mark.parametrize("direct", [True, False])
def test_a_linear_colour_is_continued_exactly_across_a_seam(direct, monkeypatch):
    if not direct:
        monkeypatch.setattr(solver, "DIRECT", 100)
    mesh = stretched_sheet()
    truth, on_mesh = painted(mesh, SIZE, by_place(lambda x, y, z: 0.5 + 0.4 * x))
    points = texel_points(mesh, SIZE)
    hidden = np.zeros(SIZE * SIZE, bool)
    hidden[points.texels[np.abs(points.positions[:, 0]) < 0.3]] = True  # the seam is in the middle of it
    covered = on_mesh & ~hidden.reshape(SIZE, SIZE)
    filled = complete(mesh, truth * covered[..., None], covered, 4)
    error = np.abs(filled - truth)[on_mesh & ~covered]
    assert len(error) > 1000
    assert error.max() < 0.02


def test_iterating_gives_what_the_direct_solve_gives(monkeypatch):
    mesh = ball()
    truth, on_mesh = painted(mesh, SIZE)
    points = texel_points(mesh, SIZE)
    covered = np.zeros(SIZE * SIZE, bool)
    covered[points.texels[points.positions[:, 1] < 0]] = True
    covered = covered.reshape(SIZE, SIZE)
    direct = complete(mesh, truth, covered, 2)
    monkeypatch.setattr(solver, "DIRECT", 100)
    iterated = complete(mesh, truth, covered, 2)
    assert np.abs(direct - iterated)[on_mesh].max() < 1 / 1000


def test_values_stay_within_those_around():
    mesh = ball()
    truth, on_mesh = painted(mesh, SIZE)
    covered = on_mesh & (np.random.default_rng(0).random((SIZE, SIZE)) < 0.02)
    filled = complete(mesh, truth, covered, 2)
    assert filled[on_mesh].max() <= truth[covered].max() + 1e-5
    assert filled[on_mesh].min() >= truth[covered].min() - 1e-5


def test_known_texels_keep_their_bits_and_gutters_repeat_the_nearest():
    mesh = box()
    truth, on_mesh = painted(mesh, SIZE)
    covered = on_mesh & (np.indices(on_mesh.shape).sum(0) % 3 > 0)
    filled = complete(mesh, truth, covered, 4)
    assert np.array_equal(filled[covered], truth[covered])
    row, column = np.argwhere(on_mesh & ~np.roll(on_mesh, 1, axis=0))[5]  # the first row of a chart
    assert np.array_equal(filled[row - 1, column], filled[row, column])


def test_an_unseen_piece_takes_the_colour_of_the_nearest_place():
    mesh = together((box(), (0, 0, 0)), (box(half=0.1), (0.7, 0, 0)))
    truth, on_mesh = painted(mesh, SIZE, by_place(lambda x, y, z: np.where(x > 0.49, 0.9, 0.1)))
    points = texel_points(mesh, SIZE)
    far = np.zeros(SIZE * SIZE, bool)
    far[points.texels[points.positions[:, 0] > 0.55]] = True
    far = far.reshape(SIZE, SIZE)
    filled = complete(mesh, truth * ~far[..., None], on_mesh & ~far, 2)
    assert np.abs(filled[far] - 0.9).max() < 1e-6
    assert far.sum() > 500


def test_charts_that_only_touch_in_the_texture_do_not_mix():
    """Two boxes whose charts share borders in the texture: one black, one white, with unseen strips."""
    one, other = sheet(2), sheet(2)
    mesh = Mesh(
        np.concatenate([one.vertices, other.vertices + np.float32([0, 3, 0])]),
        np.concatenate([one.faces, other.faces + len(one.vertices)]),
        np.concatenate(
            [one.uvs * np.float32([0.5, 1]), other.uvs * np.float32([0.5, 1]) + np.float32([0.5, 0])]
        ),
    )
    truth, on_mesh = painted(mesh, 64, by_place(lambda x, y, z: (y > 1) * 1.0))
    covered = on_mesh.copy()
    covered[:, 24:40] = False  # on both sides of the shared border
    filled = complete(mesh, truth * covered[..., None], covered, 2)
    assert np.abs(filled - truth).max() < 1e-6


def test_nothing_seen_is_an_error_for_people():
    with pytest.raises(MaquetteError, match=r"none of the \d+ texels"):
        complete(box(), np.zeros((64, 64, 3), np.float32), np.zeros((64, 64), bool), 2)


def test_completing_can_be_cancelled():
    truth, on_mesh = painted(box(), 64)
    with pytest.raises(CancelledError):
        complete(box(), truth, on_mesh, 2, Progress(is_cancelled=lambda: True))
