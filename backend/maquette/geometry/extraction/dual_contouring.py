"""From a distance field to a closed triangle mesh that keeps sharp edges: manifold dual contouring.

Ju, Losasso, Schaefer, Warren 2002 (dual contouring); Schaefer, Ju, Warren 2007 and Nielson 2004 (one vertex
for each sheet of a cell). See `dual_tables` for the topology and `qef` for the placement of vertices.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from maquette.assets.mesh import Floats, Ints
from maquette.geometry.field import Distance, Gradient, evaluate, evaluate_with_normals
from maquette.progress import Progress

from . import qef
from .dual_tables import build_tables
from .lattice import Lattice, make_lattice, mixed_cells, sample_near_surface

EXTRACT_STEPS = 4  # what `extract` reports to a stage
CULLING_SLACK = 1.15  # fields may overestimate a little without losing blocks
ROOT_ROUNDS = 12  # only edges near creases take more than two
ROOT_TOLERANCE = 1e-3  # cells
GRADIENT_STEP = 0.008  # cells; a longer one reaches across creases, a shorter one drowns in rounding
FLAT_QUAD = 0.01  # cells a corner may lie off the plane of the others
# Offsets (u, v) of the four cells around an edge, counter-clockwise seen against its axis.
AROUND = np.array([[0, 0], [1, 0], [1, 1], [0, 1]])


@dataclass(frozen=True)
class _Crossings:
    """The lattice edges that the surface crosses."""

    axis: npt.NDArray[np.int64]  # [E]
    node: npt.NDArray[np.int64]  # [E, 3] the lower end
    low: Floats  # [E] distance at the lower end
    high: Floats  # [E] distance at the upper end


def extract(
    distance: Distance,
    bounds: npt.ArrayLike,  # [2, 3] metres
    cell_size: float,  # metres
    progress: Progress,
    gradient: Gradient | None = None,
) -> tuple[Floats, Ints]:
    """Vertices [V, 3] and faces [F, 3] of the zero set of `distance` within `bounds`.

    The mesh is closed, 2-manifold at edges and vertices, wound outward, with every vertex inside its own
    cell; an empty field gives no faces. Without `gradient` normals come from differences. Raises
    MaquetteError (bad_input) if the cells are too many to hold.
    """
    lattice = make_lattice(bounds, cell_size)
    values = sample_near_surface(distance, lattice, CULLING_SLACK, progress)
    progress.step()
    crossings = _find_crossings(values)
    points = _find_roots(distance, lattice, crossings, progress)  # [E, 3] in cells
    positions = lattice.positions(points)
    _, normals = evaluate_with_normals(distance, gradient, positions, GRADIENT_STEP * cell_size, progress)
    progress.step()
    vertex_ids, vertex_cells = _number_vertices(values < 0, crossings)
    quadrics = qef.accumulate(points, normals.astype(np.float64), vertex_ids, len(vertex_cells))
    vertices = lattice.positions(qef.minimise(quadrics, vertex_cells))
    progress.step()
    outward = crossings.low < 0
    quads = np.where(outward[:, None], vertex_ids, vertex_ids[:, ::-1])
    faces = _split_quads(distance, vertices, quads, normals, cell_size, progress)
    progress.step()
    return vertices, faces


def _find_crossings(values: Floats) -> _Crossings:
    inside = values < 0
    axes, nodes, lows, highs = [], [], [], []
    for axis in range(3):
        low = (slice(None),) * axis + (slice(None, -1),)
        high = (slice(None),) * axis + (slice(1, None),)
        node = np.stack(np.nonzero(inside[low] != inside[high]), axis=1)
        axes.append(np.full(len(node), axis))
        nodes.append(node)
        lows.append(values[low][tuple(node.T)])
        highs.append(values[high][tuple(node.T)])
    return _Crossings(
        np.concatenate(axes), np.concatenate(nodes), np.concatenate(lows), np.concatenate(highs)
    )


def _find_roots(
    distance: Distance, lattice: Lattice, crossings: _Crossings, progress: Progress
) -> npt.NDArray[np.float64]:
    """[E, 3] where the surface crosses each edge, in cells: regula falsi with the Illinois rule."""
    a, b = np.zeros(len(crossings.axis)), np.ones(len(crossings.axis))
    value_a, value_b = crossings.low.astype(np.float64), crossings.high.astype(np.float64)
    root = value_a / (value_a - value_b)
    open_edges = np.arange(len(root))
    direction = np.eye(3)[crossings.axis]
    for _ in range(ROOT_ROUNDS):
        here = root[open_edges]
        points = crossings.node[open_edges] + here[:, None] * direction[open_edges]
        value = evaluate(distance, lattice.positions(points), progress).astype(np.float64)
        going = np.abs(value) > ROOT_TOLERANCE * lattice.cell_size
        open_edges, here, value = open_edges[going], here[going], value[going]
        below = (value < 0) == (value_a[open_edges] < 0)
        low, high = open_edges[below], open_edges[~below]
        a[low], value_a[low] = here[below], value[below]
        b[high], value_b[high] = here[~below], value[~below]
        value_b[low] *= 0.5
        value_a[high] *= 0.5
        difference = value_a[open_edges] - value_b[open_edges]
        share = value_a[open_edges] / difference
        root[open_edges] = a[open_edges] + share * (b[open_edges] - a[open_edges])
    roots: npt.NDArray[np.float64] = crossings.node + root[:, None] * direction
    return roots


def _number_vertices(
    inside: npt.NDArray[np.bool_], crossings: _Crossings
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """The vertices around each crossing [E, 4] and the cell of each vertex [V, 3]."""
    tables = build_tables()
    cell_of, cells, bits = _mixed_cell_table(inside)
    rows = bits + 256 * _must_join(tables.doubled_face, cell_of, cells, bits)
    counts = tables.cycles[rows].astype(np.int64)
    first = np.cumsum(counts) - counts
    vertex_ids = np.empty((len(crossings.axis), 4), np.int64)
    step = np.eye(3, dtype=np.int64)
    for slot, (u, v) in enumerate(AROUND):
        offset = u * step[(crossings.axis + 1) % 3] + v * step[(crossings.axis + 2) % 3]
        cell = cell_of[tuple((crossings.node - offset).T)]
        vertex_ids[:, slot] = first[cell] + tables.cycle_of_edge[rows[cell], 4 * crossings.axis + u + 2 * v]
    return vertex_ids, np.repeat(cells, counts, axis=0)


def _mixed_cell_table(
    inside: npt.NDArray[np.bool_],
) -> tuple[Ints, npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Number of each mixed cell [X, Y, Z] (else -1), their lowest corners [C, 3] and their inside bits
    [C].
    """
    mixed = mixed_cells(inside)
    cells = np.stack(np.nonzero(mixed), axis=1)
    cell_of = np.full(mixed.shape, -1, np.int32)
    cell_of[mixed] = np.arange(len(cells), dtype=np.int32)
    bits = np.zeros(len(cells), np.int64)
    for corner in range(8):
        at = cells + np.array([corner & 1, corner >> 1 & 1, corner >> 2 & 1])
        bits |= inside[tuple(at.T)].astype(np.int64) << corner
    return cell_of, cells, bits


def _must_join(
    doubled_face: npt.NDArray[np.int8],
    cell_of: Ints,
    cells: npt.NDArray[np.int64],
    bits: npt.NDArray[np.int64],
) -> npt.NDArray[np.bool_]:
    """[C] whether a cell and its neighbour both pass the face between them twice with one cycle."""
    faces = doubled_face[bits]
    doubled = np.flatnonzero(faces >= 0)
    axis, side = np.divmod(faces[doubled], 2)
    neighbour = cells[doubled] + np.eye(3, dtype=np.int64)[axis] * (2 * side.astype(np.int64) - 1)[:, None]
    facing = faces[cell_of[tuple(neighbour.T)]]
    join = np.zeros(len(cells), bool)
    join[doubled] = facing == faces[doubled] ^ 1
    return join


def _split_quads(
    distance: Distance,
    vertices: Floats,
    quads: npt.NDArray[np.int64],  # [Q, 4]
    normals: Floats,  # [Q, 3] of the field where it crosses the quad's edge
    cell_size: float,
    progress: Progress,
) -> Ints:
    """Splits each quad along the diagonal that folds no triangle and lies nearer to the surface."""
    corners = vertices[quads]  # [Q, 4, 3]
    diagonals = corners[:, 2:] - corners[:, :2]  # [Q, 2, 3] of corners 0-2 and 1-3
    across = np.cross(diagonals[:, 0], diagonals[:, 1])
    off_plane = np.einsum("qi,qi->q", across, corners[:, 1] - corners[:, 0])
    area = np.sqrt(np.einsum("qi,qi->q", across, across))
    bent = np.flatnonzero(np.abs(off_plane) > FLAT_QUAD * cell_size * area)
    cost = np.einsum("qdi,qdi->qd", diagonals, diagonals)
    middles = (corners[bent, :2] + corners[bent, 2:]) / 2  # [B, 2, 3]
    cost[bent] = np.abs(evaluate(distance, middles.reshape(-1, 3), progress)).reshape(-1, 2)
    by_02 = quads[:, [0, 1, 2, 0, 2, 3]]
    by_13 = quads[:, [1, 2, 3, 1, 3, 0]]
    folded_02, folded_13 = (_folded(vertices, halves, normals) for halves in (by_02, by_13))
    use_13 = np.where(folded_02 == folded_13, cost[:, 1] < cost[:, 0], folded_02)
    return np.where(use_13[:, None], by_13, by_02).reshape(-1, 3).astype(np.int32)


def _folded(vertices: Floats, halves: npt.NDArray[np.int64], normals: Floats) -> npt.NDArray[np.bool_]:
    """[Q] whether a half of the quad faces against the field's normal."""
    corners = vertices[halves].reshape(-1, 2, 3, 3)
    facing = np.cross(corners[:, :, 1] - corners[:, :, 0], corners[:, :, 2] - corners[:, :, 0])
    folded: npt.NDArray[np.bool_] = (np.einsum("qhi,qi->qh", facing, normals) <= 0).any(axis=1)
    return folded
