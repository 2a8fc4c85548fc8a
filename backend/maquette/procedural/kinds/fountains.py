"""Fountains: a basin, bowls on stems, water."""

from maquette.procedural.kind import Design, Kind, Part, PartSpec
from maquette.procedural.sdf import Cuboid, Cylinder, Difference, Node, Tube, union
from maquette.procedural.sdf.outline import curve, straight
from maquette.procedural.sdf.profiled import Lathe, Plate
from maquette.procedural.sdf.shaping import Grounded

from .layout import girth, ring


def _fountain(design: Design) -> list[Part]:
    radius = design.number("radius", 1.0, 1.25) * girth(design)
    tiers = design.count("tier", 2, 3)
    tall = design.stretch[2]
    sides = {"round": 0, "octagonal": 8}[design.shape("basin", ("round", "octagonal"))]
    rim = 0.42 * tall
    basin = _pool(radius, rim, sides)
    water: list[Node] = [Cylinder(radius * 0.92, 0.2).at(0, 0, rim * 0.68)]
    bowls: list[Node] = []
    z = rim * 0.4
    for i in range(1, tiers):
        r = radius * (0.58 if i == 1 else 0.34)
        step = 0.62 * tall if i == 1 else 0.46 * tall
        bowls.append(_bowl(r, z - 0.12, z + step, (0.1 if i == 1 else 0.075) * design.thickness))
        z += step
        water.append(Cylinder(r * 0.9, 0.07).at(0, 0, z - 0.05))
    tip = Lathe(
        (
            *straight(((0, z - 0.1), (0.07, z - 0.1))),
            *curve(((0.07, z), (0.05, z + 0.12), (0.11, z + 0.2), (0.04, z + 0.32))),
            (0, z + 0.36, 0),
        )
    )
    jet = Tube(((0, 0, z + 0.2), (0, 0, z + 0.62 * tall)), (0.05, 0.024))
    drops = Tube(
        (
            (0.02, 0, z + 0.55 * tall),
            (0.14, 0, z + 0.52 * tall),
            (0.2, 0, z + 0.3 * tall),
            (0.22, 0, z - 0.06),
        ),
        (0.028, 0.03, 0.03, 0.03),
    ).radial(5)
    water += [jet, drops]
    return [
        design.part("basin", Grounded(basin)),
        design.part("bowl", union(tip, *bowls)),
        design.part("water", union(*water)),
    ]


def _pool(radius: float, rim: float, sides: int) -> Node:
    """The lowest basin on a step."""
    if not sides:
        step = Cylinder(radius * 1.16, 0.16, 0.03).at(0, 0, 0.04)
        outline = (
            *straight(
                (
                    (0, 0.06),
                    (radius, 0.06),
                    (radius * 0.97, rim * 0.5),
                    (radius * 1.06, rim * 0.82),
                    (radius * 1.06, rim),
                    (radius * 0.88, rim),
                    (radius * 0.86, rim * 0.4),
                    (0, rim * 0.4),
                )
            ),
        )
        pilasters = Cuboid(0.1, 0.16, rim * 0.8, 0.02).at(radius * 0.99, 0, rim * 0.42).radial(10)
        return union(step, Lathe(outline), pilasters)

    def prism(r: float, z0: float, z1: float) -> Node:
        return Plate(straight(ring(sides, r)), z1 - z0).rotated("x", 90).at(0, 0, (z0 + z1) / 2)

    walls = Difference(
        union(prism(radius * 0.98, 0.05, rim), prism(radius * 1.05, rim * 0.8, rim)),
        prism(radius * 0.87, rim * 0.4, rim * 2),
    )
    panels = Cuboid(0.06, radius * 0.5, rim * 0.42, 0.02).at(radius * 0.98, 0, rim * 0.45).radial(sides, 90)
    return union(prism(radius * 1.15, 0, 0.12), walls, panels)


def _bowl(radius: float, low: float, top: float, stem: float) -> Node:
    """A bowl on a turned stem."""
    h = top - low
    return Lathe(
        (
            *straight(((0, low), (stem * 1.9, low))),
            *curve(
                (
                    (stem * 1.9, low + h * 0.08),
                    (stem * 0.95, low + h * 0.3),
                    (stem * 1.3, low + h * 0.5),
                    (stem * 0.9, low + h * 0.66),
                )
            ),
            *curve(((stem * 1.2, low + h * 0.68), (radius * 0.72, low + h * 0.8), (radius, top))),
            *straight(((radius * 0.93, top), (radius * 0.84, top - 0.07), (0, top - 0.09))),
        )
    )


KINDS = (
    Kind(
        "fountain",
        ("water fountain", "garden fountain"),
        "outdoor",
        (
            PartSpec("basin", ("pool", "base"), ("stone", "marble", "sandstone", "concrete")),
            PartSpec("bowl", ("column", "stem"), ("stone",), follows="basin"),
            PartSpec("tier", ("level",), ("stone",), follows="basin"),
            PartSpec("water", ("jet",), ("glass",), ("turquoise", "teal"), least_opacity=1.0),
        ),
        _fountain,
        shapes={"basin": ("round", "octagonal")},
        counts={"tier": (1, 3)},
    ),
)
