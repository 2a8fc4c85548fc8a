"""Blurred surroundings against integrals over the sphere."""

import numpy as np
import pytest

from maquette.render import environment
from maquette.render.environment import harmonics, picture_directions, prefilter, soft_studio
from maquette.render.studio import build_studio

from .ggx import hemisphere

ROWS = 128
EVERYWHERE = picture_directions(ROWS)
AROUND = np.random.default_rng(0).normal(size=(20, 3))
AROUND = (AROUND / np.linalg.norm(AROUND, axis=1, keepdims=True)).astype(np.float32)


def _sky(directions: np.ndarray) -> np.ndarray:
    """Smooth and lopsided: every axis matters, and so does the sign."""
    x, y, z = np.moveaxis(directions, -1, 0)
    return np.stack([1 + x, 1 + y * z, np.exp(2 * z)], axis=-1)


def _frame(normal: np.ndarray) -> np.ndarray:
    """Rotation [3, 3] that takes +Z to the normal."""
    side = np.cross(normal, np.eye(3)[np.abs(normal).argmin()])
    side /= np.linalg.norm(side)
    return np.stack([side, np.cross(normal, side), normal], axis=1)


def test_even_light_stays_even():
    white = prefilter(np.ones((ROWS, 2 * ROWS, 3), np.float32))
    np.testing.assert_allclose(white.diffuse(AROUND), 1, rtol=1e-3)
    for roughness in (0, 0.3, 1):
        np.testing.assert_allclose(white.mirrored(AROUND, np.full(20, roughness)), 1, rtol=1e-5)


def test_a_white_surface_shows_the_light_weighted_by_the_cosine():
    lit = prefilter(_sky(EVERYWHERE).astype(np.float32))
    directions, solid_angle = hemisphere(100)
    for normal, shown in zip(AROUND, lit.diffuse(AROUND), strict=True):
        light = _sky(directions @ _frame(normal).T)
        expected = (light * (directions[:, 2] * solid_angle)[:, None]).sum(axis=0) / np.pi
        np.testing.assert_allclose(shown, expected, rtol=0.03, atol=0.01)


@pytest.mark.parametrize("roughness", [0.4, 0.6, 0.8, 1.0])
def test_a_rough_mirror_shows_the_light_averaged_over_its_lobe(roughness):
    lit = prefilter(_sky(EVERYWHERE).astype(np.float32))
    directions, solid_angle = hemisphere(150)
    n_l = directions[:, 2]
    lobe = n_l * solid_angle / ((1 + n_l) / 2 * (roughness**4 - 1) + 1) ** 2
    for normal, shown in zip(AROUND, lit.mirrored(AROUND, np.full(20, roughness)), strict=True):
        light = _sky(directions @ _frame(normal).T)
        expected = (light * lobe[:, None]).sum(axis=0) / lobe.sum()
        np.testing.assert_allclose(shown, expected, rtol=0.02, atol=0.01)


def test_a_sharp_mirror_shows_the_picture_itself_across_its_edges_and_poles():
    lit = prefilter(_sky(EVERYWHERE).astype(np.float32))
    around = np.concatenate([AROUND, np.float32([[0, 0, 1], [0, 0, -1], [-1, 1e-6, 0], [-1, -1e-6, 0]])])
    np.testing.assert_allclose(lit.mirrored(around, np.zeros(24)), _sky(around), rtol=0.02, atol=0.02)


def test_roughness_between_two_levels_lies_between_them():
    lit = soft_studio()
    low, high = environment._ROUGHNESS[1:3]
    ends = [lit.mirrored(AROUND, np.full(20, roughness)) for roughness in (low, high)]
    np.testing.assert_allclose(lit.mirrored(AROUND, np.full(20, (low + high) / 2)), sum(ends) / 2, rtol=1e-4)


def test_the_soft_studio_has_its_lamps_where_the_previews_have_them():
    lit, studio = soft_studio(), build_studio(0)
    lamps = np.stack([box.axis for box in studio.boxes])
    shown = lit.mirrored(lamps, np.zeros(3))
    assert (shown > [[2.0], [0.5], [2.0]]).all()
    assert (shown > lit.mirrored(-lamps, np.zeros(3))).all()
    up_and_down = lit.diffuse(np.float32([[0, 0, 1], [0, 0, -1]]))
    assert up_and_down[0].min() > up_and_down[1].max() > 0.3
    assert lit.texels.min() > 0


def test_harmonics_are_orthonormal():
    basis = harmonics(EVERYWHERE).reshape(-1, 9)
    weights = np.repeat(environment._solid_angles(ROWS), 2 * ROWS)
    np.testing.assert_allclose(basis.T @ (basis * weights[:, None]), np.eye(9), atol=1e-3)
