"""The large forms of a mesh: normals and positions without what is smaller than a chart should follow.

Noise and grid steps of a dense mesh would fragment its charts and stretch them. Normals are smoothed on a
pyramid of ever coarser patches of faces, so that the reach does not depend on the number of faces; positions
move along the normal only, and no farther than an edge is long.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.sparse import coo_array

from maquette.assets.mesh import Ints
from maquette.geometry.grouping import group_sums, group_totals, unit
from maquette.geometry.topology import Indices

Doubles = npt.NDArray[np.float64]

ROUNDS: Final = 8  # on the coarsest level
FINER_ROUNDS: Final = 3  # on the others
DENSE_FACES: Final = 30_000  # meshes with more are smoothed on patches, and their positions too
PATCHES: Final = 8_000  # at most, on the coarsest level
CREASE_COSINE: Final = 0.5  # normals that differ by more than 60 degrees are not mixed
FINEST_PITCH: Final = 1e-5  # of the extent
POSITION_ROUNDS: Final = 12
TANGLE_CHECK: Final = 4  # rounds after which it is looked anew which faces are tangled
ROUGH_COSINE: Final = 0.9945  # of 6 degrees
ROUGH_SHARE: Final = 0.4
STEEP_COSINE: Final = 0.3  # of the angle between a tangled face and the surface's normal, at least


@dataclass(frozen=True)
class _Level:
    """Faces, or patches of faces, and which of them touch."""

    normals: Doubles  # [N, 3]
    areas: Doubles  # [N]
    middles: Doubles  # [N, 3] metres
    links: Indices  # [L, 2]


def normals_and_areas(points: Doubles, faces: Ints) -> tuple[Doubles, Doubles]:
    """Unit normals [F, 3], (0, 0, 1) for a face without area, and areas [F]."""
    a, b, c = (points[faces[:, i]] for i in range(3))
    (ux, uy, uz), (vx, vy, vz) = (b - a).T, (c - a).T
    across = np.stack([uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx], axis=1)
    lengths = np.sqrt(np.einsum("fi,fi->f", across, across))
    normals = across / np.maximum(lengths, 1e-300)[:, None]
    normals[lengths <= 0] = (0, 0, 1)
    return normals, lengths / 2


def smooth_normals(normals: Doubles, areas: Doubles, middles: Doubles, links: Indices) -> Doubles:
    """[F, 3] unit normals averaged within creases, over a few faces or about a hundredth of a dense mesh.

    Takes the faces' unit normals [F, 3], areas [F], middles [F, 3] and links [L, 2] between neighbours.
    """
    level = _Level(normals, areas, middles, links)
    if len(normals) <= DENSE_FACES:
        return _mixed(level, normals, ROUNDS)
    level = _Level(_mixed(level, normals, FINER_ROUNDS), areas, middles, links)
    levels, parents = [level], []
    extent = float(np.ptp(middles, axis=0).max())
    pitch = max(2 * float(np.sqrt(areas.sum() / len(areas))), FINEST_PITCH * extent)
    while len(levels[-1].normals) > PATCHES:
        coarser, parent = _coarser(levels[-1], pitch)
        levels.append(coarser)
        parents.append(parent)
        pitch *= 2
    smooth = _mixed(levels[-1], levels[-1].normals, ROUNDS)
    for finer, parent in zip(reversed(levels[:-1]), reversed(parents), strict=True):
        smooth = _mixed(finer, smooth[parent], FINER_ROUNDS)
    return smooth


def is_rough(normals: Doubles, links: Indices) -> bool:
    """Whether many neighbours [L, 2] of a dense mesh are bent, as noise does and creases do not."""
    one, other = links.T
    bent = np.einsum("li,li->l", normals[one], normals[other]) < ROUGH_COSINE
    return bool(bent.sum() > ROUGH_SHARE * len(links))


def smooth_positions(points: Doubles, faces: Ints, across: Doubles) -> Doubles:
    """[V, 3] the points of a dense mesh moved along the surface's normal towards their neighbours.

    `across` [F, 3] are the faces' normals, each as long as its area. Where faces stand against what surrounds
    them, their points move in all directions. For rough meshes only: it would round creases off.
    """
    count = len(points)
    tail, head = faces.reshape(-1), np.roll(faces, -1, axis=1).reshape(-1)
    rows, columns = np.concatenate([tail, head]), np.concatenate([head, tail])
    around = coo_array((np.ones(len(rows)), (rows, columns)), shape=(count, count)).tocsr()
    share = 1 / np.maximum(np.asarray(around.sum(axis=1)).reshape(-1), 1)[:, None]
    up = group_sums(tail, np.repeat(across, 3, axis=0), count)
    for _ in range(FINER_ROUNDS):
        up = unit(around @ up + up)
    reach = float(np.linalg.norm(points[head] - points[tail], axis=1).mean())
    moved = points
    for turn in range(POSITION_ROUNDS):
        if turn % TANGLE_CHECK == 0:
            free = _tangled(moved, faces, up)[:, None]
        pull = (around @ moved) * share - moved
        pull = np.where(free, pull, np.einsum("vi,vi->v", pull, up)[:, None] * up)
        away = moved + pull - points
        length = np.sqrt(np.einsum("vi,vi->v", away, away))[:, None]
        moved = points + away * np.minimum(1, reach / np.maximum(length, 1e-300))
    return moved


def _tangled(points: Doubles, faces: Ints, up: Doubles) -> npt.NDArray[np.bool_]:
    """[V] whether a point is a corner of a face that stands against the surface's normals [V, 3]."""
    normals, _ = normals_and_areas(points, faces)
    facing = np.einsum("fi,fi->f", normals, up[faces[:, 0]] + up[faces[:, 1]] + up[faces[:, 2]])
    tangled = np.zeros(len(points), bool)
    tangled[faces[facing < 3 * STEEP_COSINE]] = True
    return tangled


def _mixed(level: _Level, normals: Doubles, rounds: int) -> Doubles:
    """Normals averaged with those of linked neighbours that they do not form a crease with, by area."""
    one, other = level.links.T
    smooth = np.einsum("li,li->l", normals[one], normals[other]) > CREASE_COSINE
    one, other, count = one[smooth], other[smooth], len(normals)
    rows, columns = np.concatenate([one, other]), np.concatenate([other, one])
    weights = coo_array((level.areas[columns], (rows, columns)), shape=(count, count)).tocsr()
    own = level.areas[:, None]
    for _ in range(rounds):
        normals = unit(weights @ normals + own * normals)
    return normals


def _coarser(level: _Level, pitch: float) -> tuple[_Level, Indices]:
    """Patches of what lies in one cell of a grid and faces the same of six ways, and each one's patch [N]."""
    cell = np.floor((level.middles - level.middles.min(axis=0)) / pitch).astype(np.int64)
    span = cell.max(axis=0) + 1
    key = (cell[:, 0] * span[1] + cell[:, 1]) * span[2] + cell[:, 2]
    found, parent = np.unique(key * 6 + axis_labels(level.normals), return_inverse=True)
    parent, count = parent.reshape(-1), len(found)
    areas = group_totals(parent, level.areas, count)

    def mean(values: Doubles) -> Doubles:  # [N, 3] -> [count, 3]
        means: Doubles = group_sums(parent, values * level.areas[:, None], count)
        means /= np.maximum(areas, 1e-300)[:, None]
        return means

    links = np.sort(parent[level.links], axis=1)
    links = links[links[:, 0] != links[:, 1]]
    links = np.stack(np.divmod(np.unique(links[:, 0] * count + links[:, 1]), count), axis=1)
    return _Level(unit(mean(level.normals)), areas, mean(level.middles), links), parent


def axis_labels(normals: Doubles) -> Indices:
    """[N] 0 to 5: the nearest of +X, +Y, +Z, -X, -Y, -Z. A slight preference for Z settles bevels."""
    reach = normals * np.array([1.0, 1.001, 1.002])
    labels: Indices = np.concatenate([reach, -reach], axis=1).argmax(axis=1)
    return labels
