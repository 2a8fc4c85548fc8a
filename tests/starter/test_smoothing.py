"""Fields whose surface ripples, and what is left of that."""

from dataclasses import replace

import numpy as np

from maquette.progress import Progress
from maquette.starter.model import TRUNCATION
from maquette.starter.smoothing import MOST, SMOOTH_STEPS, Smoothed

from .test_field import balls, centres

RADIUS = 0.3


def rippled(size: float = 1.0):
    """A ball whose surface goes in and out by a hundredth of the cube."""
    field = balls((0, 0, 0, RADIUS), size=size)
    features = field.features.copy()
    features[..., 0] += 0.01 / TRUNCATION * np.sin(60 * centres()).sum(axis=-1) / 2
    return replace(field, features=features)


def on_ball(radius: float, size: float) -> np.ndarray:
    rows = np.random.default_rng(0).normal(size=(4000, 3))
    return (size * radius * rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def lean(distance, size: float) -> float:
    """The mean angle in degrees between slopes of a distance and those of the ball, on the ball."""
    places = on_ball(RADIUS, size)
    step = 0.005 * size
    around = np.concatenate([places + step * s * axis for axis in np.eye(3) for s in (1, -1)])
    values = distance(around.astype(np.float32)).reshape(3, 2, -1)
    slope = (values[:, 0] - values[:, 1]).T
    cosine = (slope * places).sum(axis=1) / np.linalg.norm(slope, axis=1) / np.linalg.norm(places, axis=1)
    return float(np.degrees(np.arccos(np.clip(cosine, -1, 1))).mean())


def test_the_surface_looks_more_like_that_of_the_ball() -> None:
    for size in (1.0, 3.0):
        field = rippled(size)
        smoothed = Smoothed(field, Progress())
        before, after = lean(field.distance, size), lean(smoothed.distance, size)
        assert before > 8
        assert after < 0.6 * before
        assert np.abs(smoothed.change).max() <= MOST * size


def test_what_is_away_from_the_surface_stays() -> None:
    field = rippled()
    smoothed = Smoothed(field, Progress())
    far = np.concatenate([on_ball(0.1, 1.0), on_ball(0.49, 1.0), on_ball(2.0, 1.0)])
    assert np.allclose(smoothed.distance(far), field.distance(far), atol=1e-6)


def test_every_step_is_reported_and_nothing_is_no_matter() -> None:
    reported: list[int] = []
    progress = Progress(report=lambda _stage, step, _steps, _note, _preview: reported.append(step))
    progress.stage("smooth", SMOOTH_STEPS)
    Smoothed(rippled(), progress)
    assert reported[-1] == SMOOTH_STEPS == len(set(reported)) - 1
    empty = balls((0, 0, 0, -0.1))
    assert np.allclose(Smoothed(empty, Progress()).change, 0)
