"""Primitive solids; see `procedural.sdf.primitives` for what each is."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from maquette.procedural.sdf import (
    Cuboid,
    Cylinder,
    Ellipsoid,
    Extruded,
    HalfSpace,
    Revolved,
    Sphere,
    Torus,
    Tube,
)
from maquette.procedural.sdf.polyhedron import Polyhedron
from maquette.procedural.sdf.primitives import ELLIPSOID_ROUNDS

from .batch import Compiler, Distance, length
from .outline import Outlines, outlines


def combine_2d(dx: Tensor, dy: Tensor) -> Tensor:
    """Exact distance of a product of two 1D distances."""
    return length(dx.clamp_min(0), dy.clamp_min(0)) + torch.maximum(dx, dy).clamp_max(0)


def sphere(nodes: Sequence[Sphere], to: Compiler) -> Distance:
    radius = to.numbers([n.radius for n in nodes])
    return lambda p: length(p[..., 0], p[..., 1], p[..., 2]) - radius


def cuboid(nodes: Sequence[Cuboid], to: Compiler) -> Distance:
    half = to.vectors([(n.sx / 2 - n.round, n.sy / 2 - n.round, n.sz / 2 - n.round) for n in nodes])
    round_ = to.numbers([n.round for n in nodes])

    def distance(p: Tensor) -> Tensor:
        gap = p.abs() - half
        out = gap.clamp_min(0)
        return length(out[..., 0], out[..., 1], out[..., 2]) + gap.amax(-1).clamp_max(0) - round_

    return distance


def cylinder(nodes: Sequence[Cylinder], to: Compiler) -> Distance:
    radius = to.numbers([n.radius - n.round for n in nodes])
    half = to.numbers([n.height / 2 - n.round for n in nodes])
    round_ = to.numbers([n.round for n in nodes])
    return lambda p: combine_2d(length(p[..., 0], p[..., 1]) - radius, p[..., 2].abs() - half) - round_


def torus(nodes: Sequence[Torus], to: Compiler) -> Distance:
    major, minor = to.numbers([n.major for n in nodes]), to.numbers([n.minor for n in nodes])
    return lambda p: length(length(p[..., 0], p[..., 1]) - major, p[..., 2]) - minor


def half_space(nodes: Sequence[HalfSpace], to: Compiler) -> Distance:
    normals = [np.array(n.normal, np.float32) / np.linalg.norm(n.normal) for n in nodes]
    normal = to.vectors(normals)
    offset = to.numbers(
        [float(n @ np.array(h.point, np.float32)) for n, h in zip(normals, nodes, strict=True)]
    )
    return lambda p: (p * normal).sum(-1) - offset


def ellipsoid(nodes: Sequence[Ellipsoid], to: Compiler) -> Distance:
    table = np.array([(n.rx, n.ry, n.rz) for n in nodes], np.float32)
    radii, squared = to.vectors(table), to.vectors(table**2)
    least, most = to.numbers(table.min(1)), to.numbers(table.max(1))
    is_thin = to.vectors(np.arange(3) == table.argmin(1)[:, None]) > 0

    def distance(p: Tensor) -> Tensor:
        q = p.abs()
        t = _parameter(q, radii, squared, least, most)
        nearest = q * squared / (t[..., None] + squared)
        share = (nearest / radii).masked_fill(is_thin, 0)
        height = (1 - (share * share).sum(-1)).clamp_min(0).sqrt()
        beyond = is_thin & (t < 0)[..., None]
        nearest = torch.where(beyond, height[..., None] * radii, nearest)
        away = torch.linalg.vector_norm(q - nearest, dim=-1)
        return torch.where((q * q / squared).sum(-1) < 1, -away, away)

    return distance


def _parameter(q: Tensor, radii: Tensor, squared: Tensor, least: Tensor, most: Tensor) -> Tensor:
    """The t of Eberly's equation, [M, N]: Newton on 1 / |w|, see `Ellipsoid`."""
    t = torch.linalg.vector_norm(q * radii, dim=-1) - most**2
    t = torch.maximum(t, (q * radii - squared).amax(-1))
    t = torch.maximum(t, -(1 - 1e-3) * least**2)
    for _ in range(ELLIPSOID_ROUNDS):
        inverse = 1 / (t[..., None] + squared)
        term = (q * inverse * radii).square()
        total, weighted = term.sum(-1) + 1e-12, (term * inverse).sum(-1) + 1e-12
        t = t + (total.sqrt() - 1).clamp_min(0) * total / weighted
    return t


def tube(nodes: Sequence[Tube], to: Compiler) -> Distance:
    """Round cones, as many for each node: the last is repeated."""
    count = max(len(n.points) for n in nodes) - 1
    cones = [[_cone(n, min(i, len(n.points) - 2)) for i in range(count)] for n in nodes]
    columns = [to.vectors([row[i] for row in cones]) for i in range(count)]  # [M, 1, 11] each
    return lambda p: torch.stack([_round_cone(p, column) for column in columns]).amin(0)


def _cone(node: Tube, i: int) -> list[float]:
    """Start, unit axis, its length, tangent of the flank, first radius and growth; of a sphere length 0."""
    a, b = np.array(node.points[i], np.float64), np.array(node.points[i + 1], np.float64)
    ra, rb = node.radii[i], node.radii[i + 1]
    way = float(np.linalg.norm(b - a))
    if way <= abs(ra - rb) + 1e-9:
        centre, radius = (a, ra) if ra >= rb else (b, rb)
        return [*centre, 0, 0, 1, 0, 0, radius, 0]
    sine = (ra - rb) / way
    return [*a, *((b - a) / way), way, sine / np.sqrt(1 - sine * sine), ra, rb - ra]


def _round_cone(p: Tensor, column: Tensor) -> Tensor:
    way, tangent, radius, growth = (column[..., i] for i in range(6, 10))  # [M, 1] each
    q = p - column[..., :3]
    along = (q * column[..., 3:6]).sum(-1)
    across = ((q * q).sum(-1) - along * along).clamp_min(0).sqrt()
    t = ((along - across * tangent) / way.clamp_min(1e-12)).clamp(0, 1)
    return length(along - t * way, across) - (radius + t * growth)


def revolved(nodes: Sequence[Revolved], to: Compiler) -> Distance:
    paths = [[*n.outline, *((-r, z) for r, z in reversed(n.outline))] for n in nodes]
    flat: Outlines = outlines([tuple((x, y, 0.0) for x, y in path) for path in paths], True, to)
    round_ = to.numbers([n.round for n in nodes])
    return lambda p: flat.signed(length(p[..., 0], p[..., 1]), p[..., 2]) - round_


def extruded(nodes: Sequence[Extruded], to: Compiler) -> Distance:
    flat = outlines([tuple((x, y, 0.0) for x, y in n.outline) for n in nodes], True, to)
    half = to.numbers([n.depth / 2 - n.round for n in nodes])
    round_ = to.numbers([n.round for n in nodes])
    return lambda p: combine_2d(flat.signed(p[..., 0], p[..., 2]), p[..., 1].abs() - half) - round_


def polyhedron(nodes: Sequence[Polyhedron], to: Compiler) -> Distance:
    """Planes, as many for each node: what is missing lies far away."""
    count = max(len(n.planes) for n in nodes)
    table = np.array([[*n.planes, *[(0, 0, 0, 1e6)] * (count - len(n.planes))] for n in nodes], np.float32)
    normals, offsets = to.vectors(table[..., :3].reshape(-1, 3)), to.vectors(table[..., 3])
    normals = normals.reshape(len(nodes), count, 3)
    boxes = to.boxes(nodes)
    round_ = to.numbers([n.round for n in nodes])
    worn = to.numbers([max(n.round, 1e-9) for n in nodes])

    def distance(p: Tensor) -> Tensor:
        d = p @ normals.transpose(1, 2) - offsets  # [M, N, planes]
        top = d.amax(-1)
        excess = ((d - top[..., None]) / worn[..., None]).exp().sum(-1).log()
        top = torch.where(top.abs() < 8 * round_, top + round_ * excess, top)
        return torch.where(top > 0, torch.maximum(top, boxes.distance(p)), top)

    return distance
