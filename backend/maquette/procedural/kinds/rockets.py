"""Rockets that stand on their fins."""

from maquette.procedural.kind import Design, Kind, Part, PartSpec
from maquette.procedural.sdf import Cylinder, Ellipsoid, Node, Sphere, Torus, union
from maquette.procedural.sdf.outline import curve, fillet, straight
from maquette.procedural.sdf.profiled import Lathe, Plate
from maquette.procedural.sdf.shaping import Grounded

from .layout import block, breadth, wanted

_HULLS = {  # half outlines from tail to shoulder, as shares of the greatest radius and of the hull's height
    "round": ((0.52, 0.0), (0.86, 0.18), (1.0, 0.42), (0.9, 0.68), (0.62, 0.84)),
    "straight": ((0.92, 0.0), (1.0, 0.08), (1.0, 0.45), (1.0, 0.62), (0.8, 0.82)),
    "pointed": ((0.66, 0.0), (0.82, 0.15), (0.92, 0.36), (0.78, 0.66), (0.5, 0.84)),
}


def _rocket(design: Design) -> list[Part]:
    height = design.number("height", 2.6, 3.4) * design.stretch[2]
    form = design.shape("body", tuple(_HULLS))
    radius = height * breadth(design) * {"round": 0.17, "straight": 0.125, "pointed": 0.14}[form]
    radius *= design.number("girth", 0.94, 1.08)
    low = height * 0.15
    hull = height - low
    side = [(radius * r, low + hull * z) for r, z in _HULLS[form]]
    outline = curve([*side, (0.0, height)], end_deg=135 if form == "round" else None)
    shoulder = side[-1]
    body = Lathe((*straight(((0, low), (side[0][0], low))), *outline))
    nose = body.rounded(height * 0.0045) & block(
        (-radius, -radius, shoulder[1]), (radius, radius, height * 1.01)
    )
    tip = Sphere(height * 0.016).at(0, 0, height * 1.0) | Cylinder(height * 0.008, height * 0.06).at(
        0, 0, height * 0.99
    )
    band_z = low + hull * design.number("band", 0.16, 0.24)
    bands = [
        block((-radius * 1.2, -radius * 1.2, z), (radius * 1.2, radius * 1.2, z + height * 0.035))
        for z in (band_z, low + hull * 0.72)
    ]
    stripe = union(*bands) & body.rounded(height * 0.0055)
    count = design.count("fin", 3, 4)
    fin = _fin(design, radius, low, hull, height)
    parts = [
        design.part("body", body),
        design.part("nose", nose | tip),
        design.part("stripe", stripe),
        design.part("fin", Grounded(fin.radial(count, -90 + 180 / count))),
        design.part("nozzle", _nozzle(side[0][0], low, height)),
    ]
    if wanted(design, "window"):
        frame, glass = _portholes(design, radius, low, hull, height)
        parts += [design.part("frame", frame), design.part("window", glass)]
    if design.has("flame", usual=False):
        fire = Lathe(
            (
                *straight(((0, 0),)),
                *curve(((0.0, 0.0), (side[0][0] * 0.55, low * 0.45), (side[0][0] * 0.5, low * 0.9))),
                (0, low * 0.9, 0),
            )
        )
        parts.append(design.part("flame", fire))
    return parts


def _fin(design: Design, radius: float, low: float, hull: float, height: float) -> Node:
    """A swept fin along +X that stands on the ground."""
    out = radius * design.number("fin out", 1.75, 2.15)
    thick = height * 0.028 * design.thickness
    top = low + hull * design.number("fin top", 0.3, 0.4)
    root = radius * 0.6
    foot = out + thick * 0.6
    outline = (
        *curve(((root, top), (out * 0.72, low + hull * 0.12), (out, height * 0.02)), -18, -88),
        *curve(((out, 0.0), (foot, height * 0.005), (foot * 0.995, 0.0)))[:1],
        *straight(((out - height * 0.035, 0.0),)),
        *curve(((out - height * 0.035, height * 0.02), (out * 0.72, low * 0.95), (root, low + hull * 0.04))),
    )
    return Plate(outline, thick, thick * 0.35)


def _nozzle(radius: float, low: float, height: float) -> Node:
    """A flared bell below the hull."""
    wall = height * 0.014
    r = radius * 0.86
    bell = (
        *straight(((0, low + wall * 2), (r * 0.92, low + wall * 2), (r * 0.92, low - wall))),
        *curve(((r * 0.62, low - wall), (r * 0.7, low * 0.65), (r * 1.0, low * 0.38))),
        *straight(((r * 1.0 - wall, low * 0.38),)),
        *curve(((r * 0.7 - wall, low * 0.65), (r * 0.4, low * 0.8))),
        (0, low * 0.8, 0),
    )
    return Lathe(bell) | Torus(r * 0.98, wall * 0.8).at(0, 0, low * 0.4)


def _portholes(design: Design, radius: float, low: float, hull: float, height: float) -> tuple[Node, Node]:
    """Round windows with riveted rims on the front, stacked."""
    count = design.count("window", 1, 2)
    size = min(radius * 0.42, height * 0.055)
    frames, panes = [], []
    for i in range(count):
        z, r = low + hull * (0.6 - 0.17 * i), size * (1 - 0.2 * i)
        ring = Lathe(
            fillet(((r * 0.75, -r), (r * 1.22, -r), (r * 1.22, r * 0.2), (r * 0.75, r * 0.2)), r * 0.09)
        )
        rivets = Sphere(r * 0.13).at(r * 0.98, 0, r * 0.2).radial(8)
        pane = Ellipsoid(r * 0.8, r * 0.8, r * 0.3)
        frames.append((ring | rivets).rotated("x", 90).at(0, -radius * 0.95, z))
        panes.append(
            pane.rotated("x", 90).at(0, -radius * 0.95, z)
            | Cylinder(r * 0.8, radius * 0.9).rotated("x", 90).at(0, -radius * 0.5, z)
        )
    return union(*frames), union(*panes)


KINDS = (
    Kind(
        "rocket",
        ("spaceship", "rocket ship", "rocketship", "spacecraft", "missile"),
        "vehicles",
        (
            PartSpec(
                "body",
                ("hull", "fuselage"),
                ("painted metal", "aluminium", "plastic"),
                ("white", "grey", "cream", "turquoise"),
            ),
            PartSpec(
                "nose", ("tip", "nose cone", "cone", "top"), ("paint",), ("red", "orange", "blue", "navy")
            ),
            PartSpec("fin", ("wing", "leg"), ("paint",), ("red", "orange", "blue"), follows="nose"),
            PartSpec("stripe", ("band",), ("paint",), follows="nose"),
            PartSpec("nozzle", ("engine", "thruster"), ("iron", "bronze", "copper")),
            PartSpec("frame", ("rim", "ring"), ("brass", "steel", "chrome")),
            PartSpec(
                "window",
                ("porthole", "glass"),
                ("glass",),
                ("turquoise", "navy"),
                least_opacity=1.0,
                optional=True,
            ),
            PartSpec("flame", ("fire", "exhaust"), ("lit",), ("orange",), optional=True, usual=False),
        ),
        _rocket,
        shapes={"body": tuple(_HULLS)},
        counts={"fin": (3, 6), "window": (1, 3)},
    ),
)
