"""From a plan to a field in the unit cube, with slots instead of parts."""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from maquette.procedural.build import assemble
from maquette.procedural.design import design
from maquette.procedural.program import Program
from maquette.procedural.prompt.description import Description, Look
from maquette.procedural.sampling import FILL
from maquette.procedural.sdf import Distances, Points

from .plan import Plan
from .subject import SLOTS, Slot
from .thickness import thickened

LEAST_THICKNESS: Final = 0.06  # of the cube
MOST_GROWTH: Final = 0.03  # of the cube
FLUSH_GROWTH: Final = 0.012  # of parts that lie on others, which only have to stand out
_OPAQUE: Final = Look(material="plastic")  # glass would show what lies behind it, which then is built


@dataclass(frozen=True)
class Field:
    """An object in the cube [-0.5, 0.5]^3, centred, its longest side FILL long."""

    program: Program  # in cube sides
    slots: npt.NDArray[np.uint8]  # [P] slot of each of the program's parts
    used: npt.NDArray[np.bool_]  # [SLOTS]
    palette: npt.NDArray[np.float32]  # [SLOTS, 5] sRGB, metallic, roughness; unused slots copy slot 0

    @property
    def radius(self) -> float:
        """Of the sphere around the object."""
        low, high = self.program.extent
        return float(np.linalg.norm(high - low)) / 2

    def distance(self, points: Points, limit: float = np.inf) -> Distances:
        """Signed distance [N], positive outside; none above `limit`."""
        return self.program.distance(points, limit)

    def both(self, points: Points, limit: float = np.inf) -> tuple[Distances, npt.NDArray[np.uint8]]:
        """Distance and slot [N]."""
        distance, part = self.program.both(points, limit)
        return distance, self.slots[part]


def build_field(plan: Plan) -> Field:
    """The object of a plan, its parts thick enough for the grid."""
    program, slots = assemble_plan(plan)
    side = program.longest / FILL  # metres; growing makes it a little longer
    parts = []
    for part, slot in zip(program.parts, slots, strict=True):
        least, most = (side * growth for growth in growths(plan.subject.slots[slot]))
        solid = thickened(part.solid, LEAST_THICKNESS * side, most, least)
        parts.append(replace(part, solid=solid))
    used = np.zeros(SLOTS, bool)
    used[slots] = True
    thick = _in_cube(replace(program, parts=tuple(parts)))
    return Field(thick, np.array(slots, np.uint8), used, palette_of(plan, used))


def growths(slot: Slot) -> tuple[float, float]:
    """By how much parts of a slot are grown at least and at most, in sides of the cube."""
    return (MOST_GROWTH if slot.around else 0.0), (FLUSH_GROWTH if slot.flush else MOST_GROWTH)


def assemble_plan(plan: Plan) -> tuple[Program, list[int]]:
    """What the kind's builder makes of a plan, in metres, without what has no slot; and the parts' slots."""
    subject = plan.subject
    looks = {spec.name: _OPAQUE for spec in subject.kind.parts}
    description = Description(
        "", subject.kind, looks, plan.shapes, plan.counts, plan.present, factors=plan.factors
    )
    program = assemble(subject.kind, design(description, plan.seed))
    parts, slots = [], []
    for part in program.parts:
        slot = subject.slot_of(part.name)
        if slot is not None:
            parts.append(part)
            slots.append(slot)
    return Program(program.kind, program.seed, tuple(parts), tuple(slots)), slots


def palette_of(plan: Plan, used: npt.NDArray[np.bool_]) -> npt.NDArray[np.float32]:
    """[SLOTS, 5]: unused slots copy slot 0."""
    looks = np.array(plan.palette(), np.float32)
    palette = np.repeat(looks[:1], SLOTS, axis=0)
    palette[: len(looks)] = looks
    palette[~used] = looks[0]
    return palette


def _in_cube(program: Program) -> Program:
    """The object moved and scaled into the cube."""
    low, high = program.extent.astype(float)
    middle = (low + high) / 2
    scale = FILL / float((high - low).max())
    return program.moved(*(-middle)).scaled(scale)
