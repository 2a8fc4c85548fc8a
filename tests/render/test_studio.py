import numpy as np
import pytest

from maquette.render.studio import build_studio

STUDIO = build_studio(35)
_FIBONACCI = 200_000


def _sphere(count: int = _FIBONACCI) -> np.ndarray:
    number = np.arange(count) + 0.5
    z = 1 - 2 * number / count
    turn = np.pi * (1 + np.sqrt(5)) * number
    level = np.sqrt(1 - z * z)
    return np.stack([level * np.cos(turn), level * np.sin(turn), z], axis=1).astype(np.float32)


@pytest.mark.parametrize("box", STUDIO.boxes, ids=["key", "fill", "rim"])
def test_the_light_of_a_box_is_that_of_its_picture(box):
    directions = _sphere()
    seen = box.mirrored(directions, np.full(len(directions), 1e-3, dtype=np.float32))
    solid_angle = seen.sum() * 4 * np.pi / len(directions)
    total = box.light_samples().lights.sum(axis=0)
    np.testing.assert_allclose(total, solid_angle * box.radiance, rtol=0.02)


@pytest.mark.parametrize("box", STUDIO.boxes, ids=["key", "fill", "rim"])
def test_a_rough_mirror_shows_a_dimmer_and_wider_box(box):
    near, far = box.axis[None], (box.axis + 1.3 * box.half_width * box.right)[None]
    far = far / np.linalg.norm(far)
    sharp, rough = np.float32([0.01]), np.float32([0.8])
    assert box.mirrored(near, sharp) > 1.5
    assert box.mirrored(near, rough) < 0.8
    assert box.mirrored(far, rough) > box.mirrored(far, sharp)
    assert box.mirrored(-near, rough) == 0


def test_the_studio_turns_with_the_camera():
    turned = build_studio(125)
    quarter = np.float32([[0, -1, 0], [1, 0, 0], [0, 0, 1]])
    for here, there in zip(STUDIO.boxes, turned.boxes, strict=True):
        np.testing.assert_allclose(quarter @ here.axis, there.axis, atol=1e-6)


def test_light_samples_are_unit_and_on_their_side():
    for box in STUDIO.boxes:
        samples = box.light_samples()
        np.testing.assert_allclose(np.linalg.norm(samples.directions, axis=1), 1, rtol=1e-5)
        assert (samples.directions @ box.axis > 0.7).all()


def test_the_dome_is_brightest_at_the_horizon_and_its_parts_add_up():
    directions = np.float32([[0, 0, 1], [1, 0, 0.02], [0, 0, -1]])
    above, floor = STUDIO.dome.mirrored(directions, np.full(3, 0.01, dtype=np.float32))
    np.testing.assert_allclose(above[0] + floor[0], STUDIO.dome.zenith, rtol=1e-5)
    np.testing.assert_allclose(above[2] + floor[2], STUDIO.dome.nadir, rtol=1e-5)
    assert (above[1] + floor[1] > above[0] + floor[0]).all()
