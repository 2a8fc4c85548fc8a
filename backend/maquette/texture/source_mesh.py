"""A mesh with maps, made fit to be baked from: it keeps its UVs, and its faces turn as its repair's do."""

from dataclasses import replace
from typing import Final

import numpy as np

from maquette.assets import Mesh
from maquette.assets.mesh import Floats, Ints
from maquette.geometry.closest import SurfaceIndex
from maquette.geometry.normals import face_normals
from maquette.geometry.repair.clean import welded_faces

WELD: Final = 1e-6  # of the size of the mesh
DROPPED: Final = 1e-3  # of the size: faces that lie farther from the repaired mesh are no longer part of it


def source_mesh(mesh: Mesh, vertices: Floats, faces: Ints) -> Mesh:
    """The mesh without the faces that its repair, [V, 3] and [F, 3], dropped, and wound as that is.

    Repairing renumbers faces and closes holes, so that UVs would be lost on the way.
    """
    assert mesh.uvs is not None, "a mesh with maps has UVs"
    size = float(np.ptp(vertices, axis=0).max())
    finite = np.isfinite(mesh.vertices).all(axis=1)
    welded = welded_faces(np.where(finite[:, None], mesh.vertices, 0), mesh.faces, WELD * size)
    whole = np.flatnonzero(
        finite[mesh.faces].all(axis=1) & (welded != np.roll(welded, 1, axis=1)).all(axis=1)
    )
    middles = mesh.vertices[mesh.faces[whole]].mean(axis=1, dtype=np.float32)
    found = SurfaceIndex(vertices, faces).nearest(middles)
    near = found.distances < DROPPED * size
    kept = whole[near]
    there = face_normals(vertices, faces)[found.faces[near]]
    turned = np.einsum("fi,fi->f", face_normals(mesh.vertices, mesh.faces[kept]), there) < 0
    order = np.where(turned[:, None], [0, 2, 1], [0, 1, 2])  # [F, 3]
    return replace(
        mesh,
        faces=np.take_along_axis(welded[kept], order, axis=1),
        uvs=np.take_along_axis(mesh.uvs[kept], order[..., None], axis=1),
        part_ids=None,
        part_names=(),
    )
