"""How fine a lattice an object needs, and where: from its area and the thickness of its parts."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from maquette.assets.mesh import Floats
from maquette.geometry.field import Distance, Gradient, evaluate, evaluate_with_normals
from maquette.progress import Progress

SCOUT_CELLS = 40  # along the longest side
CELLS_PER_TRIANGLE = 2  # cells that the surface should cross: each gives two triangles to simplify from
FEWEST_CELLS, MOST_CELLS = 24_000, 240_000
COARSEST, FINEST = 128, 400  # cells along the longest side, whatever the area
THIN_SHARE = 0.06  # of the surface: parts are as thin as the thickness that this much of it falls below
CELLS_ACROSS = 4  # a thin part should have
AFFORDABLE = 1.6  # times finer than the area alone asks for, at most
MAX_PROBES = 3000
DEPTHS = np.geomspace(0.002, 0.1, 20)  # of the longest side


@dataclass(frozen=True)
class Resolution:
    """A lattice that fits an object."""

    bounds: npt.NDArray[np.float64]  # [2, 3] metres, tight up to a scout cell
    cell_size: float  # metres


def choose_resolution(
    distance: Distance,
    gradient: Gradient | None,
    bounds: npt.ArrayLike,  # [2, 3] metres
    triangles: int,
    progress: Progress,
) -> Resolution:
    """Looks at the field on a coarse grid within `bounds` and decides.

    The number of cells on the surface follows from the triangles that are wanted, so that a slender object
    gets finer cells than a bulky one of the same length; parts thinner than a few cells refine it further, as
    far as is affordable. A field without a surface keeps its bounds.
    """
    given = np.asarray(bounds, np.float64)
    side = float((given[1] - given[0]).max()) / SCOUT_CELLS
    points, values = _scout(distance, given, side, progress)
    touched = np.abs(values) <= side
    if not touched.any():
        return Resolution(given, side * SCOUT_CELLS / COARSEST)
    near, normals = evaluate_with_normals(distance, gradient, points[touched], 0.05 * side, progress)
    surface = points[touched] - near[:, None] * normals
    # A point from the middle of a part has no direction to go and is dropped.
    landed = np.abs(evaluate(distance, surface, progress)) < 0.1 * side
    surface, normals = surface[landed], normals[landed]
    if len(surface) == 0:
        return Resolution(given, side * SCOUT_CELLS / COARSEST)
    tight = np.stack([surface.min(axis=0) - side, surface.max(axis=0) + side]).astype(np.float64)
    tight = np.clip(tight, given[0], given[1])
    longest = float((tight[1] - tight[0]).max())
    # The shell within side / 2 of the surface has the volume area * side.
    area = np.count_nonzero(np.abs(values) < side / 2) * side**2
    by_area = float(np.sqrt(area / np.clip(CELLS_PER_TRIANGLE * triangles, FEWEST_CELLS, MOST_CELLS)))
    thickness = _thinnest(distance, surface, normals, longest, progress)
    cell_size = min(by_area, max(thickness / CELLS_ACROSS, by_area / AFFORDABLE))
    return Resolution(tight, float(np.clip(cell_size, longest / FINEST, longest / COARSEST)))


def _scout(
    distance: Distance, bounds: npt.NDArray[np.float64], side: float, progress: Progress
) -> tuple[Floats, Floats]:
    """Centres [N, 3] of a grid of cubes that covers the bounds, and the distances [N] there."""
    counts = np.maximum(1, np.ceil((bounds[1] - bounds[0]) / side)).astype(int)
    start = (bounds[0] + bounds[1] - (counts - 1) * side) / 2
    axes = [start[i] + side * np.arange(counts[i]) for i in range(3)]
    grid = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, 3).astype(np.float32)
    return grid, evaluate(distance, grid, progress)


def _thinnest(
    distance: Distance, surface: Floats, normals: Floats, longest: float, progress: Progress
) -> float:
    """The thickness in metres that THIN_SHARE of the surface falls below: twice the depth of the deepest
    point under a place on the surface."""
    probes = slice(None, None, max(1, len(surface) // MAX_PROBES))
    surface, normals = surface[probes], normals[probes]
    depths = np.float32(longest) * DEPTHS.astype(np.float32)
    under = surface[None] - depths[:, None, None] * normals[None]  # [D, P, 3]
    inside = -evaluate(distance, under.reshape(-1, 3), progress).reshape(len(depths), -1)
    return float(np.quantile(2 * np.maximum(inside.max(axis=0), 0), THIN_SHARE))
