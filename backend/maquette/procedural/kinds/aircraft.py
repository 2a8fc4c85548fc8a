"""Propeller airplanes, drawn with the nose along +X, then turned to face -Y."""

from maquette.procedural.kind import Design, Kind, Part, PartSpec
from maquette.procedural.sdf import Cylinder, Ellipsoid, Node, Tube, union
from maquette.procedural.sdf.outline import curve, fillet, straight
from maquette.procedural.sdf.profiled import Lathe, Plate
from maquette.procedural.sdf.shaping import Grounded, stretched, symmetric

from .layout import block


def _airplane(design: Design) -> list[Part]:
    sx, sy, sz = design.stretch
    length = design.number("length", 6.0, 7.0) * sy
    span = length * design.number("span", 1.15, 1.3) * sx / sy
    r = length * 0.085 * (sx * sz) ** 0.5 / sy**0.5
    thick = length * 0.022 * max(design.thickness, 0.85) * max(1.0, sx / sy)
    deck = r * 2.0  # height of the fuselage's axis, standing on its wheels
    levels = design.count("wing", 1, 2)
    nose, tail = length * 0.40, -length * 0.56
    hull = _fuselage(nose, tail, r)
    wing_form = design.shape("wing", ("round", "square", "pointed"))
    chord = length * 0.2
    high = levels == 1 and design.unit("high") < 0.35
    lower = _wing(wing_form, span, chord, thick).at(length * 0.1, 0, r * 0.95 if high else -r * 0.55)
    wings: list[Node] = [lower]
    struts: list[Node] = []
    if levels > 1:
        wings.append(_wing(wing_form, span * 1.04, chord, thick).at(length * 0.13, 0, r * 2.1))
        struts.append(_struts(length, span, chord, r, thick))
    stabiliser = _wing(wing_form, span * 0.36, chord * 0.62, thick * 0.9).at(tail + chord * 0.42, 0, r * 0.25)
    rudder = Plate(
        fillet(
            (
                (tail - chord * 0.05, 0.0),
                (tail + chord * 0.95, r * 0.2),
                (tail + chord * 0.38, r * 2.1),
                (tail + chord * 0.02, r * 2.2),
            ),
            (0.02, 0.02, r * 0.4, r * 0.3),
        ),
        thick * 0.95,
        thick * 0.3,
    )
    propeller, spinner = _propeller(design, r, thick)
    front = nose + r * 0.1
    parts = {
        "body": hull,
        "wing": union(*wings, stabiliser, rudder),
        "window": _canopy(length, r, high),
        "cowl": _cowl(nose, r),
        "propeller": propeller.at(front + r * 0.28, 0, 0),
        "spinner": spinner.at(front, 0, 0),
        "stripe": _markings(hull, length, r),
        "gear": union(_gear(length, r, deck, tail, thick), *struts),
        "wheel": _tyres(length, r, deck, tail),
    }
    return [
        design.part(name, Grounded(solid.at(0, 0, deck).rotated("z", -90))) for name, solid in parts.items()
    ]


def _fuselage(nose: float, tail: float, r: float) -> Node:
    """A streamlined body along X, a little taller than wide."""
    span = nose - tail
    rim = curve(
        (
            (r * 0.24, 0.0),
            (r * 0.5, span * 0.25),
            (r * 0.96, span * 0.62),
            (r * 0.92, span * 0.94),
            (r * 0.74, span),
        )
    )
    turned = Lathe((*straight(((0, 0),)), *rim, (0, span, 0)))
    return stretched(turned, x=1.12).rotated("y", 90).at(tail, 0, 0)


def _wing(form: str, span: float, chord: float, thick: float) -> Node:
    """A whole wing across Y at the origin, elliptic, straight or tapered; its ends raised a little."""
    half, c = span / 2, chord / 2
    if form == "round":
        path = (
            *curve(((c, -0.1), (c * 0.93, half * 0.6), (-c * 0.2, half)), 90, 180),
            *curve(((-c * 0.2, half), (-c * 0.95, half * 0.55), (-c, -0.1)), 180, 270),
        )
    elif form == "square":
        path = fillet(((c, -0.1), (c * 0.92, half), (-c * 0.92, half), (-c, -0.1)), c * 0.35)
    else:
        path = fillet(((c, -0.1), (-c * 0.25, half), (-c * 0.85, half), (-c, -0.1)), c * 0.16)
    return symmetric(Plate(path, thick, thick * 0.42).rotated("x", -90).rotated("x", 2.5), "y")


def _canopy(length: float, r: float, high: bool) -> Node:
    """The glass over the seats."""
    if high:
        return Ellipsoid(length * 0.12, r * 0.86, r * 0.8).at(length * 0.16, 0, r * 0.66)
    return Ellipsoid(length * 0.135, r * 0.62, r * 0.72).at(length * 0.04, 0, r * 0.82)


def _cowl(nose: float, r: float) -> Node:
    """The engine's ring with its air intake, and exhaust stubs."""
    ring = Lathe(
        fillet(
            (
                (r * 0.5, -r * 0.5),
                (r * 1.02, -r * 0.5),
                (r * 1.0, r * 0.05),
                (r * 0.78, r * 0.2),
                (r * 0.5, r * 0.2),
            ),
            r * 0.06,
        )
    )
    back = Cylinder(r * 0.9, r * 0.3).at(0, 0, -r * 0.3)
    pipe = Tube(
        ((nose - r * 0.6, r * 0.75, -r * 0.6), (nose - r * 1.2, r * 1.0, -r * 0.75)), (r * 0.15, r * 0.15)
    ).mirrored("y")
    return stretched((ring | back), x=1.1).rotated("y", 90).at(nose, 0, 0) | pipe


def _propeller(design: Design, r: float, thick: float) -> tuple[Node, Node]:
    """Blades around X, and the spinner with its shaft."""
    count = design.count("blade", 2, 3)
    blade = stretched(Ellipsoid(r * 0.98, r * 0.2, thick * 0.5), 1, 1, 1).rotated("x", 24).at(r * 0.95, 0, 0)
    blades = blade.radial(count, design.number("spin", 0, 180)).rotated("y", 90)
    spinner = Lathe(
        (
            *straight(((0, -r * 0.4), (r * 0.34, -r * 0.4))),
            *curve(((r * 0.34, 0.0), (r * 0.27, r * 0.42), (0.0, r * 0.72))),
        )
    )
    return blades, spinner.rotated("y", 90)


def _markings(hull: Node, length: float, r: float) -> Node:
    """Bands around the tail and the nose."""
    slabs = [
        block((x, -r * 2, -r * 2), (x + w, r * 2, r * 2))
        for x, w in (
            (-length * 0.33, length * 0.035),
            (-length * 0.27, length * 0.02),
            (length * 0.29, length * 0.035),
        )
    ]
    return union(*slabs) & hull.rounded(length * 0.003)


def _gear(length: float, r: float, deck: float, tail: float, thick: float) -> Node:
    """Undercarriage legs, axle, tail strut."""
    b = thick * 0.62
    x, wheel = length * 0.18, r * 0.52
    leg = Tube(((x, r * 0.5, -r * 0.5), (x + r * 0.3, r * 1.15, wheel - deck)), (b, b))
    brace = Tube(
        ((x - r * 0.9, r * 0.4, -r * 0.6), (x + r * 0.3, r * 1.15, wheel - deck)), (b * 0.9, b * 0.9)
    )
    axle = Cylinder(b * 0.9, r * 2.6).rotated("x", 90).at(x + r * 0.3, 0, wheel - deck)
    strut = Tube(((tail + r * 0.9, 0, 0), (tail + r * 0.6, 0, r * 0.28 - deck)), (b, b))
    return union((leg | brace).mirrored("y"), axle, strut)


def _tyres(length: float, r: float, deck: float, tail: float) -> Node:
    main, small = r * 0.52, r * 0.28
    tyre = (
        Cylinder(main, r * 0.3, r * 0.1)
        .rotated("x", 90)
        .at(length * 0.18 + r * 0.3, r * 1.3, main - deck)
        .mirrored("y")
    )
    return tyre | Cylinder(small, r * 0.22, r * 0.07).rotated("x", 90).at(tail + r * 0.6, 0, small - deck)


def _struts(length: float, span: float, chord: float, r: float, thick: float) -> Node:
    """What holds the upper wing of a biplane."""
    b, pieces = thick * 0.6, []
    for x in (length * 0.1 - chord * 0.3, length * 0.1 + chord * 0.06):
        pieces.append(Tube(((x, span * 0.31, -r * 0.55), (x + length * 0.03, span * 0.31, r * 2.3)), (b, b)))
        pieces.append(Tube(((x, r * 0.5, r * 0.5), (x + length * 0.03, r * 0.9, r * 2.1)), (b, b)))
    return union(*pieces).mirrored("y")


KINDS = (
    Kind(
        "airplane",
        ("plane", "aeroplane", "aircraft", "biplane", "propeller plane", "fighter plane"),
        "vehicles",
        (
            PartSpec(
                "body",
                ("fuselage", "hull"),
                ("painted metal", "paint"),
                ("red", "yellow", "blue", "white", "green", "orange"),
            ),
            PartSpec(
                "wing",
                ("tail", "rudder"),
                ("painted metal", "paint"),
                follows="body",
            ),
            PartSpec(
                "window", ("cockpit", "canopy", "glass"), ("glass",), ("navy", "turquoise"), least_opacity=1.0
            ),
            PartSpec("cowl", ("engine", "nose", "motor"), ("steel", "aluminium", "iron")),
            PartSpec("propeller", ("prop",), ("oak", "walnut", "iron")),
            PartSpec("blade", (), ("oak",), follows="propeller"),
            PartSpec("spinner", ("hub",), ("chrome", "paint")),
            PartSpec("stripe", ("band", "marking"), ("paint",), ("white", "navy", "black")),
            PartSpec("gear", ("landing gear", "strut", "leg"), ("steel", "iron")),
            PartSpec("wheel", ("tyre", "tire"), ("rubber",)),
        ),
        _airplane,
        shapes={"wing": ("round", "square", "pointed")},
        counts={"wing": (1, 2), "blade": (2, 4)},
    ),
)
