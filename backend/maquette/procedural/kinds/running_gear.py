"""What cars and trucks share: views that bodies are cut from, wheels, common parts."""

from maquette.procedural.kind import Design, PartSpec
from maquette.procedural.sdf import Cylinder, Node, union
from maquette.procedural.sdf.outline import Path, fillet, straight
from maquette.procedural.sdf.profiled import Lathe, Plate

from .layout import block

GLASS = PartSpec(
    "window", ("glass", "windscreen", "windshield", "pane"), ("glass",), ("black",), least_opacity=1.0
)
WHEEL = PartSpec("wheel", ("tyre", "tire"), ("rubber",))
RIM = PartSpec("hubcap", ("rim", "hub"), ("chrome", "aluminium", "steel"))
SPOKE = PartSpec("spoke", (), ("chrome",), follows="hubcap")
HEAD = PartSpec("headlight", ("headlamp", "light"), ("lit",))
TAIL = PartSpec("taillight", ("tail light", "rear light", "brake light"), ("plastic",), ("red",))


def from_above(path: Path, height: float) -> Node:
    """An (x, y) outline, extruded along Z over z = 0 to `height`."""
    return Plate(path, height).rotated("x", -90).at(0, 0, height / 2)


def from_front(path: Path, length: float) -> Node:
    """A (y, z) outline, extruded along X."""
    return Plate(path, length).rotated("z", 90)


def trapezoid(low: float, high: float, z0: float, z1: float, round: float) -> Path:
    return fillet(((-low, z0), (low, z0), (high, z1), (-high, z1)), round)


def wheel(design: Design, radius: float, width: float) -> tuple[Node, Node]:
    """Tyre, and rim with spokes, around the Y axis; the outer side towards +Y."""
    inner, half = radius * 0.66, width / 2
    tyre = Lathe(
        fillet(
            (
                (0, -half),
                (inner, -half),
                (radius * 0.93, -half),
                (radius, -half * 0.6),
                (radius, half * 0.6),
                (radius * 0.93, half),
                (inner, half),
                (inner * 0.97, half * 0.55),
                (0, half * 0.55),
            ),
            radius * 0.05,
        )
    )
    dish = Lathe(
        straight(
            (
                (0, 0),
                (inner * 1.02, 0),
                (inner * 1.02, half * 0.92),
                (inner * 0.88, half * 0.92),
                (inner * 0.82, half * 0.62),
                (0, half * 0.62),
            )
        )
    )
    spokes = design.count("spoke", 5, 7)
    spoke = block(
        (0, -inner * 0.95 / spokes, half * 0.5),
        (inner * 0.92, inner * 0.95 / spokes, half * 0.86),
        half * 0.06,
    )
    hub = Cylinder(inner * 0.3, half, half * 0.1).at(0, 0, half * 0.5)
    rim = union(dish, spoke.radial(spokes, 90), hub)
    return tyre.rotated("x", -90), rim.rotated("x", -90)
