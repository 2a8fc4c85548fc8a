"""Solids drawn by outlines; see `procedural.sdf.profiled` and `procedural.sdf.shaped`."""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from maquette.procedural.sdf import Cuboid
from maquette.procedural.sdf.profiled import Blade, Lathe, Plate, Strip, Vessel, Wire
from maquette.procedural.sdf.shaped import Bent, Cushion

from .batch import Compiler, Distance, length
from .outline import outlines
from .primitives import combine_2d, cuboid


def lathe(nodes: Sequence[Lathe], to: Compiler) -> Distance:
    flat = outlines([n.path for n in nodes], True, to, axis=True)
    return lambda p: flat.signed(length(p[..., 0], p[..., 1]), p[..., 2])


def vessel(nodes: Sequence[Vessel], to: Compiler) -> Distance:
    flat = outlines([n.path for n in nodes], False, to)
    half = to.numbers([n.thickness / 2 for n in nodes])
    return lambda p: flat.distance(length(p[..., 0], p[..., 1]), p[..., 2]) - half


def plate(nodes: Sequence[Plate], to: Compiler) -> Distance:
    flat = outlines([n.path for n in nodes], True, to)
    half = to.numbers([n.depth / 2 - n.round for n in nodes])
    round_ = to.numbers([n.round for n in nodes])
    return lambda p: combine_2d(flat.signed(p[..., 0], p[..., 2]) + round_, p[..., 1].abs() - half) - round_


def blade(nodes: Sequence[Blade], to: Compiler) -> Distance:
    flat = outlines([n.path for n in nodes], True, to)
    depth, edge = to.numbers([n.depth / 2 for n in nodes]), to.numbers([n.edge / 2 for n in nodes])
    bevel, rise = to.numbers([n.bevel for n in nodes]), to.numbers([(n.depth - n.edge) / 2 for n in nodes])
    slant = length(bevel, rise)

    def distance(p: Tensor) -> Tensor:
        outline, side = flat.signed(p[..., 0], p[..., 2]), p[..., 1].abs()
        ground = (outline * rise + (side - edge) * bevel) / slant
        return torch.maximum(combine_2d(outline, side - depth), ground)

    return distance


def strip(nodes: Sequence[Strip], to: Compiler) -> Distance:
    flat = outlines([n.path for n in nodes], [n.closed for n in nodes], to)
    thick = to.numbers([n.thickness / 2 - n.round for n in nodes])
    half = to.numbers([n.depth / 2 - n.round for n in nodes])
    round_ = to.numbers([n.round for n in nodes])
    return lambda p: combine_2d(flat.distance(p[..., 0], p[..., 2]) - thick, p[..., 1].abs() - half) - round_


def wire(nodes: Sequence[Wire], to: Compiler) -> Distance:
    flat = outlines([n.path for n in nodes], [n.closed for n in nodes], to)
    radius = to.numbers([n.radius for n in nodes])
    return lambda p: length(flat.distance(p[..., 0], p[..., 2]), p[..., 1]) - radius


def bent(nodes: Sequence[Bent], to: Compiler) -> Distance:
    child = to.batch([n.child for n in nodes])
    radius = to.numbers([n.radius for n in nodes])

    def distance(p: Tensor) -> Tensor:
        x, y = p[..., 0], p[..., 1] + radius
        r = length(x, y)
        unrolled = torch.stack([torch.atan2(x, y) * radius, r - radius, p[..., 2]], dim=-1)
        return child(unrolled) * (r / radius).clamp(0.25, 1)

    return distance


def cushion(nodes: Sequence[Cushion], to: Compiler) -> Distance:
    rate_x, rate_y = to.numbers([2 / n.sx for n in nodes]), to.numbers([2 / n.sy for n in nodes])
    puff, half = to.numbers([n.puff for n in nodes]), to.numbers([n.sz / 2 for n in nodes])
    steep = to.numbers([np.hypot(1.0, n.puff * 2 * n.sz / min(n.sx, n.sy)) for n in nodes])
    box = cuboid([Cuboid(n.sx, n.sy, n.sz, n.round) for n in nodes], to)

    def distance(p: Tensor) -> Tensor:
        x, y, z = p.unbind(-1)
        u, v = (x * rate_x).clamp(-1, 1), (y * rate_y).clamp(-1, 1)
        swell = 1 + puff * (1 - u * u) * (1 - v * v)
        reach = half * swell
        z = z - torch.maximum(torch.minimum(z, reach), -reach) * (1 - 1 / swell)
        return box(torch.stack([x, y, z], dim=-1)) / steep

    return distance
