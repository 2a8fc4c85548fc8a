"""Pictures show the texture where the surface is."""

import numpy as np

from maquette.texture.views import look_up_pixels, orbit, render, render_views
from maquette.texture.views.rendering import flat_pyramid, pyramid_sizes

from .scenes import ball, painted, sheet, waves

FRONT = [(0.0, 0.0)]


def test_an_upright_sheet_shows_its_texture():
    mesh, size = sheet(), 128
    texture = np.random.default_rng(0).random((8, 8, 3), np.float32).repeat(16, 0).repeat(16, 1)
    [camera] = orbit(mesh, FRONT)
    [image] = render_views(mesh, texture, [camera], size)
    clip = camera.project(np.float32([[-0.5, 0, 0.5], [0.5, 0, -0.5]]))
    left, right = (clip[:, 0] + 1) * size / 2
    top = (1 - clip[0, 1]) * size / 2
    for row in range(8):
        for column in range(8):
            at = np.array([row + 0.5, column + 0.5]) / 8 * (right - left) + [top, left]
            assert np.allclose(
                image[int(at[0]), int(at[1])], texture[row * 16 + 8, column * 16 + 8], atol=1e-6
            )
    assert (image[0, 0] == 0.5).all()


def test_a_ball_shows_the_colour_of_each_place():
    mesh = ball()
    texture, _ = painted(mesh, 256)
    [camera] = orbit(mesh, FRONT)
    lookup = look_up_pixels(mesh, [camera], 256, 128)
    image = render(lookup, texture, background=0)[0]
    half = 1 / camera.projection[1, 1]
    row, column = np.nonzero(lookup.covered[0])
    x, z = ((column + 0.5) / 64 - 1) * half, (1 - (row + 0.5) / 64) * half
    inside = np.hypot(x, z) < 0.45
    place = np.stack([x, -np.sqrt(np.maximum(0.25 - x * x - z * z, 0)), z], axis=1)[inside]
    assert np.abs(image[row[inside], column[inside]] - waves(place)).max() < 0.03
    assert (image[~lookup.covered[0]] == 0).all()


def test_minified_textures_are_averaged():
    checks = np.indices((256, 256)).sum(0) % 2
    texture = np.repeat(checks[..., None], 1, axis=2).astype(np.float32)
    mesh = sheet()
    lookup = look_up_pixels(mesh, orbit(mesh, FRONT), 256, 64)
    assert np.abs(render(lookup, texture)[lookup.covered] - 0.5).max() < 1e-6


def test_pyramids_halve_while_sizes_are_even():
    assert pyramid_sizes(24) == [24, 12, 6, 3]
    texture = np.random.default_rng(0).random((12, 12, 2), np.float32)
    pyramid = flat_pyramid(texture)
    assert len(pyramid) == 144 + 36 + 9
    assert np.allclose(pyramid[-9:].mean(axis=0), texture.mean(axis=(0, 1)))
