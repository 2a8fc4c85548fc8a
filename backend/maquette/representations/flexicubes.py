"""FlexiCubes: a mesh from signed distances on a grid whose vertices may move (Shen and others, 2023).

The extraction only, without the regularisers of training. A cube's dual vertex is the weighted mean of the
zero crossings of its edges; four cubes around a crossed edge give two triangles. Only cubes that the surface
passes are touched, so that the cost follows the surface and not the volume. Raw weights become, per cube,
beta (12, of edges) and alpha (8, of corners) in 0.01 .. 1.99 and gamma (1, of the way quads are split).
"""

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor

from .flexicubes_tables import EDGES, MOST_GROUPS, FlexiTables, build_tables

CORNERS: Final = tuple((c & 1, c >> 1 & 1, c >> 2 & 1) for c in range(8))
WEIGHTS: Final = (12, 8, 1)


@dataclass(frozen=True, eq=False)
class SurfaceCubes:
    """Cubes with corners inside and outside, by raster order (x slowest), and the grid vertices they use."""

    coords: Tensor  # [S, 3] int64
    weights: Tensor  # [S, 21] raw
    corners: Tensor  # [S, 8] int64, rows of the vertices, which are in raster order themselves
    sdf: Tensor  # [G], below zero inside
    positions: Tensor  # [G, 3]
    attributes: Tensor  # [G, A] 0..1


@dataclass(frozen=True, eq=False)
class _DualVertices:
    positions: Tensor  # [V, 3]
    attributes: Tensor  # [V, A]
    gamma: Tensor  # [V]
    of_edge: Tensor  # [S, 12] int64, the vertex that a cube's crossed edge belongs to, -1 if not crossed


def extract(
    sdf: Tensor, deform: Tensor, weights: Tensor, resolution: int, attributes: Tensor | None = None
) -> tuple[Tensor, Tensor, Tensor]:
    """From dense values: sdf [(R+1)^3], raw deform [(R+1)^3, 3] and attribute logits [(R+1)^3, A] of grid
    vertices, raw weights [R^3, 21] of cubes, x slowest. Inside is below zero.

    Gives vertices [V, 3] in -0.5 .. 0.5, faces [F, 3] int64 that turn outwards, and attributes [V, A], 0..1.
    """
    side = resolution + 1
    inside = (sdf.view(side, side, side) < 0).to(torch.uint8)
    windows = [inside[x : x + resolution, y : y + resolution, z : z + resolution] for x, y, z in CORNERS]
    count = torch.stack(windows).sum(0)
    coords = ((count > 0) & (count < 8)).nonzero()  # [S, 3]
    keys = vertex_keys(coords, resolution)
    used, corners = number_used(keys, side**3)
    logits = sdf.new_zeros(len(used), 0) if attributes is None else attributes[used]
    cubes = SurfaceCubes(
        coords=coords,
        weights=weights[cube_keys(coords, resolution)],
        corners=corners,
        sdf=sdf[used],
        positions=vertex_positions(used, deform[used], resolution),
        attributes=torch.sigmoid(logits),
    )
    return extract_surface(cubes, resolution)


def extract_surface(cubes: SurfaceCubes, resolution: int) -> tuple[Tensor, Tensor, Tensor]:
    """From the cubes that matter; the result as of `extract`."""
    tables = build_tables()
    cases = _settled_cases(cubes, resolution, tables)
    dual = _dual_vertices(cubes, cases, tables)
    return dual.positions, _faces(cubes, dual), dual.attributes


def vertex_keys(coords: Tensor, resolution: int) -> Tensor:
    """Raster numbers [S, 8] of the corners of cubes [S, 3] among the grid's (R + 1)^3 vertices."""
    side = resolution + 1
    shifts = [(dx * side + dy) * side + dz for dx, dy, dz in CORNERS]
    places = coords.long()
    lowest = (places[:, 0] * side + places[:, 1]) * side + places[:, 2]
    return lowest[:, None] + torch.tensor(shifts, device=coords.device)


def cube_keys(coords: Tensor, resolution: int) -> Tensor:
    """Raster numbers [S] of cubes [S, 3]."""
    places = coords.long()
    return (places[:, 0] * resolution + places[:, 1]) * resolution + places[:, 2]


def number_used(keys: Tensor, size: int) -> tuple[Tensor, Tensor]:
    """The different ones among keys below `size`, ascending, and the number among them of each key.

    As torch.unique, but by a table of all keys instead of a sort, which takes longer for surfaces.
    """
    used = torch.zeros(size, dtype=torch.bool, device=keys.device)
    used[keys.flatten()] = True
    numbers = used.cumsum(0, dtype=torch.int32)
    return used.nonzero()[:, 0], numbers[keys].long() - 1


def vertex_positions(keys: Tensor, deform: Tensor, resolution: int) -> Tensor:
    """Where grid vertices [G] are, moved by at most half a cube; raw deform [G, 3]."""
    side = resolution + 1
    places = torch.stack([keys // side**2, keys // side % side, keys % side], dim=1)
    return places / resolution - 0.5 + (1 - 1e-8) / (resolution * 2) * torch.tanh(deform)


def _settled_cases(cubes: SurfaceCubes, resolution: int, tables: FlexiTables) -> Tensor:
    """The case [S] of each cube, turned inside out where it and its neighbour would meet in a bad edge."""
    device = cubes.coords.device
    bits = 1 << torch.arange(8, device=device)
    cases = ((cubes.sdf[cubes.corners] < 0) * bits).sum(1)
    doubtful = torch.from_numpy(tables.doubtful).to(device)[cases]
    asking = doubtful.nonzero()[:, 0]
    beyond = cubes.coords[asking] + torch.from_numpy(tables.outward).to(device)[cases[asking]]
    in_range = ((beyond >= 0) & (beyond < resolution)).all(1)
    keys, wanted = cube_keys(cubes.coords, resolution), cube_keys(beyond, resolution)
    found = torch.searchsorted(keys, wanted).clamp(max=len(keys) - 1)
    turned = in_range & (keys[found] == wanted) & doubtful[found]
    cases[asking[turned]] = 255 - cases[asking[turned]]
    return cases


def _dual_vertices(cubes: SurfaceCubes, cases: Tensor, tables: FlexiTables) -> _DualVertices:
    """Cubes with one vertex come first, then those with two, three and four."""
    device = cases.device
    raw_beta, raw_alpha, raw_gamma = cubes.weights.split(WEIGHTS, dim=1)
    beta, alpha = 1 + 0.99 * torch.tanh(raw_beta), 1 + 0.99 * torch.tanh(raw_alpha)
    gamma = 0.99 * torch.sigmoid(raw_gamma[:, 0]) + 0.005
    ends = torch.tensor(EDGES, device=device)
    groups = torch.from_numpy(tables.groups).to(device)[cases]
    edges_of_group = torch.from_numpy(tables.edges).to(device)
    of_edge = torch.full((len(cases), len(EDGES)), -1, dtype=torch.int64, device=device)
    positions: list[Tensor] = []
    attributes: list[Tensor] = []
    gammas: list[Tensor] = []
    first = 0
    for count in range(1, MOST_GROUPS + 1):
        rows = (groups == count).nonzero()[:, 0]
        edges = edges_of_group[cases[rows], :count].flatten(0, 1)  # [D, 7]
        cube = rows.repeat_interleave(count)  # [D]
        group, slot = (edges >= 0).nonzero(as_tuple=True)
        edge = edges[group, slot]
        owner = cube[group]
        a, b = ends[edge].unbind(1)
        near, far = cubes.corners[owner, a], cubes.corners[owner, b]
        scaled_near, scaled_far = cubes.sdf[near] * alpha[owner, a], cubes.sdf[far] * alpha[owner, b]
        share = (scaled_far / (scaled_far - scaled_near))[:, None]  # of the near end
        weight = beta[owner, edge][:, None]
        total = weight.new_zeros(len(cube), 1).index_add(0, group, weight)
        for values, means in ((cubes.positions, positions), (cubes.attributes, attributes)):
            crossing = values[near] * share + values[far] * (1 - share)
            summed = values.new_zeros(len(cube), values.shape[1]).index_add(0, group, weight * crossing)
            means.append(summed / total)
        of_edge[owner, edge] = first + group
        gammas.append(gamma[cube])
        first += len(cube)
    return _DualVertices(torch.cat(positions), torch.cat(attributes), torch.cat(gammas), of_edge)


def _faces(cubes: SurfaceCubes, dual: _DualVertices) -> Tensor:
    """Two triangles for every crossed edge that has four cubes around it."""
    ends = torch.tensor(EDGES, device=cubes.coords.device)
    crossed = dual.of_edge >= 0
    pairs = cubes.corners[:, ends][crossed]  # [K, 2], by cube, then edge
    vertices = len(cubes.sdf)
    edge_keys, order = (pairs[:, 0] * vertices + pairs[:, 1]).sort(stable=True)
    keys, counts = torch.unique_consecutive(edge_keys, return_counts=True)
    shared = counts.repeat_interleave(counts) == 4
    quads = dual.of_edge[crossed][order][shared].view(-1, 4)
    leaving = cubes.sdf[keys[counts == 4] // vertices] > 0  # the edge's first end is outside
    quads = torch.cat([quads[leaving][:, [0, 1, 3, 2]], quads[~leaving][:, [2, 3, 1, 0]]])
    gamma = dual.gamma[quads]
    along = (gamma[:, 0] * gamma[:, 2] > gamma[:, 1] * gamma[:, 3])[:, None]
    return torch.where(along, quads[:, [0, 1, 2, 0, 2, 3]], quads[:, [0, 1, 3, 3, 1, 2]]).view(-1, 3)
