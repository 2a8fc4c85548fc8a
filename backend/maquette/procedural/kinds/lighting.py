"""Lights: table lamp, lantern, candle."""

from maquette.procedural.kind import Design, Kind, Part, PartSpec
from maquette.procedural.kinds.joinery import flat, sturdiness
from maquette.procedural.kinds.layout import girth
from maquette.procedural.sdf import Cuboid, Cylinder, Difference, Ellipsoid, Node, Torus, Tube, union
from maquette.procedural.sdf.outline import Path, curve, fillet, rectangle, regular
from maquette.procedural.sdf.profiled import Lathe, Vessel, Wire

SHADES = ("conical", "cylindrical", "domed")
BASES = ("bulbous", "turned", "straight")


def _lamp(design: Design) -> list[Part]:
    wide, tall = girth(design), design.stretch[2]
    height = design.number("height", 0.42, 0.56) * tall
    shade_h, shade_r = (
        design.number("shade height", 0.17, 0.22) * tall,
        design.number("shade", 0.13, 0.175) * wide,
    )
    neck = height - shade_h - 0.02
    foot = design.number("foot", 0.075, 0.095) * wide
    rod = 0.0075 * sturdiness(design)
    body = Lathe(_lamp_body(design, neck, foot, design.number("bulge", 0.06, 0.1) * wide))
    stem = Cylinder(rod, height - neck + 0.03).at(z=(height + neck) / 2 - 0.02)
    shade, top_r = _shade(design, shade_h, shade_r, sturdiness(design))
    floor = height - shade_h
    spider = Torus(top_r * 0.22, 0.0055).at(z=height - 0.02)
    arms = Tube(((0, 0, height - 0.022), (top_r, 0, height - 0.012)), (0.0052, 0.0052)).radial(3)
    finial = Lathe(
        ((0, -0.02, 0), (0.008, -0.02, 0), *curve([(0.008, 0), (0.014, 0.014), (0, 0.032)], 0, 180))
    )
    socket = Cylinder(0.019, 0.05, 0.004).at(z=neck + 0.035)
    bulb = Ellipsoid(0.032, 0.032, 0.044).at(z=neck + 0.095) | Cylinder(0.016, 0.05).at(z=neck + 0.06)
    parts = [
        design.part("base", body),
        design.part("shade", shade.at(z=floor)),
        design.part("stem", union(stem, socket, spider, arms, finial.at(z=height))),
        design.part("bulb", bulb),
    ]
    if design.has("cord", usual=False):
        path = (
            (0, foot * 0.8, 0.008),
            (0.02, foot * 1.3, 0.007),
            (0.07, foot * 1.7, 0.007),
            (0.05, foot * 2.3, 0.007),
        )
        parts.append(design.part("cord", Tube(path, (0.007,) * 4)))
    return parts


def _lamp_body(design: Design, height: float, foot: float, bulge: float) -> Path:
    """The outline of the base: a vase, a turned baluster, or a plain column on a disc."""
    style = design.shape("base", BASES)
    h, top = height, 0.016
    plinth = (
        (0, 0, 0),
        *fillet([(0, 0), (foot, 0), (foot, 0.018), (foot * 0.6, 0.026)], 0.006, closed=False)[1:],
    )
    if style == "bulbous":
        shoulder = design.number("shoulder", 0.35, 0.6) * h
        side = curve([(foot * 0.55, 0.03), (bulge, shoulder), (top * 1.3, h * 0.9), (top, h)], 50, 90)
    elif style == "turned":
        b, low, up = bulge * 0.62, 0.034, h - 0.034
        side = (
            *curve(
                [(foot * 0.35, low), (0.015, low + 0.12 * up), (b, low + 0.3 * up), (0.016, low + 0.55 * up)]
            ),
            *curve([(0.016, low + 0.55 * up), (0.034, low + 0.6 * up), (0.016, low + 0.65 * up)], 0, 180),
            *curve([(0.016, low + 0.67 * up), (0.026, low + 0.8 * up), (0.014, low + 0.92 * up), (0.02, h)]),
        )
    else:
        side = ((0.026, 0.03, 0), (0.022, h * 0.94, 0), (0.028, h * 0.95, 0), (0.028, h, 0))
    return (*plinth, *side, (0, h, 0))


def _shade(design: Design, height: float, radius: float, thickness: float) -> tuple[Node, float]:
    """An open shade with rims, standing on z = 0, and the radius of its top."""
    style = design.shape("shade", SHADES)
    wall = 0.0075 * thickness
    if style == "conical":
        top = radius * design.number("shade taper", 0.5, 0.7)
        path: Path = ((radius, 0, 0), (top, height, 0))
    elif style == "cylindrical":
        top = radius * 0.92
        path = ((radius * 0.94, 0, 0), (top, height, 0))
    else:
        top = radius * 0.4
        path = curve([(radius, 0), (radius * 0.86, height * 0.55), (top, height)], 90, 165)
    rims = Torus(path[0][0], wall * 0.85).at(z=wall * 0.4) | Torus(top, wall * 0.85).at(z=height - wall * 0.4)
    return union(Vessel(path, wall), rims), top


def _lantern(design: Design) -> list[Part]:
    wide, tall = girth(design), design.stretch[2]
    sides = {"square": 4, "hexagonal": 6, "octagonal": 8}[
        design.shape("", ("square", "hexagonal", "octagonal"))
    ]
    radius = design.number("radius", 0.085, 0.1) * wide
    cage = design.number("cage", 0.17, 0.22) * tall
    bar = 0.0065 * sturdiness(design)
    turn = 180 / sides
    base_h, roof_h = 0.035, design.number("roof", 0.06, 0.09) * tall
    z0, z1 = base_h, base_h + cage
    foot = flat(regular(sides, radius * 1.18, 0.008, turn), 0.02, 0.005).at(z=0.01)
    plinth = flat(regular(sides, radius * 1.06, 0.006, turn), 0.03, 0.005).at(z=0.027)
    post = (
        Cuboid(bar * 2, bar * 2, cage + 0.02, 0.002).at(radius * 0.93, 0, (z0 + z1) / 2).radial(sides, turn)
    )
    eaves = flat(regular(sides, radius * 1.2, 0.008, turn), 0.014, 0.004).at(z=z1)
    roof = flat(regular(sides, radius * 1.16, 0.004, turn), roof_h).tapered(-roof_h / 2, roof_h / 2, 0.32)
    chimney = Cylinder(radius * 0.3, 0.04, 0.004).at(z=z1 + roof_h + 0.012)
    cap = Lathe(
        (
            (0, 0, 0),
            (radius * 0.42, 0, 0),
            *curve([(radius * 0.42, 0.008), (radius * 0.2, 0.026), (0, 0.034)], 100, 180),
        )
    )
    frame = union(foot, plinth, eaves, roof.at(z=z1 + roof_h / 2 + 0.004), post)
    rail = flat(regular(sides, radius * 0.98, 0.004, turn), 0.012)
    ring = Difference(rail, flat(regular(sides, radius * 0.8, 0.004, turn), 0.1)).at(z=(z0 + z1) / 2)
    top = z1 + roof_h + 0.034
    parts = [
        design.part("frame", union(frame, ring) if design.unit("rail") < 0.5 else frame),
        design.part("roof", union(chimney, cap.at(z=top - 0.006))),
        design.part("flame", _candle_light(z0, cage)),
        design.part("candle", Cylinder(radius * 0.3, cage * 0.42, 0.005).at(z=z0 + cage * 0.2)),
    ]
    if design.has("glass", share=0.35):
        pane: Node = flat(regular(sides, radius * 0.88, 0.0, turn), cage + 0.01)
        if design.sees_through("glass"):
            pane = pane - flat(regular(sides, radius * 0.88 - bar * 0.75, 0.0, turn), cage)
        parts.append(design.part("glass", pane.at(z=(z0 + z1) / 2)))
    if design.has("handle"):
        grip = Wire(
            curve([(0.0, 0), (0.05, 0.05), (0.0, 0.1), (-0.05, 0.05)], closed=True), bar * 0.95, closed=True
        )
        parts.append(design.part("handle", grip.at(z=top + 0.012)))
    return parts


def _candle_light(floor: float, cage: float) -> Node:
    """A flame in the middle of the cage."""
    return _flame(cage * 0.26).at(z=floor + cage * 0.4)


def _flame(height: float) -> Node:
    """A drop of fire standing on z = 0."""
    h = height
    path = ((0, 0, 0), *curve([(h * 0.06, 0), (h * 0.2, h * 0.32), (h * 0.08, h * 0.75), (0.0, h)], 20, 115))
    return Lathe(path)


def _candle(design: Design) -> list[Part]:
    wide, tall = girth(design), design.stretch[2]
    radius = design.number("radius", 0.012, 0.016) * sturdiness(design) * wide
    style = "round" if design.present.get("handle") else design.shape("holder", ("round", "turned"))
    held = design.has("holder")
    stand = (0.03 if style == "round" else design.number("stand", 0.12, 0.18)) * tall if held else 0.0
    length = design.number("length", 0.11, 0.18) * tall
    top = stand + length
    sunk = 0.02 if held else 0.0  # into the socket
    wax = Cylinder(radius, length + sunk, 0.003).at(z=stand + (length - sunk) / 2)
    drips = [
        Tube(
            ((radius * 0.9, 0, length * 0.5), (radius * 1.0, 0, length * (0.5 - long))), (0.0035, 0.005)
        ).rotated("z", a)
        for long, a in ((0.22, 200), (0.5, 285), (0.32, 20))
    ]
    tip = Difference(union(wax, *(drip.at(z=stand + length / 2) for drip in drips)), _dip(radius, top), 0.003)
    parts = [design.part("candle", tip), design.part("wick", Cylinder(0.0028, 0.03).at(z=top + 0.006))]
    if design.has("flame"):
        parts.append(design.part("flame", _flame(0.045).at(z=top + 0.006)))
    if held:
        parts.append(design.part("holder", _holder(style, radius, stand, wide)))
        if style == "round" and design.has("handle"):
            ring = Wire(
                curve([(0.0, 0.0), (0.02, 0.02), (0.0, 0.04), (-0.02, 0.02)], closed=True),
                0.0045,
                closed=True,
            )
            parts.append(design.part("handle", ring.at(0.078 * wide, 0, 0.0065)))
    return parts


def _dip(radius: float, top: float) -> Node:
    """The hollow that a burning wick melts."""
    return Ellipsoid(radius * 0.75, radius * 0.75, 0.004).at(z=top)


def _holder(style: str, radius: float, stand: float, wide: float) -> Node:
    """A saucer with a socket, or a turned candlestick."""
    r = radius
    socket = Lathe(rectangle(0.008, 0.03, 0.003, r + 0.002, stand + 0.006))
    if style == "round":
        dish = curve([(0.045 * wide, 0.0045), (0.068 * wide, 0.011), (0.076 * wide, 0.024)], 0, 80)
        path = ((0, 0.0045, 0), *dish)
        return union(Vessel(path, 0.009), Cylinder(r + 0.005, stand, 0.004).at(z=stand / 2 + 0.003), socket)
    h = stand
    path = (
        (0, 0, 0),
        *fillet([(0, 0), (0.05 * wide, 0), (0.05 * wide, 0.012), (0.02, 0.02)], 0.004, closed=False)[1:],
        *curve([(0.009, 0.2 * h), (0.017, 0.32 * h), (0.008, 0.44 * h)]),
        *curve([(0.0085, 0.46 * h), (0.015, 0.5 * h), (0.0085, 0.54 * h)], 0, 180),
        *curve([(0.009, 0.6 * h), (0.013, 0.8 * h), (0.008, 0.9 * h)]),
        (r + 0.012, h - 0.006, 0),
        (r + 0.012, h, 0),
        (0, h, 0),
    )
    return union(Lathe(path), socket)


KINDS = (
    Kind(
        name="lamp",
        words=("lamp", "table lamp", "desk lamp", "bedside lamp", "reading lamp"),
        group="lighting",
        parts=(
            PartSpec(
                "base",
                ("body", "stand", "foot"),
                ("ceramic", "brass", "walnut", "porcelain", "oak", "marble"),
            ),
            PartSpec(
                "shade",
                ("lampshade",),
                ("fabric", "paper", "wicker"),
                ("cream", "white", "beige", "teal", "red"),
            ),
            PartSpec("stem", ("rod", "fitting", "finial"), ("brass", "brushed steel", "bronze")),
            PartSpec("bulb", ("light bulb", "light"), ("lit",)),
            PartSpec("cord", ("cable", "wire"), ("rubber",), optional=True, usual=False),
        ),
        build=_lamp,
        shapes={"shade": SHADES, "base": BASES},
    ),
    Kind(
        name="lantern",
        words=("lantern", "oil lantern", "storm lantern"),
        group="lighting",
        parts=(
            PartSpec("frame", ("body", "cage", "post"), ("iron", "brass", "bronze", "painted metal")),
            PartSpec("roof", ("top", "cap", "chimney"), ("iron", "copper"), follows="frame"),
            PartSpec("flame", ("fire", "light"), ("lit",)),
            PartSpec("candle", (), ("wax",)),
            PartSpec("glass", ("pane", "window"), ("glass",), optional=True, usual=False),
            PartSpec("handle", ("ring",), ("iron", "brass"), follows="frame", optional=True),
        ),
        build=_lantern,
        shapes={"": ("square", "hexagonal", "octagonal")},
    ),
    Kind(
        name="candle",
        words=("candle", "candle stick", "candlestick", "candle holder", "taper"),
        group="lighting",
        parts=(
            PartSpec("candle", ("wax", "body"), ("wax",), ("cream", "white", "red")),
            PartSpec("wick", (), ("rope",), ("black",)),
            PartSpec("flame", ("fire", "light"), ("lit",), optional=True),
            PartSpec(
                "holder",
                ("base", "stand", "dish", "saucer"),
                ("brass", "silver", "iron", "bronze"),
                optional=True,
            ),
            PartSpec("handle", ("ring",), ("brass",), follows="holder", optional=True),
        ),
        build=_candle,
        shapes={"holder": ("round", "turned")},
    ),
)
