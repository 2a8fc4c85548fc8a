"""What furniture is made of and dressed with: usual woods and fabrics, knobs, cushions, spread colours."""

import colorsys
from dataclasses import replace

from maquette.procedural.kind import Design, Part
from maquette.procedural.materials import COLORS
from maquette.procedural.sdf import Node, union
from maquette.procedural.sdf.outline import curve, rectangle
from maquette.procedural.sdf.profiled import Lathe, Wire
from maquette.procedural.sdf.shaped import Cushion

WOODS = ("oak", "walnut", "pine", "mahogany", "painted wood", "ebony")
FABRICS = ("fabric", "velvet", "leather", "wool")
FITTINGS = ("brass", "iron", "brushed steel", "bronze")
SOFT_COLORS = ("red", "navy", "teal", "olive", "beige", "maroon", "grey")
_PALETTE = ("maroon", "navy", "olive", "brown", "red", "teal", "cream", "orange", "green", "grey")


def piped_cushion(width: float, depth: float, height: float, puff: float = 0.35) -> Node:
    """A cushion lying on its side, centred on the origin, with piping around both seams."""
    body = Cushion(width, depth, height, height * 0.36, puff)
    corner = min(width, depth) * 0.1
    seam = Wire(rectangle(width - 0.012, depth - 0.012, corner), 0.009, closed=True).rotated("x", -90)
    return union(body, seam.at(z=height * 0.26).mirrored("z"))


def knob(radius: float) -> Node:
    """A turned knob that stands out towards -Y from y = 0."""
    r = radius
    profile = (
        (0, -0.3 * r, 0),
        (0.62 * r, -0.3 * r, 0),
        *curve(
            [(0.58 * r, 0.2 * r), (0.66 * r, 0.6 * r), (r, 1.1 * r), (0.6 * r, 1.7 * r), (0, 1.85 * r)],
            90,
            180,
        ),
    )
    return Lathe(profile).rotated("x", 90)


def spread_colors(design: Design, name: str, solids: list[Node]) -> list[Part]:
    """Parts of one finish in differing colours: shades of the one asked for, else from a palette."""
    parts = []
    for i, solid in enumerate(solids):
        part = design.part(name, solid)
        if name not in design.colored:
            color = COLORS[_PALETTE[int(len(_PALETTE) * design.unit(f"{name} color {i}"))]]
        else:
            hue, light, saturation = colorsys.rgb_to_hls(*part.finish.color)
            hue = (hue + design.number(f"{name} hue {i}", -0.015, 0.015)) % 1.0
            light = min(light * design.number(f"{name} light {i}", 0.8, 1.12), 0.92)
            color = colorsys.hls_to_rgb(hue, light, saturation)
        parts.append(replace(part, finish=replace(part.finish, color=color, second=None)))
    return parts
