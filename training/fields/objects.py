"""Fields of many objects as one function of points: distance, nearest slot, gradient."""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from maquette.procedural.program import Program

from .batch import Children, Compiler, children, nearest

GRADIENT_STEP = 5e-4  # of what points are measured in
TETRAHEDRON = ((1, 1, 1), (1, -1, -1), (-1, 1, -1), (-1, -1, 1))


@dataclass(frozen=True)
class Programs:
    """B programs compiled for a device."""

    parts: Children

    def distance(self, points: Tensor) -> Tensor:  # [B, N, 3] -> [B, N]
        """Signed distance, positive outside."""
        return nearest(self.parts, points)[0]

    def both(self, points: Tensor) -> tuple[Tensor, Tensor]:  # [B, N, 3] -> [B, N], [B, N] long
        """Distance, and which of the program's parts is nearest."""
        return nearest(self.parts, points)


def compile_programs(programs: Sequence[Program], device: torch.device) -> Programs:
    """The programs as one function; points are in each program's own units."""
    return Programs(children([[part.solid for part in p.parts] for p in programs], Compiler(device)))
