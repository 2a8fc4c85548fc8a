"""Fields of many objects at once, as `data.build.build_field` makes them one by one."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from torch import Tensor

from maquette.procedural.program import Program
from maquette.procedural.sampling import FILL
from training.data.build import LEAST_THICKNESS, Field, assemble_plan, growths, palette_of
from training.data.plan import Plan
from training.data.subject import SLOTS

from .batch import Children, Compiler, children, nearest
from .extent import extents
from .thickness import thicken

GRADIENT_STEP: Final = 5e-4  # of the cube
TETRAHEDRON: Final = ((1.0, 1.0, 1.0), (1.0, -1.0, -1.0), (-1.0, 1.0, -1.0), (-1.0, -1.0, 1.0))


@dataclass(frozen=True)
class Fields:
    """B objects in the cube [-0.5, 0.5]^3, for points [B, N, 3]."""

    parts: Children  # in the objects' own units
    scale: Tensor  # [B, 1] cube sides in such a unit
    middle: Tensor  # [B, 1, 3] the cube's centre in such units
    slots: Tensor  # [B, P] long, slot of each part by its rank
    used: Tensor  # [B, SLOTS] bool
    palette: Tensor  # [B, SLOTS, 5] sRGB, metallic, roughness
    radius: Tensor  # [B] of the sphere around each object

    def distance(self, points: Tensor) -> Tensor:  # [B, N]
        """Signed distance, positive outside."""
        return self.both(points)[0]

    def both(self, points: Tensor) -> tuple[Tensor, Tensor]:  # [B, N], [B, N] long
        """Distance and slot."""
        distance, rank = nearest(self.parts, points / self.scale[..., None] + self.middle)
        return distance * self.scale, self.slots.gather(1, rank)

    def gradient(self, points: Tensor) -> Tensor:  # [B, N, 3] unit
        """The direction in which the distance grows, by differences."""
        corners = torch.tensor(TETRAHEDRON, device=points.device)
        moved = points[:, None] + GRADIENT_STEP * corners[:, None]  # [B, 4, N, 3]
        samples = self.distance(moved.flatten(1, 2)).unflatten(1, (4, -1))
        return torch.nn.functional.normalize(torch.einsum("bkn,kc->bnc", samples, corners), dim=-1, eps=1e-8)


def compile_fields(fields: Sequence[Field], device: torch.device) -> Fields:
    """Fields that were built one by one."""
    count = len(fields)
    return Fields(
        compile_programs([f.program for f in fields], device),
        torch.ones(count, 1, device=device),
        torch.zeros(count, 1, 3, device=device),
        _slot_table([f.slots.tolist() for f in fields], device),
        torch.from_numpy(np.stack([f.used for f in fields])).to(device),
        torch.from_numpy(np.stack([f.palette for f in fields])).to(device),
        torch.tensor([f.radius for f in fields], device=device),
    )


def build_fields(plans: Sequence[Plan], device: torch.device) -> Fields:
    """Objects of plans: thickened and put into the cube all at once."""
    assembled = [assemble_plan(plan) for plan in plans]
    programs = [program for program, _ in assembled]
    parts = compile_programs(programs, device)
    side = torch.tensor([p.longest / FILL for p in programs], device=device)
    grown = [
        growths(plan.subject.slots[slot])
        for plan, (_, slots) in zip(plans, assembled, strict=True)
        for slot in slots
    ]
    least, most = (torch.tensor(grown, device=device) * side[parts.owner, None]).unbind(1)
    parts = thicken(parts, LEAST_THICKNESS * side[parts.owner], most, least)
    low, high = extents(parts, len(plans))
    scale = FILL / (high - low).amax(1, keepdim=True)
    used = np.zeros((len(plans), SLOTS), bool)
    for i, (_, slots) in enumerate(assembled):
        used[i, slots] = True
    palettes = [palette_of(plan, row) for plan, row in zip(plans, used, strict=True)]
    return Fields(
        parts,
        scale,
        ((low + high) / 2)[:, None],
        _slot_table([slots for _, slots in assembled], device),
        torch.from_numpy(used).to(device),
        torch.from_numpy(np.stack(palettes)).to(device),
        torch.linalg.vector_norm((high - low) * scale, dim=1) / 2,
    )


def compile_programs(programs: Sequence[Program], device: torch.device) -> Children:
    """The parts of programs as one function, in each program's own units; see `batch.nearest`."""
    return children([[part.solid for part in p.parts] for p in programs], Compiler(device))


def _slot_table(slots: Sequence[Sequence[int]], device: torch.device) -> Tensor:
    most = max(len(row) for row in slots)
    return torch.tensor([[*row, *[0] * (most - len(row))] for row in slots], device=device)
