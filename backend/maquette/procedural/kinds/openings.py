"""Doors, windows and roofs for buildings. All face -Y, with the wall's surface at y = 0."""

from math import atan2, degrees, hypot

from maquette.procedural.sdf import Cuboid, Difference, Node, Sphere, union
from maquette.procedural.sdf.outline import Path
from maquette.procedural.sdf.profiled import Plate
from maquette.procedural.sdf.shaping import row

from .layout import block


def arched(width: float, height: float) -> Path:
    """The outline of an opening with a round head, standing on z = 0."""
    half, spring = width / 2, height - width / 2
    return ((-half, 0, 0), (half, 0, 0), (half, spring, 1), (-half, spring, 0))


def window(width: float, height: float, across: int, up: int, bar: float) -> tuple[Node, Node]:
    """Frame of width `bar` with glazing bars and sill, and the glass, centred on the origin."""
    pane_x, pane_z = (width - bar) / across, (height - bar) / up
    pane = Cuboid(pane_x - bar * 0.7, 4 * bar, pane_z - bar * 0.7)
    panes = row(row(pane, "x", across, pane_x), "z", up, pane_z)
    frame = Difference(Cuboid(width + bar, bar * 2, height + bar, bar * 0.12), panes)
    sill = Cuboid(width + bar * 2.6, bar * 3, bar * 0.9, bar * 0.2).at(
        0, -bar * 0.35, -height / 2 - bar * 0.6
    )
    return frame | sill, Cuboid(width, bar * 1.4, height).at(0, bar * 0.45, 0)


def arched_window(width: float, height: float, bar: float) -> tuple[Node, Node]:
    """A window with a round head: its stone frame and the glass, standing on z = 0."""
    outer = Plate(arched(width + 2 * bar, height + bar), 2 * bar, bar * 0.15)
    frame = Difference(outer, Plate(arched(width, height), 6 * bar)) | block(
        (-width / 2 - 1.5 * bar, -1.4 * bar, -bar), (width / 2 + 1.5 * bar, bar, 0.15 * bar), bar * 0.15
    )
    cross = block((-bar * 0.3, -bar * 0.6, 0), (bar * 0.3, bar, height)) | block(
        (-width / 2, -bar * 0.6, height * 0.5), (width / 2, bar, height * 0.5 + bar * 0.6)
    )
    return frame | cross, Plate(arched(width + bar * 0.5, height + bar * 0.2), bar * 1.4).at(0, bar * 0.5, 0)


def shutters(width: float, height: float, bar: float) -> Node:
    """A pair of louvred shutters beside a window centred on the origin."""
    leaf = Cuboid(width * 0.46, bar * 1.6, height + bar * 0.4, bar * 0.15)
    slats = row(Cuboid(width * 0.3, bar, bar * 0.7), "z", max(3, int(height / (bar * 1.9))), bar * 1.5).at(
        0, -bar, 0
    )
    return Difference(leaf, slats).at(width * 0.5 + bar * 0.6 + width * 0.23, 0, 0).mirrored("x")


def door(width: float, height: float, bar: float, style: str) -> tuple[Node, Node, Node]:
    """Leaf, frame and knob, standing on z = 0: "square" with panels, or "round" of planks below an arch."""
    if style == "round":
        planks = Plate(arched(width, height), bar * 1.6)
        gaps = row(Cuboid(bar * 0.22, bar, height * 3), "x", 3, width / 4).at(0, -bar * 1.1, 0)
        leaf = Difference(planks, gaps)
        frame = Difference(
            Plate(arched(width + 2 * bar, height + bar), bar * 2.6, bar * 0.2),
            Plate(arched(width, height), bar * 6),
        )
    else:
        panel = Cuboid(width * 0.3, bar, height * 0.34, bar * 0.1)
        panels = row(row(panel, "x", 2, width * 0.42), "z", 2, height * 0.44).at(0, -bar * 1.05, height * 0.5)
        leaf = Difference(block((-width / 2, -bar * 0.8, 0), (width / 2, bar, height)), panels)
        outer = block((-width / 2 - bar, -bar * 1.4, 0), (width / 2 + bar, bar, height + bar), bar * 0.15)
        frame = Difference(outer, block((-width / 2, -bar * 3, -bar), (width / 2, bar * 2, height)))
    knob = Sphere(bar * 0.62).at(width * 0.36, -bar * 1.15, height * 0.47)
    return leaf, frame, knob


def gable_roof(span: float, length: float, rise: float, overhang: float, thick: float, courses: int) -> Node:
    """Two slopes of lapped tile courses and a ridge cap along Y, `rise` above the walls' top at z = 0."""
    slope = rise / (span / 2)
    run, drop = span / 2 + overhang, rise + overhang * slope
    along = hypot(run, drop)
    angle = degrees(atan2(drop, run))
    pitch = along / courses
    tilt = 0.35 * degrees(atan2(thick, pitch))
    tile = Cuboid(pitch * 1.12, length + 2 * overhang, thick * 0.8, thick * 0.12).rotated("y", tilt)
    side = row(tile, "x", courses, pitch, overlapping=True).rotated("y", angle)
    side = side.at(run / 2, 0, rise - drop / 2 + thick * 0.5)
    ridge = Cuboid(thick * 1.9, length + 2 * overhang + thick * 0.4, thick * 1.3, thick * 0.5).at(
        0, 0, rise + thick * 0.75
    )
    return union(side.mirrored("x"), ridge)


def steps(width: float, count: int, rise: float, tread: float) -> Node:
    """A flight of steps down from the wall, its top at z = 0."""
    treads: list[Node] = []
    for i in range(count):
        top = -i * rise
        treads.append(
            block(
                (-width / 2 - i * tread * 0.5, -(i + 1) * tread, -count * rise),
                (width / 2 + i * tread * 0.5, tread, top),
                rise * 0.12,
            )
        )
    return union(*treads)


def around(node: Node, count: int, radius: float, phase: float, z: float) -> Node:
    """Copies of a node that faces -Y, set around a round wall."""
    return node.rotated("z", 90).at(radius, 0, z).radial(count, phase)
