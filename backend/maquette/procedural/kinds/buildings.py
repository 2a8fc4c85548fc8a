"""Houses: a cottage or townhouse with tiled roof, windows, door, chimney."""

from dataclasses import dataclass

from maquette.procedural.kind import Design, Kind, Part, PartSpec
from maquette.procedural.sdf import Cuboid, Cylinder, Difference, Node, union
from maquette.procedural.sdf.polyhedron import polyhedron
from maquette.procedural.sdf.profiled import Plate
from maquette.procedural.sdf.shaping import Grounded, row

from .layout import block
from .openings import door, gable_roof, shutters, steps, window

WINDOWS_A_FLOOR = 7  # two in front, one above the door, two at the back, one at each end


@dataclass(frozen=True)
class _Plan:
    """Sizes of a house in metres. `base` is the top of the foundation, `eaves` that of the walls."""

    width: float
    depth: float
    base: float
    storey: float
    floors: int
    rise: float
    bar: float
    along_x: bool  # the ridge runs along X, eaves to the front
    roof: str

    @property
    def eaves(self) -> float:
        return self.base + self.storey * self.floors


def _plan(design: Design) -> _Plan:
    sx, sy, sz = design.stretch
    width, depth = design.number("width", 5.0, 6.4) * sx, design.number("depth", 4.0, 4.8) * sy
    floors = max(design.count("floor", 1, 2), _floors_for(design))
    roof = design.shape("roof", ("gable", "hip", "flat"))
    along_x = design.unit("ridge") < 0.6
    rise = (depth if along_x else width) * design.number("pitch", 0.42, 0.55) * min(sz, 1.3)
    storey = design.number("storey", 2.5, 2.8) * sz
    bar = max(0.11, (0.32 + storey * floors + rise) / 75) * min(design.thickness, 1.6)
    return _Plan(width, depth, 0.32, storey, floors, rise, bar, along_x, roof)


def _floors_for(design: Design) -> int:
    """The floors that the windows asked for need, unless a number of floors was asked for too."""
    asked = design.counts.get("window", 0)
    return 1 if "floor" in design.counts else min(3, -(-(asked + 1) // WINDOWS_A_FLOOR))


def _house(design: Design) -> list[Part]:
    plan = _plan(design)
    roof = _roof(plan)
    sashes, glass, blinds = _windows(design, plan)
    leaf, frame, knob = door(
        0.95, min(2.05, plan.storey * 0.85), plan.bar, design.shape("door", ("square", "round"))
    )
    place = (0.0, -plan.depth / 2, plan.base)
    foot = block(
        (-plan.width / 2 - 0.12, -plan.depth / 2 - 0.12, 0),
        (plan.width / 2 + 0.12, plan.depth / 2 + 0.12, plan.base),
        0.04,
    )
    stair = steps(1.3, 2, plan.base / 2, 0.3).at(0, -plan.depth / 2 - 0.1, plan.base)
    parts = [
        design.part("wall", _walls(plan)),
        design.part("roof", roof),
        design.part("foundation", Grounded(foot | stair)),
        design.part("window", glass),
        design.part("frame", sashes | frame.at(*place)),
        design.part("door", leaf.at(*place)),
        design.part("knob", knob.at(*place)),
    ]
    if design.has("shutter", share=0.5):
        parts.append(design.part("shutter", blinds))
    if design.has("chimney", share=0.75):
        parts.append(design.part("chimney", _chimney(design, plan)))
    if design.has("porch", share=0.35):
        parts.append(design.part("porch", _porch(plan)))
    if design.has("beam", share=0.35):
        parts.append(design.part("beam", _timbers(plan)))
    return parts


def _walls(plan: _Plan) -> Node:
    """The body of the house, with gables below the roof's slopes."""
    if plan.roof != "gable":
        return block(
            (-plan.width / 2, -plan.depth / 2, plan.base * 0.5),
            (plan.width / 2, plan.depth / 2, plan.eaves),
            0.03,
        )
    span, length = (plan.depth, plan.width) if plan.along_x else (plan.width, plan.depth)
    half, low = span / 2, plan.base * 0.5
    outline = (
        (-half, low, 0.0),
        (half, low, 0.0),
        (half, plan.eaves, 0.0),
        (0.0, plan.eaves + plan.rise, 0.0),
        (-half, plan.eaves, 0.0),
    )
    body = Plate(outline, length, 0.03)
    return body.rotated("z", 90) if plan.along_x else body


def _roof(plan: _Plan) -> Node:
    over, thick = 0.38, max(0.16, plan.bar * 1.5)
    if plan.roof == "flat":
        return _flat_roof(plan)
    if plan.roof == "hip":
        return _hip_roof(plan, over, thick)
    span, length = (plan.depth, plan.width) if plan.along_x else (plan.width, plan.depth)
    roof = gable_roof(span, length, plan.rise, over, thick, max(6, round(span * 1.7)))
    return (roof.rotated("z", 90) if plan.along_x else roof).at(0, 0, plan.eaves)


def _flat_roof(plan: _Plan) -> Node:
    slab = Cuboid(plan.width + 0.36, plan.depth + 0.36, 0.5, 0.05)
    tray = Cuboid(plan.width - 0.2, plan.depth - 0.2, 0.4)
    return Difference(slab, tray.at(0, 0, 0.3)).at(0, 0, plan.eaves + 0.15)


def _hip_roof(plan: _Plan, over: float, thick: float) -> Node:
    """Four slopes, in three lapped layers, over a fascia."""
    layers: list[Node] = []
    slope = plan.rise / (plan.depth / 2)
    for i in range(4):
        lift, low = i * thick * 0.4, plan.rise * 0.25 * i - over * slope * 0.5 * (i == 0)
        normals = [(slope, 0, 1), (-slope, 0, 1), (0, slope, 1), (0, -slope, 1), (0, 0, -1)]
        reach_x, reach_y = slope * (plan.width / 2 + over), slope * (plan.depth / 2 + over)
        norm = (1 + slope * slope) ** 0.5
        shift = lift - over * slope * 0.5
        offsets = [(reach_x + shift) / norm] * 2 + [(reach_y + shift) / norm] * 2 + [-low + thick * 0.3]
        layers.append(polyhedron(normals, offsets))
    return union(*layers).at(0, 0, plan.eaves)


def _windows(design: Design, plan: _Plan) -> tuple[Node, Node, Node]:
    """Frames, glass and shutters of all windows."""
    wide, tall = design.number("window", 0.75, 0.95), min(plan.storey * 0.44, 1.3)
    frame, glass = window(wide, tall, 2, design.count("pane", 2, 3), plan.bar)
    blinds = shutters(wide, tall, plan.bar)
    count = design.counts.get("window")
    if count is None:
        return _all_around(plan, frame), _all_around(plan, glass), _all_around(plan, blinds)
    return _some(plan, frame, count), _some(plan, glass, count), _some(plan, blinds, count)


def _some(plan: _Plan, opening: Node, count: int) -> Node:
    """So many copies: the front's first, floor by floor, then those of the ends and of the back."""
    beside, low = plan.width * 0.32, plan.base + plan.storey * 0.56
    levels = [low + plan.storey * i for i in range(plan.floors)]
    front, back = opening, opening.rotated("z", 180)
    x, y = plan.width / 2, plan.depth / 2
    places = [front.at(side, -y, z) for z in levels for side in (-beside, beside)]
    places += [front.at(0, -y, z) for z in levels[1:]]
    places += [opening.rotated("z", 90 * s).at(x * s, 0, z) for z in levels for s in (1, -1)]
    places += [back.at(side, y, z) for z in levels for side in (-beside, beside)]
    return union(*places[:count])


def _all_around(plan: _Plan, opening: Node) -> Node:
    """Copies on every wall and floor: beside the door, on the ends, and above the door."""
    beside, low = plan.width * 0.32, plan.base + plan.storey * 0.56
    back = opening.rotated("z", 180).at(beside, plan.depth / 2, 0)
    end = opening.rotated("z", 90).at(plan.width / 2, 0, 0)
    ring = union(back.mirrored("x").mirrored("y"), end.mirrored("x"))
    copies = [row(ring, "z", plan.floors, plan.storey).at(0, 0, low + plan.storey * (plan.floors - 1) / 2)]
    if plan.floors > 1:
        above = row(opening.at(0, -plan.depth / 2, 0), "z", plan.floors - 1, plan.storey)
        copies.append(above.at(0, 0, low + plan.storey * plan.floors / 2))
    return union(*copies)


def _chimney(design: Design, plan: _Plan) -> Node:
    side = 1 if design.unit("chimney side") < 0.5 else -1
    x, y = side * plan.width * 0.28, plan.depth * 0.16
    top = plan.eaves + (plan.rise if plan.roof != "flat" else 0.3) + 0.45
    stack = block((x - 0.3, y - 0.3, plan.eaves - 0.2), (x + 0.3, y + 0.3, top), 0.03)
    cap = Cuboid(0.8, 0.8, 0.16, 0.03).at(x, y, top - 0.04)
    pot = Cylinder(0.17, 0.5, 0.03).at(x, y, top + 0.18)
    return Difference(union(stack, cap, pot), Cylinder(0.1, 0.6).at(x, y, top + 0.45))


def _porch(plan: _Plan) -> Node:
    """A small roof over the door on two posts."""
    z = plan.base + min(2.05, plan.storey * 0.85) + plan.bar * 1.6
    thick = max(0.12, plan.bar)
    cover = gable_roof(1.7, 1.0, 0.42, 0.12, thick, 3).at(0, -plan.depth / 2 - 0.4, z)
    infill = Plate(((-0.8, 0, 0.0), (0.8, 0, 0.0), (0, 0.42, 0.0)), 1.0).at(0, -plan.depth / 2 - 0.42, z)
    post = block(
        (0.66, -plan.depth / 2 - 0.9, 0.02), (0.66 + thick, -plan.depth / 2 - 0.9 + thick, z + 0.1), 0.02
    )
    return union(cover, infill, post.mirrored("x"))


def _timbers(plan: _Plan) -> Node:
    """Half-timbering: corner posts, and rails at the floors."""
    b = plan.bar * 1.5
    x, y = plan.width / 2, plan.depth / 2
    corner = block((x - b * 0.8, y - b * 0.8, plan.base), (x + b * 0.3, y + b * 0.3, plan.eaves), 0.01)
    rails = [
        Difference(
            block((-x - b * 0.25, -y - b * 0.25, z - b), (x + b * 0.25, y + b * 0.25, z), 0.01),
            block((-x + b, -y + b, z - 2 * b), (x - b, y - b, z + b)),
        )
        for z in [plan.base + plan.storey * (i + 1) for i in range(plan.floors)]
    ]
    return union(corner.mirrored("x").mirrored("y"), *rails)


KINDS = (
    Kind(
        "house",
        ("cottage", "home", "cabin", "log cabin", "hut", "villa", "building", "farmhouse", "townhouse"),
        "buildings",
        (
            PartSpec("wall", ("facade", "side"), ("plaster", "brick", "painted wood", "stone")),
            PartSpec("roof", ("rooftop",), ("roof tile", "slate", "thatch")),
            PartSpec("foundation", ("base", "step", "stair"), ("stone", "concrete")),
            PartSpec("window", ("pane", "glass"), ("glass",), ("navy",), least_opacity=1.0),
            PartSpec("frame", ("trim", "sill"), ("painted wood",), ("white", "cream")),
            PartSpec(
                "door", ("entrance",), ("painted wood", "oak"), ("red", "green", "blue", "teal", "brown")
            ),
            PartSpec("knob", ("handle", "doorknob"), ("brass",)),
            PartSpec("shutter", ("blind",), ("painted wood",), follows="door", optional=True),
            PartSpec("chimney", ("smokestack",), ("brick", "stone"), optional=True),
            PartSpec("porch", ("awning", "canopy"), ("oak",), optional=True, usual=False),
            PartSpec("beam", ("timber", "post"), ("walnut",), optional=True, usual=False),
            PartSpec("floor", ("storey", "story", "level"), ("plaster",), follows="wall"),
        ),
        _house,
        shapes={"roof": ("gable", "hip", "flat"), "door": ("square", "round")},
        counts={"floor": (1, 3), "window": (1, 20)},
    ),
)
