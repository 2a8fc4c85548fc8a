"""Planar outlines of lines and arcs, many at once; see `procedural.sdf.outline`."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from maquette.procedural.sdf.outline import Edge, Path, _arc_middle, _circle, edges

from .batch import Compiler, length

Numbers = tuple[Tensor, ...]  # [M, 1] each


@dataclass(frozen=True)
class Outlines:
    """Edges in columns: the i-th of every outline; outlines with fewer repeat one, or count none."""

    lines: list[Numbers]  # ax, ay, ex, ey, ex / squared, ey / squared
    arcs: list[Numbers]  # ax, ay, bx, by, cx, cy, radius, mx, my, cosine
    chords: list[Numbers]  # ax, ay, by, slope, is level
    bows: list[Numbers]  # ax, ay, slope, is level, cx, cy, squared radius, whether before the chord

    def distance(self, x: Tensor, y: Tensor) -> Tensor:  # [M, N]
        """To the nearest edge, never negative."""
        best = torch.full_like(x, torch.inf)
        for ax, ay, ex, ey, sx, sy in self.lines:
            wx, wy = x - ax, y - ay
            t = (wx * sx + wy * sy).clamp(0, 1)
            dx, dy = wx - t * ex, wy - t * ey
            best = torch.minimum(best, dx * dx + dy * dy)
        for ax, ay, bx, by, cx, cy, radius, mx, my, cosine in self.arcs:
            px, py = x - cx, y - cy
            r = length(px, py)
            to_ends = torch.minimum((x - ax) ** 2 + (y - ay) ** 2, (x - bx) ** 2 + (y - by) ** 2)
            best = torch.minimum(
                best, torch.where(px * mx + py * my >= r * cosine, (r - radius) ** 2, to_ends)
            )
        return best.sqrt()

    def contains(self, x: Tensor, y: Tensor) -> Tensor:  # [M, N] bool
        """Whether the points lie in the regions."""
        inside = torch.zeros_like(x, dtype=torch.bool)
        for ax, ay, by, slope, level in self.chords:
            inside = inside ^ (((y >= ay) != (y >= by)) & _before(x, y, ax, ay, slope, level))
        for ax, ay, slope, level, cx, cy, squared, side in self.bows:
            in_circle = (x - cx) ** 2 + (y - cy) ** 2 < squared
            inside = inside ^ (in_circle & (_before(x, y, ax, ay, slope, level) == (side > 0)))
        return inside

    def signed(self, x: Tensor, y: Tensor) -> Tensor:  # [M, N]
        """Signed distance to the regions."""
        distance = self.distance(x, y)
        return torch.where(self.contains(x, y), -distance, distance)


def outlines(
    paths: Sequence[Path], closed: bool | Sequence[bool], to: Compiler, axis: bool = False
) -> Outlines:
    """The outlines of nodes. With `axis`, edges along x = 0 bound nothing and only close the region."""
    is_closed = [closed] * len(paths) if isinstance(closed, bool) else closed
    found = [edges(path, c) for path, c in zip(paths, is_closed, strict=True)]
    shown = [[e for e in of if e.ax > 0 or e.bx > 0] for of in found] if axis else found
    far = _line(Edge(1e6, 1e6, 1e6 + 1, 1e6, 0))
    no_arc = (*(1e6,) * 6, 1e-3, 1.0, 0.0, -1.0)  # a small circle far away
    return Outlines(
        _columns([[_line(e) for e in of if not e.bulge] for of in shown], far, to),
        _columns([[_arc(e) for e in of if e.bulge] for of in shown], no_arc, to),
        _columns([[_chord(e) for e in of] for of in found], (0.0, 0.0, 0.0, 0.0, 0.0), to),
        _columns([[_bow(e) for e in of if e.bulge] for of in found], (0.0,) * 6 + (-1.0, 0.0), to),
    )


def _before(x: Tensor, y: Tensor, ax: Tensor, ay: Tensor, slope: Tensor, level: Tensor) -> Tensor:
    """Whether points lie at smaller x than the chord's line; above it if it is level."""
    return torch.where(level > 0, y >= ay, x - ax < (y - ay) * slope)


def _columns(
    rows: Sequence[Sequence[tuple[float, ...]]], filling: tuple[float, ...], to: Compiler
) -> list[Numbers]:
    """Numbers of the i-th edges of all outlines, for every i."""
    count = max((len(row) for row in rows), default=0)
    columns = []
    for i in range(count):
        entries = [row[i] if i < len(row) else filling for row in rows]
        columns.append(tuple(to.numbers([e[k] for e in entries]) for k in range(len(filling))))
    return columns


def _line(e: Edge) -> tuple[float, ...]:
    ex, ey = e.bx - e.ax, e.by - e.ay
    squared = ex * ex + ey * ey
    return e.ax, e.ay, ex, ey, ex / squared, ey / squared


def _arc(e: Edge) -> tuple[float, ...]:
    cx, cy, radius = _circle(e)
    return e.ax, e.ay, e.bx, e.by, cx, cy, radius, *_arc_middle(e, cx, cy, radius)


def _chord(e: Edge) -> tuple[float, ...]:
    ex, ey = e.bx - e.ax, e.by - e.ay
    return e.ax, e.ay, e.by, ex / ey if ey else 0.0, float(ey == 0)


def _bow(e: Edge) -> tuple[float, ...]:
    ex, ey = e.bx - e.ax, e.by - e.ay
    cx, cy, radius = _circle(e)
    is_before = ((ey < 0) if ey else (ex < 0)) == (e.bulge > 0)
    return e.ax, e.ay, ex / ey if ey else 0.0, float(ey == 0), cx, cy, radius * radius, float(is_before)
