"""UVs for a mesh that has none: segmentation into charts, conformal flattening, mending, packing."""

import numpy as np

from maquette.assets.mesh import Floats, Ints
from maquette.progress import Progress

from .charts import segment
from .clean import face_areas
from .lscm import flatten
from .mending import join_small, mend
from .packing import pack
from .topology import mesh_edges

UNWRAP_STEPS = 3  # what `unwrap` reports to a stage


def unwrap(
    vertices: Floats,  # [V, 3]
    faces: Ints,  # [F, 3] of a manifold mesh
    texture_size: int,
    padding_px: int,
    progress: Progress,
) -> Floats:
    """[F, 3, 2] float32 UVs per corner in [0, 1], (0, 0) bottom left, at one texel density all over.

    No two faces overlap and none is mirrored; charts keep `padding_px` texels apart at `texture_size`.
    """
    pairs = mesh_edges(faces).pairs()
    charts = segment(vertices, faces)
    progress.step()
    corners = flatten(vertices, faces, charts, pairs)
    charts, corners = mend(vertices, faces, charts, corners, pairs, progress)
    # About half of the square will be covered, so that a texel is this many metres wide.
    texel = float(np.sqrt(2 * face_areas(vertices, faces).sum())) / texture_size
    charts, corners = join_small(vertices, faces, charts, corners, pairs, padding_px * texel, progress)
    progress.step()
    uvs = pack(corners, charts, texture_size, padding_px)
    progress.step()
    return uvs
