"""Analytic distance fields and meshes to test against."""

import numpy as np

from maquette.assets.mesh import Floats
from maquette.geometry.field import Distance


def sphere(radius: float, centre: tuple[float, float, float] = (0, 0, 0)) -> Distance:
    return lambda p: np.linalg.norm(p - np.float32(centre), axis=1) - np.float32(radius)


def box(half: tuple[float, float, float], centre: tuple[float, float, float] = (0, 0, 0)) -> Distance:
    def distance(p: Floats) -> Floats:
        q = np.abs(p - np.float32(centre)) - np.float32(half)
        return np.linalg.norm(np.maximum(q, 0), axis=1) + np.minimum(q.max(axis=1), 0)

    return distance


def cylinder(radius: float, half: float, centre: tuple[float, float, float] = (0, 0, 0)) -> Distance:
    def distance(p: Floats) -> Floats:
        q = p - np.float32(centre)
        d = np.stack([np.hypot(q[:, 0], q[:, 1]) - np.float32(radius), np.abs(q[:, 2]) - np.float32(half)], 1)
        return np.linalg.norm(np.maximum(d, 0), axis=1) + np.minimum(d.max(axis=1), 0)

    return distance


def torus(major: float, minor: float) -> Distance:
    return lambda p: np.hypot(np.hypot(p[:, 0], p[:, 1]) - np.float32(major), p[:, 2]) - np.float32(minor)


def union(*fields: Distance) -> Distance:
    return lambda p: np.minimum.reduce([field(p) for field in fields])


def minus(field: Distance, *holes: Distance) -> Distance:
    return lambda p: np.maximum(field(p), -np.minimum.reduce([hole(p) for hole in holes]))


def rotated(field: Distance, angle: float) -> Distance:
    """Turned about an oblique axis (1, 2, 3)."""
    x, y, z = np.array([1, 2, 3]) / np.sqrt(14)
    cross = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]])
    matrix = np.eye(3) + np.sin(angle) * cross + (1 - np.cos(angle)) * cross @ cross
    return lambda p: field(p @ matrix.astype(np.float32))


def drilled_block() -> Distance:
    """A box with a hole through each of two sides: genus 3, since the holes meet."""
    along_z = cylinder(0.15, 1)
    return minus(box((0.5, 0.3, 0.25)), along_z, lambda p: along_z(p[:, [2, 0, 1]]))


def chair() -> Distance:
    """A seat, four round legs and a back with slats, about 0.9 m high."""
    legs = [cylinder(0.02, 0.22, (x, y, 0.22)) for x in (-0.19, 0.19) for y in (-0.19, 0.19)]
    posts = [cylinder(0.018, 0.25, (x, 0.19, 0.67)) for x in (-0.19, 0.19)]
    slats = [box((0.19, 0.008, 0.03), (0, 0.19, z)) for z in (0.6, 0.72, 0.84)]
    return union(box((0.22, 0.22, 0.02), (0, 0, 0.45)), *legs, *posts, *slats)


CHAIR_BOUNDS = np.array([[-0.24, -0.24, -0.01], [0.24, 0.24, 0.93]])
UNIT_BOUNDS = np.array([[-0.6, -0.6, -0.6], [0.6, 0.6, 0.6]])
