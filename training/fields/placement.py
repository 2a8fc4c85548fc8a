"""Placing and deforming; see `procedural.sdf.placement` and `procedural.sdf.shaping`."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from maquette.procedural.sdf.placement import Mirrored, Moved, Radial, Scaled, Tapered, Turned, Twisted
from maquette.procedural.sdf.shaping import Grounded, Row, Stretched, Symmetric

from .batch import Boxes, Compiler, Distance, length


def moved(nodes: Sequence[Moved], to: Compiler) -> Distance:
    child, offset = to.batch([n.child for n in nodes]), to.vectors([n.offset for n in nodes])
    return lambda p: child(p - offset)


def turned(nodes: Sequence[Turned], to: Compiler) -> Distance:
    child = to.batch([n.child for n in nodes])
    matrices = to.vectors([_rotation(n.axis, -n.degrees).ravel() for n in nodes]).reshape(-1, 3, 3)
    return lambda p: child(p @ matrices.transpose(1, 2))


def _rotation(axis: int, degrees: float) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    i, j = (axis + 1) % 3, (axis + 2) % 3
    matrix = np.eye(3)
    matrix[i, i], matrix[i, j], matrix[j, i], matrix[j, j] = c, -s, s, c
    return matrix


def scaled(nodes: Sequence[Scaled], to: Compiler) -> Distance:
    child, factor = to.batch([n.child for n in nodes]), to.numbers([n.factor for n in nodes])
    return lambda p: child(p / factor[..., None]) * factor


def mirrored(nodes: Sequence[Mirrored], to: Compiler) -> Distance:
    """All or none of the nodes' children reach across the plane, see `classes.variant`."""
    solids = [n.child for n in nodes]
    child, boxes = to.batch(solids), to.boxes(solids)
    sign = to.vectors([np.where(np.arange(3) == n.axis, -1, 1) for n in nodes])
    crosses = reaches_across(nodes[0])

    def distance(p: Tensor) -> Tensor:
        q = torch.where(sign < 0, p.abs(), p)
        d = child(q)
        return _nearer(d, child, boxes, q * sign) if crosses else d

    return distance


def reaches_across(node: Mirrored) -> bool:
    """Whether the mirror image overlaps the half it is seen from."""
    return bool(node.child.bounds()[0, node.axis] < 0)


def _nearer(d: Tensor, child: Distance, boxes: Boxes, q: Tensor) -> Tensor:
    """The smaller of d and the child's distance at the points q, where its box does not rule it out."""
    return torch.where(boxes.distance(q) <= d.clamp_min(0), torch.minimum(d, child(q)), d)


def radial(nodes: Sequence[Radial], to: Compiler) -> Distance:
    solids = [n.child for n in nodes]
    child, boxes = to.batch(solids), to.boxes(solids)
    sector = to.numbers([2 * np.pi / n.count for n in nodes])
    phase = to.numbers([np.radians(n.phase_deg) for n in nodes])
    several = to.flags([n.count > 1 for n in nodes])

    def distance(p: Tensor) -> Tensor:
        angle = torch.atan2(p[..., 1], p[..., 0]) - phase
        folded = angle - sector * (angle / sector).round()
        radius = length(p[..., 0], p[..., 1])
        d = child(_polar(radius, folded, p[..., 2]))
        beside = _polar(radius, folded - torch.copysign(sector, folded), p[..., 2])
        return torch.where(several, _nearer(d, child, boxes, beside), d)

    return distance


def _polar(radius: Tensor, angle: Tensor, z: Tensor) -> Tensor:
    return torch.stack([radius * angle.cos(), radius * angle.sin(), z], dim=-1)


def twisted(nodes: Sequence[Twisted], to: Compiler) -> Distance:
    child = to.batch([n.child for n in nodes])
    rate = to.numbers([np.radians(n.degrees_per_metre) for n in nodes])
    reach = to.numbers([n._reach for n in nodes])

    def distance(p: Tensor) -> Tensor:
        x, y, z = p.unbind(-1)
        c, s = (rate * z).cos(), (rate * z).sin()
        pull = rate * torch.maximum(length(x, y), reach)
        return child(torch.stack([c * x + s * y, c * y - s * x, z], dim=-1)) / (1 + pull * pull).sqrt()

    return distance


def tapered(nodes: Sequence[Tapered], to: Compiler) -> Distance:
    child = to.batch([n.child for n in nodes])
    z0, rise = to.numbers([n.z0 for n in nodes]), to.numbers([n.z1 - n.z0 for n in nodes])
    growth = to.numbers([n.top_scale - 1 for n in nodes])
    reach = to.numbers([n._reach for n in nodes])

    def distance(p: Tensor) -> Tensor:
        scale = 1 + ((p[..., 2] - z0) / rise).clamp(0, 1) * growth
        x, y = p[..., 0] / scale, p[..., 1] / scale
        slope = growth.abs() / rise.abs() * torch.maximum(length(x, y), reach)
        d = child(torch.stack([x, y, p[..., 2]], dim=-1))
        return d * scale.clamp_max(1) / (1 + slope * slope).sqrt()

    return distance


def stretched(nodes: Sequence[Stretched], to: Compiler) -> Distance:
    child, boxes = to.batch([n.child for n in nodes]), to.boxes(nodes)
    factors = to.vectors([n.factors for n in nodes])
    least = to.numbers([min(n.factors) for n in nodes])

    def distance(p: Tensor) -> Tensor:
        d = child(p / factors) * least
        return torch.where(d > 0, torch.maximum(d, boxes.distance(p)), d)

    return distance


def symmetric(nodes: Sequence[Symmetric], to: Compiler) -> Distance:
    child = to.batch([n.child for n in nodes])
    folds = to.vectors([np.arange(3) == n.axis for n in nodes]) > 0
    return lambda p: child(torch.where(folds, p.abs(), p))


def row(nodes: Sequence[Row], to: Compiler) -> Distance:
    """All or none of the nodes overlap, see `classes.variant`."""
    child = to.batch([n.child for n in nodes])
    along = to.vectors([np.arange(3) == n.axis for n in nodes])
    spacing, last = to.numbers([n.spacing for n in nodes]), to.numbers([n.count - 1 for n in nodes])

    def at(p: Tensor, place: Tensor) -> Tensor:
        return child(p - along * ((place - last / 2) * spacing)[..., None])

    def distance(p: Tensor) -> Tensor:
        place = (p * along).sum(-1) / spacing + last / 2
        nearest = torch.minimum(place.round().clamp_min(0), last)
        d = at(p, nearest)
        if nodes[0].overlapping:
            other = nearest + torch.where(place > nearest, 1.0, -1.0)
            d = torch.minimum(d, at(p, torch.minimum(other.clamp_min(0), last)))
        return d

    return distance


def grounded(nodes: Sequence[Grounded], to: Compiler) -> Distance:
    child = to.batch([n.child for n in nodes])
    return lambda p: torch.maximum(child(p), -p[..., 2])
