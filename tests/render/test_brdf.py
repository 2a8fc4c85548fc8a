import numpy as np
import pytest

from maquette.render.brdf import environment_brdf, mirror_occlusion

from .ggx import ggx, hemisphere, viewer


@pytest.mark.parametrize("roughness", [0.3, 0.5, 0.77, 1.0])
@pytest.mark.parametrize("facing", [0.05, 0.3, 0.62, 1.0])
def test_scale_and_offset_are_the_integral_over_all_light(roughness, facing):
    directions, solid_angle = hemisphere()
    lobe, grazing = ggx(directions, viewer(facing), roughness**2)
    reflected = lobe * directions[:, 2] * solid_angle
    scale, offset = environment_brdf(np.float32([roughness]), np.float32([facing]))
    assert scale[0, 0] == pytest.approx((reflected * (1 - grazing)).sum(), abs=0.012)
    assert offset[0, 0] == pytest.approx((reflected * grazing).sum(), abs=0.006)


def test_a_smooth_mirror_follows_schlick():
    facing = np.linspace(0.1, 1, 10, dtype=np.float32)
    scale, offset = environment_brdf(np.zeros(10, np.float32), facing)
    np.testing.assert_allclose(offset[:, 0], (1 - facing) ** 5, atol=0.01)
    np.testing.assert_allclose(scale[:, 0], 1 - (1 - facing) ** 5, atol=0.01)


def test_no_more_is_mirrored_than_arrives():
    roughness, facing = (grid.ravel() for grid in np.meshgrid(*[np.linspace(0, 1, 41, dtype=np.float32)] * 2))
    scale, offset = environment_brdf(roughness, facing)
    assert (scale + offset).max() < 1.01
    assert min(scale.min(), offset.min()) >= 0


def test_occlusion_of_a_sharp_mirror_is_that_of_one_direction_and_nothing_hides_an_open_one():
    one = np.ones(5, np.float32)
    roughness = np.linspace(0, 1, 5, dtype=np.float32)
    np.testing.assert_allclose(mirror_occlusion(one, roughness, 0.5 * one), 1, atol=1e-6)
    hidden = mirror_occlusion(0.4 * one, roughness, 0.5 * one)
    assert (np.diff(hidden) >= 0).all() or (np.diff(hidden) <= 0).all()
    assert mirror_occlusion(0 * one, roughness, 0 * one).max() == 0
