"""Meshes of programs at a coarse resolution, and what tests ask of them."""

import numpy as np
from scipy import sparse

from maquette.assets.mesh import Floats, Ints
from maquette.geometry.extraction.dual_contouring import extract
from maquette.procedural.program import Program
from maquette.progress import Progress


def extracted(program: Program, cells: int) -> tuple[Floats, Ints]:
    """Vertices and faces of a program with that many cells along its longest side."""
    cell = program.longest / cells
    low, high = program.bounds
    return extract(program.distance, np.stack([low - 2 * cell, high + 2 * cell]), cell, Progress())


def island_shares(vertices: Floats, faces: Ints) -> list[float]:
    """The volumes of separate solids as shares of the largest, which comes first; cavities do not count."""
    edges = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]]])
    graph = sparse.coo_matrix((np.ones(len(edges)), edges.T), (len(vertices), len(vertices)))
    count, label = sparse.csgraph.connected_components(graph, directed=False)
    a, b, c = (vertices[faces[:, i]].astype(np.float64) for i in range(3))
    volume = np.einsum("ij,ij->i", a, np.cross(b, c)) / 6
    volumes = np.bincount(label[faces[:, 0]], volume, minlength=count)
    solids = np.sort(volumes[volumes > 0])[::-1]
    return [float(v) for v in solids / solids[0]]


def open_or_tangled_edges(faces: Ints) -> int:
    """How many edges are not shared by exactly two faces that run along them in opposite directions."""
    edges = np.concatenate([faces[:, [0, 1]], faces[:, [1, 2]], faces[:, [2, 0]]]).astype(np.int64)
    there = edges[:, 0] * (faces.max() + 1) + edges[:, 1]
    back = edges[:, 1] * (faces.max() + 1) + edges[:, 0]
    return len(np.setxor1d(there, back)) + len(there) - len(np.unique(there))
