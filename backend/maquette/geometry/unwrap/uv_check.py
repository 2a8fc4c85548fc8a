"""Whether the UVs that a mesh comes with can carry a texture, and if not, why: in words for people."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from maquette.assets.mesh import Floats, Mesh
from maquette.geometry.repair.clean import face_areas
from maquette.render.fragments import cover

CHECK_SIZE: Final = 1024  # texels along a side of the map that overlaps are counted on
EDGE_SLACK: Final = 1e-3  # a UV this far outside of the square still counts as on its border
MOST_OUTSIDE: Final = 0.01  # share of the surface
MOST_FLAT: Final = 0.2  # share of the surface that may have no area in the map
MOST_LAYERS: Final = 3.0  # mirrored halves make two; from here on nearly every texel is shared
TOLD_OVERLAP: Final = 5e-3  # above that people are told that parts share their texels
FLATTEST_TEXELS: Final = 1e-3  # area in texels of a face that counts as having one
UDIM_TILES: Final = 10  # in a row; tile (u, v) is number 1001 + u + 10 v


@dataclass(frozen=True)
class UvReport:
    """What `check_uvs` found. Shares of the surface are by area; `reason` is empty where all is well."""

    usable: bool
    reason: str  # why not; where usable, what a person should know
    finite: bool
    outside_share: float  # of the surface, outside of the unit square
    zero_area_share: float  # of the surface, without area in the map
    overlap_share: float  # of the covered texels, covered more than once
    layers: float  # faces that lie on a covered texel, on average
    tiles: tuple[int, ...]  # UDIM numbers in use, at most a hundred; (1001,) for the unit square alone


def check_uvs(mesh: Mesh) -> UvReport:
    """Looks for UVs that are missing, not finite, outside the square, without area, or stacked."""
    if mesh.uvs is None or len(mesh.faces) == 0:
        return UvReport(False, "it has no UVs", True, 0.0, 0.0, 0.0, 0.0, ())
    uvs = mesh.uvs.astype(np.float64)
    if not np.isfinite(uvs).all():
        return UvReport(False, "some of its UVs are not finite", False, 0.0, 0.0, 0.0, 0.0, ())
    share = _shares(mesh)
    outside = float(share[((uvs < -EDGE_SLACK) | (uvs > 1 + EDGE_SLACK)).any(axis=(1, 2))].sum())
    flat = float(share[_texel_areas(uvs) < FLATTEST_TEXELS].sum())
    overlap, layers = _overlap(uvs - np.floor(uvs.mean(axis=1, keepdims=True)))
    tiles = _tiles(uvs)
    reason = _objection(outside, flat, layers, tiles)
    usable = not reason
    if usable and overlap > TOLD_OVERLAP:
        reason = f"{overlap:.0%} of its UVs lie on top of each other: those parts share their texture"
    return UvReport(usable, reason, True, outside, flat, overlap, layers, tiles)


def _objection(outside: float, flat: float, layers: float, tiles: tuple[int, ...]) -> str:
    if outside > MOST_OUTSIDE and len(tiles) > 1:
        names = ", ".join(map(str, tiles[:4])) + (", ..." if len(tiles) > 4 else "")
        return f"its UVs use {len(tiles)} UDIM tiles ({names}) or repeat: {outside:.0%} is off the first"
    if outside > MOST_OUTSIDE:
        return f"{outside:.0%} of its surface lies outside of the UV square"
    if flat > MOST_FLAT or layers == 0:
        return f"{flat:.0%} of its surface has no area in the UVs"
    if layers > MOST_LAYERS:
        return f"its UVs lie on top of each other, {layers:.0f} layers on average"
    return ""


def _shares(mesh: Mesh) -> npt.NDArray[np.float64]:
    """[F] of the surface."""
    areas = face_areas(mesh.vertices, mesh.faces)
    whole = float(areas.sum())
    return areas / whole if whole > 0 else np.full(len(areas), 1 / len(areas))


def _texel_areas(uvs: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """[F] on the map of CHECK_SIZE."""
    first, second = uvs[:, 1] - uvs[:, 0], uvs[:, 2] - uvs[:, 0]
    doubled = first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]
    areas: npt.NDArray[np.float64] = np.abs(doubled) / 2 * CHECK_SIZE**2
    return areas


def _overlap(uvs: npt.NDArray[np.float64]) -> tuple[float, float]:
    """The share of the covered texels that are covered more than once, and the mean number of layers."""
    fragments = cover(uvs * CHECK_SIZE, CHECK_SIZE, CHECK_SIZE)
    hits = np.bincount(fragments.y * CHECK_SIZE + fragments.x, minlength=CHECK_SIZE**2)
    covered = max(int((hits > 0).sum()), 1)
    return float((hits > 1).sum() / covered), float(hits.sum() / covered)


def _tiles(uvs: Floats | npt.NDArray[np.float64]) -> tuple[int, ...]:
    """The UDIM tiles that the middles of the faces lie on; none left of or below the first."""
    tile = np.unique(np.floor(uvs.mean(axis=1)).astype(np.int64), axis=0)
    tile = tile[((tile >= 0) & (tile < UDIM_TILES)).all(axis=1)]
    return tuple(int(u) for u in np.sort(1001 + tile[:, 0] + UDIM_TILES * tile[:, 1]))
