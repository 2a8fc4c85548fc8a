"""Ripples taken off a decoded shape: what the flow makes wavers a little where the thing is flat or round.

A mesh of the surface is denoised, which keeps edges; by how much that moved the surface is added to the
field, from which everything else is made.
"""

from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.ndimage import map_coordinates, spline_filter
from scipy.spatial import cKDTree

from maquette.geometry.denoising import denoise
from maquette.geometry.extraction.dual_contouring import EXTRACT_STEPS, extract
from maquette.progress import Progress

from .field import Field
from .model import Floats

CELLS: Final = 96  # of the mesh along each side of the cube
MOST: Final = 0.02  # of the cube: how far the surface may move
BAND: Final = 4.0  # cells around the surface in which the field changes
NEIGHBOURS: Final = 4  # vertices that a point takes its change from
ROUNDS: Final = 60
SHARPNESS: Final = 0.3  # edges are rounded before: what is made has none that are sharp
SMOOTH_STEPS: Final = EXTRACT_STEPS + 3


class Smoothed:
    """The distance of a field after its surface was denoised."""

    def __init__(self, field: Field, progress: Progress) -> None:
        """Reports SMOOTH_STEPS steps."""
        self.field = field
        cell = field.size / CELLS
        vertices, faces = extract(field.distance, field.bounds, cell, progress, None)
        moved = denoise(vertices, faces, progress, ROUNDS, SHARPNESS) if len(faces) else vertices
        self.change = _spread(field, moved, cell)
        self._spline = spline_filter(self.change, order=3, output=np.float32)  # straight pieces would show
        progress.step()

    def distance(self, points: Floats) -> Floats:
        """Signed distance [N] of points [N, 3], metres."""
        places = (points.T / np.float32(self.field.size) + np.float32(0.5)) * np.float32(CELLS)
        change = map_coordinates(self._spline, places, order=3, mode="nearest", prefilter=False)
        return np.asarray(self.field.distance(points) - change, np.float32)


def _spread(field: Field, moved: Floats, cell: float) -> npt.NDArray[np.float32]:
    """[N, N, N] how much is taken off distances at the corners of cells: 0 away from the surface."""
    axis = np.arange(CELLS + 1, dtype=np.float32) * np.float32(cell) - np.float32(field.size / 2)
    nodes = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1).reshape(-1, 3)
    change = np.zeros(len(nodes), np.float32)
    if len(moved):
        off = np.clip(field.distance(moved), -MOST * field.size, MOST * field.size)
        tree = cKDTree(moved)
        apart, near = tree.query(nodes, NEIGHBOURS, distance_upper_bound=BAND * cell)
        weight = np.where(np.isfinite(apart), np.exp(-np.square(apart / cell)), 0)
        weight += 1e-9 * np.isfinite(apart)
        total = weight.sum(axis=1)
        values = np.append(off, 0)[near]
        change = np.where(total > 0, (weight * values).sum(axis=1) / np.maximum(total, 1e-12), 0)
    return change.astype(np.float32).reshape((CELLS + 1,) * 3)
