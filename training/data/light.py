"""Random surroundings that pictures of the training objects are lit by."""

from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

from maquette.render.environment import PICTURE_ROWS, Environment, picture_directions, prefilter, soft_studio

COUNT: Final = 12
Floats = npt.NDArray[np.float32]


@cache
def environments() -> tuple[Environment, ...]:
    """Some random rooms and skies, and the studio of the previews twice: what users' own renders show."""
    rng = np.random.default_rng(7)
    studio = soft_studio()
    return (*(prefilter(_room(rng)) for _ in range(COUNT - 2)), studio, studio)


def _room(rng: np.random.Generator) -> Floats:  # [R, 2R, 3] linear
    """A sky and ground of two shades, one to four soft lamps, scaled to a mean radiance of about one half."""
    directions = picture_directions(PICTURE_ROWS)
    height = directions[..., 2:]
    sky, ground = _tint(rng) * rng.uniform(0.4, 1.0), _tint(rng) * rng.uniform(0.1, 0.5)
    radiance = ground + (sky - ground) / (1 + np.exp(-height * rng.uniform(2, 12)))
    for _ in range(rng.integers(1, 5)):
        towards = rng.normal(size=3) + np.array([0, -0.6, 0.8])  # mostly above and in front
        towards /= np.linalg.norm(towards)
        sharpness, strength = rng.uniform(8, 60), rng.uniform(2, 14)
        radiance = (
            radiance + _tint(rng) * strength * np.exp(sharpness * (directions @ towards - 1))[..., None]
        )
    weight = np.sqrt(1 - height * height)
    mean = (radiance * weight).sum() / (3 * weight.sum())
    return np.asarray(radiance * (rng.uniform(0.4, 0.7) / mean), np.float32)


def _tint(rng: np.random.Generator) -> Floats:
    """Nearly white."""
    return np.asarray(1 + rng.normal(0, 0.06, 3), np.float32)
