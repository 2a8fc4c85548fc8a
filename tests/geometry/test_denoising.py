"""Ripples go, edges stay."""

import numpy as np
import pytest

from maquette.geometry.denoising import denoise
from maquette.geometry.extraction.dual_contouring import extract
from maquette.progress import CancelledError, Progress

BOUNDS = np.array([[-0.5] * 3, [0.5] * 3])


def rippled(distance, strength: float):
    """A mesh of a field with ripples on it, and the field without."""

    def wavy(points):
        p = points.astype(np.float64)
        return (distance(points) + strength * np.sin(50 * p).sum(axis=1) / 3).astype(np.float32)

    return extract(wavy, BOUNDS, 1 / 64, Progress(), None)


def ball(points):
    return (np.linalg.norm(points, axis=1) - 0.35).astype(np.float32)


def cube(points):
    outside = np.abs(points) - 0.3
    return np.where(
        (outside <= 0).all(axis=1), outside.max(axis=1), np.linalg.norm(np.maximum(outside, 0), axis=1)
    ).astype(np.float32)


def angles(vertices, faces, distance) -> np.ndarray:
    """Degrees [F] between the faces' normals and the field's."""
    a, b, c = (vertices[faces[:, i]].astype(np.float64) for i in range(3))
    normals = np.cross(b - a, c - a)
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    middles = (a + b + c) / 3
    steps = 1e-3 * np.eye(3)
    slope = np.stack([distance(middles + s) - distance(middles - s) for s in steps], axis=1).astype(float)
    slope /= np.linalg.norm(slope, axis=1, keepdims=True)
    return np.degrees(np.arccos(np.clip((normals * slope).sum(axis=1), -1, 1)))


@pytest.mark.parametrize("distance", [ball, cube])
def test_normals_come_near_to_those_of_the_shape_without_ripples(distance) -> None:
    vertices, faces = rippled(distance, 0.006)
    found = denoise(vertices, faces, Progress())
    before, after = angles(vertices, faces, distance).mean(), angles(found, faces, distance).mean()
    assert before > 4
    assert after < 0.5 * before
    assert np.abs(distance(found)).mean() < np.abs(distance(vertices)).mean()


def test_an_edge_stays_sharp() -> None:
    vertices, faces = extract(cube, BOUNDS, 1 / 64, Progress(), None)
    found = denoise(vertices, faces, Progress())
    assert np.abs(found - vertices).max() < 1e-3
    corner = np.linalg.norm(np.abs(found) - 0.3, axis=1).min()
    assert corner < 1e-3


def test_the_work_can_be_cancelled() -> None:
    vertices, faces = extract(ball, BOUNDS, 1 / 16, Progress(), None)
    with pytest.raises(CancelledError):
        denoise(vertices, faces, Progress(is_cancelled=lambda: True))
