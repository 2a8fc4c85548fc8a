"""Which way the grain runs: along the longest direction of every connected piece of a mesh."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from maquette.assets.mesh import Floats, Mesh
from maquette.geometry.repair.clean import face_areas
from maquette.geometry.topology import face_components

_LEAST_ELONGATION: Final = 1.35  # below, a piece has no direction of its own: its grain runs upright
_MOST_PIECES: Final = 4096  # beyond them, a mesh is a soup without pieces


@dataclass(frozen=True)
class GrainFrames:
    """The frames of C pieces: a place in the piece and a rotation whose third axis is its grain."""

    piece: npt.NDArray[np.int32]  # [F] of each face
    origins: Floats  # [C, 3] metres
    axes: Floats  # [C, 3, 3] rows are the frame's axes

    def turned(
        self, p: Floats, n: Floats, faces: npt.NDArray[np.int64], unit: float
    ) -> tuple[Floats, Floats]:
        """Points [N, 3], in units, and normals [N, 3] of faces [N] in the frames of their pieces."""
        piece = self.piece[faces]
        if len(self.origins) == 1:
            axes = self.axes[0].T
            return (p - self.origins[0] / np.float32(unit)) @ axes, n @ axes
        axes = self.axes[piece]
        local = p - self.origins[piece] / np.float32(unit)
        return np.einsum("nij,nj->ni", axes, local), np.einsum("nij,nj->ni", axes, n)


def grain_frames(mesh: Mesh) -> GrainFrames:
    """Frames by the moments of the pieces' areas."""
    piece = face_components(mesh.faces)
    count = int(piece.max(initial=0)) + 1
    if count > _MOST_PIECES:
        piece, count = np.zeros(len(mesh.faces), np.int32), 1
    areas = face_areas(mesh.vertices, mesh.faces) + 1e-30
    middles = mesh.vertices[mesh.faces].astype(np.float64).mean(axis=1)
    total = np.bincount(piece, areas, minlength=count)
    sums = [np.bincount(piece, areas * middles[:, i], minlength=count) for i in range(3)]
    origins = np.stack(sums, axis=1) / total[:, None]
    away = mesh.vertices[mesh.faces].astype(np.float64) - origins[piece][:, None]  # [F, 3, 3]
    spread = np.einsum("f,fci,fcj->fij", areas, away, away)
    moments = np.zeros((count, 3, 3))
    np.add.at(moments, piece, spread)
    lengths, directions = np.linalg.eigh(moments / total[:, None, None])
    axes = np.broadcast_to(np.eye(3), (count, 3, 3)).copy()
    long = np.sqrt(np.maximum(lengths[:, 2], 0)) > _LEAST_ELONGATION * np.sqrt(
        np.maximum(lengths[:, 1], 1e-30)
    )
    axes[long] = np.moveaxis(directions[long], 2, 1)  # eigenvectors are columns, the longest last
    axes *= np.where(np.take_along_axis(axes, np.abs(axes).argmax(axis=2)[..., None], 2) < 0, -1, 1)
    return GrainFrames(piece, origins.astype(np.float32), axes.astype(np.float32))
