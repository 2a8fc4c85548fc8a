"""How good UVs are: charts, seams, folds, overlap, use of the square and evenness of the texel density."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from maquette.assets.mesh import Floats, Ints
from maquette.geometry.normals import face_normals
from maquette.geometry.repair.clean import face_areas
from maquette.geometry.topology import Indices, connected_labels
from maquette.geometry.unwrap.adjacency import face_pairs, weld_exactly
from maquette.geometry.unwrap.lscm import signed_areas
from maquette.render.fragments import cover

TINY_FACES: Final = 5  # charts with fewer faces
SLIVER: Final = 1e-4  # height over length below which a face's side in the plane is a matter of rounding


@dataclass(frozen=True)
class UvQuality:
    """Shares are between 0 and 1. Densities are quantiles by area over the median."""

    charts: int
    tiny_charts: int  # with fewer than TINY_FACES faces
    seam_length: float  # of inner edges that part charts, over the square root of the area
    folded: int  # faces turned over against their chart
    mirrored: int  # charts that lie face down
    overlap: float  # of the covered texels, covered more than once
    utilisation: float  # of the square that is covered
    density_low: float  # texels per metre, 5 % quantile
    density_high: float  # 95 % quantile


def measure_uvs(vertices: Floats, faces: Ints, uvs: Floats, size: int = 2048) -> UvQuality:
    """Measures UVs [F, 3, 2] on a map of `size`; faces count as joined where their UVs are.

    Faces without area lie neither way: they are not counted as folded or mirrored."""
    corners = uvs.astype(np.float64)
    welded = weld_exactly(vertices, faces)
    pairs = face_pairs(welded, face_normals(vertices, faces).astype(np.float64))
    glued = _glued(welded, uvs, pairs)
    charts = connected_labels(len(faces), pairs[glued] // 3)
    true, flat = face_areas(vertices, faces), signed_areas(corners)
    sound = true > SLIVER * _longest_squared(vertices, faces)
    side = np.bincount(charts, flat * sound)
    overlap, covered = _texels(corners, size)
    low, high = _density(true, flat)
    return UvQuality(
        charts=len(side),
        tiny_charts=int((np.bincount(charts) < TINY_FACES).sum()),
        seam_length=_length(vertices, faces, pairs[~glued, 0]) / float(np.sqrt(true.sum())),
        folded=int((sound & (flat * np.sign(side)[charts] < 0)).sum()),
        mirrored=int((side < 0).sum()),
        overlap=overlap,
        utilisation=covered,
        density_low=low,
        density_high=high,
    )


def _glued(faces: Ints, uvs: Floats, pairs: Indices) -> npt.NDArray[np.bool_]:
    """[P] whether both faces of an edge have the same UVs along it."""
    flat, corner = uvs.reshape(-1, 2), faces.reshape(-1)
    one, other = pairs.T
    one_next, other_next = (half - half % 3 + (half + 1) % 3 for half in (one, other))
    opposite = corner[one] != corner[other]
    meets_one = np.where(opposite, other_next, other)
    meets_next = np.where(opposite, other, other_next)
    same: npt.NDArray[np.bool_] = (flat[one] == flat[meets_one]).all(axis=1)
    same &= (flat[one_next] == flat[meets_next]).all(axis=1)
    return same


def _longest_squared(vertices: Floats, faces: Ints) -> npt.NDArray[np.float64]:
    """[F] the square of the longest edge."""
    corners = vertices[faces].astype(np.float64)
    edges = np.roll(corners, -1, axis=1) - corners
    longest: npt.NDArray[np.float64] = np.einsum("fci,fci->fc", edges, edges).max(axis=1)
    return longest


def _length(vertices: Floats, faces: Ints, halves: Indices) -> float:
    """Metres of half-edges altogether."""
    tail, head = faces.reshape(-1)[halves], np.roll(faces, -1, axis=1).reshape(-1)[halves]
    return float(np.linalg.norm(vertices[head].astype(np.float64) - vertices[tail], axis=1).sum())


def _texels(corners: npt.NDArray[np.float64], size: int) -> tuple[float, float]:
    """The share of covered texels that are covered twice, and the share of all that are covered."""
    fragments = cover(corners * size, size, size)
    hits = np.bincount(fragments.y * size + fragments.x, minlength=size * size)
    covered = int((hits > 0).sum())
    return float((hits > 1).sum()) / max(covered, 1), covered / size**2


def _density(true: npt.NDArray[np.float64], flat: npt.NDArray[np.float64]) -> tuple[float, float]:
    """The 5 % and 95 % quantiles of the texel density over its median, by area."""
    density = np.sqrt(np.abs(flat) / np.maximum(true, 1e-30))
    order = np.argsort(density)
    share = np.cumsum(true[order]) / max(float(true.sum()), 1e-30)
    at = np.minimum(np.searchsorted(share, [0.05, 0.5, 0.95]), len(density) - 1)
    low, _, high = density[order][at] / max(float(density[order][at[1]]), 1e-30)
    return float(low), float(high)
