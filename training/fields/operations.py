"""Combining solids and roughening them; see `procedural.sdf.operations` and `procedural.sdf.shaping`."""

from collections.abc import Sequence
from itertools import product

import torch
from torch import Tensor

from maquette.procedural.sdf import Difference
from maquette.procedural.sdf.operations import Blend, Grown, Intersection, Roughened, Shell, Union
from maquette.procedural.sdf.shaping import _LEAF_REACH, Leafy, Meet
from training.data.thickness import Steepened

from .batch import Compiler, Distance, children, nearest
from .noise import fractal_noise, hash3

_SMALL = 1e-12


def union(nodes: Sequence[Union], to: Compiler) -> Distance:
    family = children([n.children for n in nodes], to)
    return lambda p: nearest(family, p)[0]


def blend(nodes: Sequence[Blend], to: Compiler) -> Distance:
    family = children([n.children for n in nodes], to)
    k = to.numbers([n.k for n in nodes])

    def distance(p: Tensor) -> Tensor:
        points = p[family.owner]
        each, away = family.distance(points), family.boxes.distance(points)
        best = each[family.ranks[0][1]]
        for rows, child in family.ranks[1:]:
            a, b, width = best[rows], each[child], k[rows]
            h = (width - (a - b).abs()).clamp_min(0) / width
            joined = torch.minimum(a, b) - h * h * width / 4
            best[rows] = torch.where(away[child] <= (a + width).clamp_min(0), joined, a)
        return best

    return distance


def meet(nodes: Sequence[Meet], to: Compiler) -> Distance:
    family = children([n.children for n in nodes], to)
    k = to.numbers([n.k for n in nodes])

    def distance(p: Tensor) -> Tensor:
        each = family.distance(p[family.owner])
        best = each[family.ranks[0][1]]
        for rows, child in family.ranks[1:]:
            a, b, width = best[rows], each[child], k[rows]
            h = (width - (a - b).abs()).clamp_min(0) / width
            best[rows] = torch.maximum(a, b) + h * h * width / 4
        return best

    return distance


def difference(nodes: Sequence[Difference], to: Compiler) -> Distance:
    solid, tool = to.batch([n.solid for n in nodes]), to.batch([n.tool for n in nodes])
    boxes = to.boxes([n.tool for n in nodes])
    k = to.numbers([max(n.k, 0) for n in nodes])

    def distance(p: Tensor) -> Tensor:
        a, b = solid(p), -tool(p)
        h = (k - (a - b).abs()).clamp_min(0) / k.clamp_min(_SMALL)
        cut = torch.maximum(a, b) + h * h * k / 4
        return torch.where(boxes.distance(p) < k + (-a).clamp_min(0) + 1e-6, cut, a)

    return distance


def intersection(nodes: Sequence[Intersection], to: Compiler) -> Distance:
    first, second = to.batch([n.first for n in nodes]), to.batch([n.second for n in nodes])
    return lambda p: torch.maximum(first(p), second(p))


def grown(nodes: Sequence[Grown], to: Compiler) -> Distance:
    child, radius = to.batch([n.child for n in nodes]), to.numbers([n.radius for n in nodes])
    return lambda p: child(p) - radius


def shell(nodes: Sequence[Shell], to: Compiler) -> Distance:
    child, half = to.batch([n.child for n in nodes]), to.numbers([n.thickness / 2 for n in nodes])
    return lambda p: (child(p) + half).abs() - half


def steepened(nodes: Sequence[Steepened], to: Compiler) -> Distance:
    child, factor = to.batch([n.child for n in nodes]), to.numbers([1 / n.slope for n in nodes])
    return lambda p: child(p) * factor


def roughened(nodes: Sequence[Roughened], to: Compiler) -> Distance:
    """All nodes have as many octaves, see `classes.variant`."""
    child = to.batch([n.child for n in nodes])
    amplitude = to.numbers([n.amplitude for n in nodes])
    wavelength = to.numbers([n.wavelength for n in nodes])
    seeds, octaves = to.rows([n.seed for n in nodes]), nodes[0].octaves
    slope = 1.25 + 2.5 * amplitude / wavelength

    def distance(p: Tensor) -> Tensor:
        d = child(p)
        fade = (1.5 - d.abs() * (0.25 / amplitude)).clamp(0, 1)
        return (d - fractal_noise(p, wavelength, seeds, octaves) * fade * amplitude) / slope

    return distance


def leafy(nodes: Sequence[Leafy], to: Compiler) -> Distance:
    child = to.batch([n.child for n in nodes])
    size, depth = to.numbers([n.size for n in nodes]), to.numbers([n.depth for n in nodes])
    seeds = to.rows([n.seed for n in nodes])
    slope = 1.25 + depth / (_LEAF_REACH * size)

    def distance(p: Tensor) -> Tensor:
        d = child(p)
        fade = (1.5 - d.abs() * (0.25 / depth)).clamp(0, 1)
        return (d - depth * fade * _tufts(p, size, seeds)) / slope

    return distance


def _tufts(p: Tensor, size: Tensor, seeds: Tensor) -> Tensor:
    """Height [M, N] of the tufts, 0 to 1: the nearest of eight jittered ones."""
    q = p / size[..., None]
    base = (q - 0.5).floor()
    cells = base.long()
    nearest_sq = torch.full(p.shape[:2], _LEAF_REACH**2, device=p.device)
    for corner in product((0, 1), repeat=3):
        offset = torch.tensor(corner, device=p.device)
        h = hash3(cells + offset, seeds)
        jitter = torch.stack([(h >> (10 * axis)) & 1023 for axis in range(3)], dim=-1) * (0.6 / 1023)
        gap = q - (base + offset + 0.2 + jitter)
        nearest_sq = torch.minimum(nearest_sq, (gap * gap).sum(-1))
    return 1 - (nearest_sq + 0.01).sqrt() / _LEAF_REACH
