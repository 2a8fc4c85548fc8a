import numpy as np
import pytest

from maquette.render.ground import Ground
from maquette.render.lighting import Received
from maquette.render.shade import shade
from maquette.render.studio import Dome, SoftBox, Studio
from maquette.render.surface import Surface

GROUND = Ground(0.0, np.zeros(2, np.float32), 1.0, np.ones((4, 4), np.float32))
UP = np.float32([[0, 0, 1]])


def _furnace() -> Studio:
    """The same light, 1, from everywhere."""
    one = np.ones(3, dtype=np.float32)
    dark = SoftBox(UP[0], np.float32([1, 0, 0]), np.float32([0, 1, 0]), 0.1, 0.1, 0 * one, (1, 1))
    return Studio(dark, dark, dark, Dome(one, one, one, one))


def _surface(roughness: float, metallic: float, color: float = 1.0, occlusion: float = 1.0) -> Surface:
    def column(value: float) -> np.ndarray:
        return np.full(1, value, dtype=np.float32)

    base = np.full((1, 3), color, dtype=np.float32)
    position = np.float32([[0, 0, 1]])
    return Surface(
        position,
        UP,
        base,
        column(1),
        column(occlusion),
        column(roughness),
        column(metallic),
        None,
        column(1) > 0,
    )


def _received() -> Received:
    full = np.full((1, 3), np.pi, dtype=np.float32)
    return Received(0 * full, full, np.ones(1, np.float32), np.ones((1, 3), np.float32))


def _view(angle_deg: float) -> np.ndarray:
    angle = np.radians(angle_deg)
    return np.float32([[np.sin(angle), 0, np.cos(angle)]])


@pytest.mark.parametrize("angle_deg", [0, 30, 60, 75])
@pytest.mark.parametrize("roughness", [0.05, 0.3, 0.6, 1.0])
def test_a_white_metal_in_even_light_is_as_bright_as_the_light(roughness, angle_deg):
    body, mirror = shade(_surface(roughness, 1.0), _view(angle_deg), _received(), _furnace(), GROUND)
    np.testing.assert_allclose(body + mirror, 1, atol=0.02)


@pytest.mark.parametrize("angle_deg", [0, 45, 70])
@pytest.mark.parametrize("roughness", [0.2, 0.7])
def test_a_white_dielectric_neither_gains_nor_loses_much(roughness, angle_deg):
    body, mirror = shade(_surface(roughness, 0.0), _view(angle_deg), _received(), _furnace(), GROUND)
    np.testing.assert_allclose(body + mirror, 1, atol=0.05)
    assert (mirror < 0.35).all()


def test_a_metal_has_no_body_colour_and_mirrors_in_its_own():
    body, mirror = shade(_surface(0.3, 1.0, color=0.5), _view(0), _received(), _furnace(), GROUND)
    assert (body == 0).all()
    np.testing.assert_allclose(mirror, 0.5, atol=0.05)


def test_occlusion_darkens_but_never_to_black_in_white_crevices():
    open_body, _ = shade(_surface(0.8, 0.0, 0.9), _view(0), _received(), _furnace(), GROUND)
    white, _ = shade(_surface(0.8, 0.0, 0.9, occlusion=0.3), _view(0), _received(), _furnace(), GROUND)
    dark, _ = shade(_surface(0.8, 0.0, 0.1, occlusion=0.3), _view(0), _received(), _furnace(), GROUND)
    assert (white < 0.8 * open_body).all()
    assert (white / 0.9 > 1.1 * dark / 0.1).all()


def test_a_hollow_of_metal_mirrors_itself_and_one_of_glaze_is_dark():
    def shown(metallic: float, color: float) -> float:
        surface = _surface(0.2, metallic, color, occlusion=0.3)
        _, mirror = shade(surface, _view(0), _received(), _furnace(), GROUND)
        _, in_the_open = shade(_surface(0.2, metallic, color), _view(0), _received(), _furnace(), GROUND)
        return float((mirror / in_the_open).mean())

    assert shown(1.0, 0.9) > shown(1.0, 0.2) + 0.1
    assert shown(1.0, 0.9) > shown(0.0, 0.9) + 0.1
