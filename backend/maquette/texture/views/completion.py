"""From the texels that views have seen to a whole texture.

Texels that no view has seen get the harmonic continuation of their surroundings on the surface, not in
the texture: seams are no borders for it, and charts that only lie side by side do not mix. Pieces of the
mesh of which nothing was seen take the colour of the nearest place that was.
"""

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from maquette.assets import Mesh
from maquette.geometry.topology import connected_labels
from maquette.progress import Progress
from maquette.protocol import bad_input
from maquette.texture.gutter import fill

from .laplace import solve_laplace
from .texel_graph import TexelGraph, texel_graph
from .texel_points import TexelPoints, texel_points

Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]
Indices = npt.NDArray[np.int64]

NEAREST_AMONG = 200_000  # seen texels that unseen pieces look for their colour in


def complete(
    mesh: Mesh,
    texture: Floats,  # [S, S, C]
    covered: Bools,  # [S, S] texels that are known
    padding: int,  # texels around the charts that repeat the nearest one
    progress: Progress | None = None,
) -> Floats:  # [S, S, C]
    """The texture with unseen texels of the mesh and the space between charts filled.

    Covered texels on the mesh keep their values bit for bit. Raises MaquetteError (bad_input) if no texel
    of the mesh is covered.
    """
    progress = progress or Progress()
    progress.stage("complete", 2)
    size = len(texture)
    points = texel_points(mesh, size)
    values = texture.reshape(size * size, -1)[points.texels].astype(np.float32)
    known = covered.reshape(-1)[points.texels]
    if not known.any():
        raise bad_input(
            f"none of the {len(known)} texels on the mesh is known: give it other UVs, or views that see it"
        )
    if not known.all():
        values[~known] = _continued(mesh, size, points, values, known, progress)
    progress.step()
    whole = np.zeros((size * size, values.shape[1]), np.float32)
    whole[points.texels] = values
    on_mesh = np.zeros(size * size, bool)
    on_mesh[points.texels] = True
    [filled] = fill([whole.reshape(size, size, -1)], on_mesh.reshape(size, size), padding)
    progress.step()
    return filled


def _continued(
    mesh: Mesh, size: int, points: TexelPoints, values: Floats, known: Bools, progress: Progress
) -> Floats:  # [unknown texels, C]
    graph = texel_graph(mesh, size, points.texels, points.faces)
    unknown = np.flatnonzero(~known)
    number = np.full(len(known), -1, np.int64)
    number[unknown] = np.arange(len(unknown))
    links, weight, anchor, anchor_weight, source = _split(graph, known, number)
    label = connected_labels(len(unknown), links)
    is_anchored = np.zeros(len(unknown), bool)
    is_anchored[anchor] = True
    reached = np.bincount(label, is_anchored) > 0
    solvable = reached[label]
    result = np.empty((len(unknown), values.shape[1]), np.float32)
    result[~solvable] = _nearest(points.positions, values, known, unknown[~solvable])
    if solvable.any():
        rank = np.cumsum(solvable) - 1
        inside = solvable[links[:, 0]]
        cell = np.stack(np.divmod(points.texels[unknown[solvable]], size), axis=1)
        result[solvable] = solve_laplace(
            int(solvable.sum()),
            rank[links[inside]],
            weight[inside],
            rank[anchor],
            anchor_weight,
            values[source],
            cell,
            progress,
        )
    return result


def _split(
    graph: TexelGraph, known: Bools, number: Indices
) -> tuple[Indices, Floats, Indices, Floats, Indices]:
    """Links among unknown texels and their weights; unknown texels beside known ones, the weights, and
    those known texels.
    """
    first_known, second_known = known[graph.ends[:, 0]], known[graph.ends[:, 1]]
    free = ~first_known & ~second_known
    border = first_known != second_known
    swapped = np.where(first_known[border, None], graph.ends[border][:, ::-1], graph.ends[border])
    return (
        number[graph.ends[free]],
        graph.weight[free],
        number[swapped[:, 0]],
        graph.weight[border],
        swapped[:, 1],
    )


def _nearest(positions: Floats, values: Floats, known: Bools, wanted: Indices) -> Floats:
    """The values of the known texels nearest in space, for the wanted ones."""
    if len(wanted) == 0:
        return np.zeros((0, values.shape[1]), np.float32)
    among = np.flatnonzero(known)
    among = among[:: max(1, len(among) // NEAREST_AMONG)]
    _, nearest = cKDTree(positions[among]).query(positions[wanted])
    return np.asarray(values[among[nearest]])
