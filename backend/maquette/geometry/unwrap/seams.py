"""The seams of our charts as edges, for programs that unwrap themselves, such as Blender's SLIM."""

import numpy as np

from maquette.assets.mesh import Floats, Ints
from maquette.geometry.topology import mesh_edges
from maquette.progress import Progress

from .unwrapping import chart_faces


def chart_seams(vertices: Floats, faces: Ints, progress: Progress | None = None) -> Ints:
    """[E, 2] int32 vertex pairs, the lower first: the inner edges of the mesh [F, 3] that part two charts.

    Open borders are no seams: they part nothing. Raises MaquetteError (bad_input) as `unwrap` does.
    """
    charts = chart_faces(vertices, faces, progress or Progress())
    edges = mesh_edges(faces)
    ordered = charts[edges.order // 3]
    low = np.minimum.reduceat(ordered, edges.starts)
    high = np.maximum.reduceat(ordered, edges.starts)
    seams: Ints = edges.ends[low != high].astype(np.int32)
    return seams
