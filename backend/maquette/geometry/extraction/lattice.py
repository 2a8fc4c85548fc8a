"""Sampling a distance field on the nodes of a lattice, only where the surface may be."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from maquette.assets.mesh import Floats
from maquette.geometry.field import Distance, evaluate
from maquette.progress import Progress
from maquette.protocol.errors import bad_input

Bools = npt.NDArray[np.bool_]
Signs = npt.NDArray[np.int8]

COARSEST = 8  # cells along the side of the blocks that are culled first
FINEST = 2
MAX_NODES = 100_000_000
# The lower bounds fall this far into a cell: an irrational fraction keeps flat sides off the lattice
# planes, where rounding would decide the signs.
PHASE = 0.381966


@dataclass(frozen=True)
class Lattice:
    """Cubic cells; node (i, j, k) lies at origin + cell_size * (i, j, k)."""

    origin: npt.NDArray[np.float64]  # [3] metres
    cell_size: float  # metres
    cells: tuple[int, int, int]  # along each axis, multiples of COARSEST

    @property
    def nodes(self) -> tuple[int, int, int]:
        x, y, z = self.cells
        return x + 1, y + 1, z + 1

    def positions(self, coordinates: npt.NDArray[np.generic]) -> Floats:  # [N, 3] in cells -> [N, 3] metres
        return (self.origin + self.cell_size * np.asarray(coordinates, np.float64)).astype(np.float32)


def make_lattice(bounds: npt.ArrayLike, cell_size: float) -> Lattice:
    """A lattice that covers `bounds` [2, 3] with at least one cell to spare on each side."""
    low, high = np.asarray(bounds, np.float64)
    blocks = np.ceil(((high - low) / cell_size + 2 + PHASE) / COARSEST).astype(int)
    x, y, z = (int(count) * COARSEST for count in blocks)
    if (x + 1) * (y + 1) * (z + 1) > MAX_NODES:
        raise bad_input(f"a cell size of {cell_size:.3g} m makes {x} x {y} x {z} cells: use larger cells")
    return Lattice(low - (1 + PHASE) * cell_size, cell_size, (x, y, z))


def sample_near_surface(distance: Distance, lattice: Lattice, slack: float, progress: Progress) -> Floats:
    """[X, Y, Z] distances at the nodes near the surface; elsewhere a value of the right sign.

    Blocks of cells are culled from coarse to fine where |distance| at the centre exceeds half the diagonal
    times `slack`. A field that overestimates may fool that test, so every cell with corners of both signs
    must lie in a kept block: if one does not, its block is kept after all and the search goes on from
    there. The outermost nodes count as outside, which closes a surface that leaves the bounds.
    """
    state = _cull_blocks(distance, lattice, slack, progress)
    values = _spread(state, lattice)
    known = np.zeros(lattice.nodes, bool)
    while True:
        wanted = np.flatnonzero(_nodes_of_blocks(state == 0) & ~known)
        coordinates = np.stack(np.unravel_index(wanted, lattice.nodes), axis=1)
        values.reshape(-1)[wanted] = evaluate(distance, lattice.positions(coordinates), progress)
        known.reshape(-1)[wanted] = True
        _close_border(values, lattice.cell_size)
        stray = _any_in_blocks(mixed_cells(values < 0)) & (state != 0)
        if not stray.any():
            return values
        state[stray] = 0


def mixed_cells(inside: Bools) -> Bools:
    """[X, Y, Z] cells whose corners, `inside` [X + 1, Y + 1, Z + 1], differ."""
    some, every = inside, inside
    for axis in range(3):
        low = (slice(None),) * axis + (slice(None, -1),)
        high = (slice(None),) * axis + (slice(1, None),)
        some, every = some[low] | some[high], every[low] & every[high]
    return some & ~every


def _cull_blocks(distance: Distance, lattice: Lattice, slack: float, progress: Progress) -> Signs:
    """[X/2, Y/2, Z/2] state of the finest blocks: -1 inside, +1 outside, 0 perhaps at the surface."""
    x, y, z = (count // COARSEST for count in lattice.cells)
    state = np.zeros((x, y, z), np.int8)
    side = COARSEST
    while True:
        open_blocks = np.flatnonzero(state == 0)
        corners = np.stack(np.unravel_index(open_blocks, state.shape), axis=1) * side
        values = evaluate(distance, lattice.positions(corners + side / 2), progress)
        far = np.abs(values) > slack * np.sqrt(3) / 2 * side * lattice.cell_size
        state.reshape(-1)[open_blocks[far]] = np.sign(values[far])
        if side == FINEST:
            return state
        state = state.repeat(2, axis=0).repeat(2, axis=1).repeat(2, axis=2)
        side //= 2


def _spread(state: Signs, lattice: Lattice) -> Floats:
    """[X + 1, Y + 1, Z + 1] the sign of each node's block, as a distance of one cell."""
    values = state.astype(np.float32) * np.float32(lattice.cell_size)
    for axis in range(3):
        values = values.repeat(FINEST, axis=axis)
        values = np.concatenate([values, values.take([-1], axis=axis)], axis=axis)
    return values


def _nodes_of_blocks(blocks: Bools) -> Bools:
    """[X + 1, Y + 1, Z + 1] the nodes on and in the given blocks of two cells."""
    nodes = blocks
    for axis in range(3):
        moved = np.moveaxis(nodes, axis, 0)
        wide = np.zeros((2 * len(moved) + 1, *moved.shape[1:]), bool)
        wide[:-1:2], wide[1::2] = moved, moved
        wide[2::2] |= moved
        nodes = np.moveaxis(wide, 0, axis)
    return np.ascontiguousarray(nodes)


def _any_in_blocks(cells: Bools) -> Bools:
    """[X/2, Y/2, Z/2] whether any cell of each block is set."""
    for axis in range(3):
        moved = np.moveaxis(cells, axis, 0)
        cells = np.moveaxis(moved[::2] | moved[1::2], 0, axis)
    return cells


def _close_border(values: Floats, outside: float) -> None:
    for axis in range(3):
        moved = np.moveaxis(values, axis, 0)
        moved[0] = np.maximum(moved[0], outside)
        moved[-1] = np.maximum(moved[-1], outside)
