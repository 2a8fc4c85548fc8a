import numpy as np

from maquette.render.tone import to_bytes, tone_map


def test_a_matte_colour_comes_out_as_it_is():
    base = np.float32([[0.7, 0.1, 0.05], [0.2, 0.5, 0.1], [0.5, 0.5, 0.5]])
    np.testing.assert_allclose(tone_map(base + np.float32(0.04)), base, atol=1e-6)


def test_brighter_light_is_never_darker_and_never_above_white():
    light = np.linspace(0, 60, 4001, dtype=np.float32)
    for color in ([1, 1, 1], [1, 0.2, 0.05], [0.1, 0.3, 1]):
        mapped = tone_map(light[:, None] * np.float32(color))
        assert (np.diff(mapped.max(axis=1)) >= -1e-6).all()
        assert mapped.min() >= 0
        assert mapped.max() <= 1


def test_saturated_highlights_keep_their_hue():
    mapped = tone_map(np.float32([2.0, 0.5, 0.2]))
    assert mapped[0] > mapped[1] > mapped[2]


def test_bytes_are_srgb():
    half_light = np.float32([0.0, 0.2140, 1.0, 2.0])
    assert to_bytes(half_light).tolist() == [0, 127, 255, 255]
