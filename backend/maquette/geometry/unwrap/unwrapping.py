"""UVs for a mesh that has none: segmentation into charts, flattening, mending, packing; or by xatlas."""

from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from maquette.assets.mesh import Floats, Ints
from maquette.geometry.topology import Indices
from maquette.progress import Progress

from .charts import segment
from .joining import join_small
from .lscm import flatten
from .mending import mend
from .packing import pack
from .polygons import gathered, polygons_of_surface, voted
from .surface import Surface, make_surface
from .xatlas_process import unwrap_by_xatlas

UNWRAP_STEPS: Final = 3  # what `unwrap` reports to a stage
Method = Literal["charts", "xatlas"]

SEAM_TEXTURE, SEAM_PADDING = 2048, 16  # texels: the map that charts are joined for where only seams are asked


def unwrap(
    vertices: Floats,  # [V, 3]
    faces: Ints,  # [F, 3] of any mesh: open, in pieces, not manifold
    texture_size: int,
    padding_px: int,
    progress: Progress,
    method: Method = "charts",
    polygons: Ints | None = None,  # [F] the polygon that each face is cut from, to be kept whole
) -> Floats:
    """[F, 3, 2] float32 UVs per corner in [0, 1], (0, 0) bottom left, at one texel density all over.

    No two faces overlap and none is mirrored, but for faces that repeat others, which share their place, and
    for those without area. Charts keep `padding_px` texels apart at `texture_size`, or fewer where there are
    so many that they would drown in padding.
    Raises MaquetteError: bad_input for a mesh without a surface or with vertices that are not finite, and
    what `unwrap_by_xatlas` raises.
    """
    surface = make_surface(vertices, faces)
    if method == "xatlas":
        uvs = unwrap_by_xatlas(vertices, faces, texture_size, padding_px, progress)
        progress.step(UNWRAP_STEPS)
        return uvs
    kept = polygons_of_surface(polygons, surface) if polygons is not None else None
    # About half of the square will be covered, so that a texel is this wide.
    texel = float(np.sqrt(2 * surface.areas.sum())) / texture_size
    charts, corners = _charts(surface, padding_px * texel, progress, kept)
    uvs = pack(corners, charts, texture_size, padding_px)
    progress.step()
    return _to_all_faces(uvs, surface)


def chart_faces(vertices: Floats, faces: Ints, progress: Progress) -> Ints:
    """[F] int32: the chart of each face, numbered from 0; -1 for a face without a place in the map.

    Raises MaquetteError (bad_input) as `unwrap` does.
    """
    surface = make_surface(vertices, faces)
    texel = float(np.sqrt(2 * surface.areas.sum())) / SEAM_TEXTURE
    charts, _ = _charts(surface, SEAM_PADDING * texel, progress)
    return np.where(surface.owner >= 0, charts[surface.owner], np.int32(-1))


def _charts(
    surface: Surface, padding: float, progress: Progress, polygons: Indices | None = None
) -> tuple[Ints, npt.NDArray[np.float64]]:
    """The charts [K] and flattened corners [K, 3, 2] of a surface; `padding` is in its units."""
    charts = segment(surface)
    if polygons is not None:
        charts = voted(charts, polygons, surface)
    progress.step()
    corners = flatten(surface.points, surface.faces, charts, surface.pairs, progress)
    charts, corners = mend(surface, charts, corners, progress)
    charts, corners = join_small(surface, charts, corners, padding, progress)
    if polygons is not None:
        charts, corners = gathered(charts, corners, polygons, surface)
    progress.step()
    return charts, corners


def _to_all_faces(uvs: Floats, surface: Surface) -> Floats:
    """[F, 3, 2] the UVs [K, 3, 2] of the surface's faces given to the faces of the mesh."""
    if len(uvs) == len(surface.owner):
        return uvs
    shared = np.flatnonzero(surface.owner >= 0)
    leader = surface.owner[shared]
    corner = (surface.welded[shared][:, :, None] == surface.faces[leader][:, None]).argmax(axis=2)
    everywhere = np.zeros((len(surface.owner), 3, 2), np.float32)
    everywhere[shared] = np.take_along_axis(uvs[leader], corner[:, :, None], axis=1)
    # A face that repeats a vertex lies, without area, where some neighbour has its vertices.
    at = np.zeros((int(surface.welded.max()) + 1, 2), np.float32)
    at[surface.faces] = uvs
    collapsed = surface.owner < 0
    everywhere[collapsed] = at[surface.welded[collapsed]]
    return everywhere
