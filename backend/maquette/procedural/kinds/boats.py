"""Boats: a clinker-built rowing boat that may carry a sail. The bow points to -Y."""

from dataclasses import replace

from maquette.procedural.kind import Design, Kind, Part, PartSpec
from maquette.procedural.sdf import Cuboid, Cylinder, Difference, Ellipsoid, Node, Sphere, Torus, Tube, union
from maquette.procedural.sdf.outline import curve, straight
from maquette.procedural.sdf.profiled import Plate
from maquette.procedural.sdf.shaping import Grounded, meet, row, symmetric

from .layout import block, limb


def _boat(design: Design) -> list[Part]:
    sx, sy, sz = design.stretch
    length = design.number("length", 3.0, 3.8) * sy
    beam = length * design.number("beam", 0.34, 0.40) * sx / sy**0.5
    side = length * 0.15 * sz / sy**0.5
    thick = length * 0.016 * min(max(design.thickness, 0.8), 1.6)
    stern = design.shape("hull", ("square", "pointed"))
    outer = _hull(length, beam, side, stern, 0.0)
    inner = _hull(length, beam, side, stern, thick * 1.3)
    sheer = _sheer(length, side)
    hull = Difference(outer, inner | sheer)
    rim = (outer.rounded(thick * 0.5) - inner) & (
        _sheer(length, side - thick * 0.2) - _sheer(length, side + thick * 1.6)
    )
    strake = (outer.rounded(thick * 0.35) - inner) & (
        _sheer(length, side * 0.52) - _sheer(length, side * 0.60)
    )
    keel_path = (
        *curve(((length * 0.53, side * 1.55), (length * 0.45, side * 0.5), (length * 0.28, 0.0))),
        *straight(((-length * 0.44, 0.0), (-length * 0.44, side * 0.3), (length * 0.28, side * 0.3))),
        *curve(((length * 0.40, side * 0.6), (length * 0.47, side * 1.55))),
    )
    keel = Plate(keel_path, thick * 1.4, thick * 0.3)
    count = design.count("seat", 2, 3)
    bench = Cuboid(length * 0.075, beam, thick * 1.3, thick * 0.2)
    benches = row(bench, "x", count, length * 0.26).at(-length * 0.06, 0, side * 0.62) & outer.rounded(
        -thick * 0.3
    )
    floor = block(
        (-length * 0.44, -beam * 0.5, side * 0.16), (length * 0.44, beam * 0.5, side * 0.26)
    ) & outer.rounded(-thick * 0.3)
    parts = {
        "hull": hull,
        "rim": union(rim, strake, keel),
        "seat": union(benches, floor),
    }
    sail = design.has("sail", share=0.2)
    if sail:
        parts |= _rig(design, length, side, thick)
    if design.has("oar", share=0.2 if sail else 0.9):
        parts["oar"] = _oars(length, beam, side, thick)
    return [design.part(name, Grounded(solid.rotated("z", -90)), grain="y") for name, solid in parts.items()]


def _sailboat(design: Design) -> list[Part]:
    return _boat(replace(design, present={"sail": True, **design.present}))


def _hull(length: float, beam: float, side: float, stern: str, inset: float) -> Node:
    """Full amidships, sharp at the bow, round in section; cut off flat if the stern is square."""
    bulge = beam * 0.62
    shift = bulge - beam / 2
    reach = length * 0.5 / (1 - (shift / bulge) ** 2) ** 0.5
    shell = Ellipsoid(reach - inset, bulge - inset, side * 1.75 - inset).at(0, -shift, side * 1.5)
    foot = block((-length, -1, inset * 1.2), (length, beam, side * 4))
    solid: Node = meet(side * 0.3, shell, foot)
    if stern == "square":
        solid = solid & block((-length * 0.42 + inset, -1, -1), (length, beam, side * 4))
    return symmetric(solid, "y")


def _sheer(length: float, height: float) -> Node:
    """All above a line that rises towards the ends, lowest at `height` amidships: a large barrel across."""
    radius = length * 1.25
    return Cylinder(radius, length * 2).rotated("x", 90).at(-length * 0.06, 0, height + radius)


def _rig(design: Design, length: float, side: float, thick: float) -> dict[str, Node]:
    """Mast, boom, ropes, bellied sails, pennant."""
    tall = length * design.number("mast", 1.05, 1.25) * min(design.stretch[2], 1.4)
    x, low = length * 0.14, side * 1.9
    r = thick * 0.95
    boom_end = -length * 0.42
    mast = Tube(((x, 0, side * 0.1), (x, 0, tall)), (r * 1.15, r * 0.75)) | Sphere(r * 1.3).at(x, 0, tall)
    boom = Tube(((x, 0, low), (boom_end, length * 0.03, low * 0.98)), (r * 0.85, r * 0.8))
    thick_sail = max(thick * 0.8, tall / 90)
    main = curve(
        ((boom_end * 0.95, low * 1.04), (x - length * 0.32, tall * 0.58), (x - r * 0.2, tall * 0.96))
    )
    mainsail = Plate((*main, *straight(((x - r * 0.2, low * 1.06),))), thick_sail, thick_sail * 0.3)
    jib = (
        *straight(((x + r * 0.3, tall * 0.84), (x + r * 0.8, low * 1.3))),
        *curve(((x + r * 0.8, low * 1.3), (length * 0.34, side * 1.75), (length * 0.49, side * 1.62))),
    )
    foresail = Plate(jib, thick_sail, thick_sail * 0.3)
    battens = row(Cuboid(length * 1.4, thick_sail * 1.5, thick_sail * 0.9), "z", 3, tall * 0.2).at(
        -length * 0.3, 0, tall * 0.5
    )
    flag = Plate(
        straight(((x, tall * 0.985), (x - length * 0.16, tall * 0.955), (x, tall * 0.915))), thick_sail
    )
    return {
        "mast": mast | boom,
        "sail": Difference(mainsail, battens - mainsail.rounded(-thick_sail * 0.28)) | foresail,
        "stripe": battens & mainsail.rounded(thick_sail * 0.18),
        "flag": flag,
    }


def _oars(length: float, beam: float, side: float, thick: float) -> Node:
    """Oars in their locks, blades down."""
    r = thick * 0.62
    lock = (-length * 0.06, beam * 0.5, side * 1.03)
    tip = (-length * 0.22, beam * 1.02, side * 0.35)
    grip = tuple(a + (a - b) * 0.62 for a, b in zip(lock, tip, strict=True))
    shaft = Tube(((grip[0], grip[1], grip[2]), tip), (r * 1.1, r))
    end = (tip[0] - length * 0.05, tip[1] + beam * 0.17, tip[2] - side * 0.22)
    blade = limb(
        (tip, end, (end[0] - length * 0.03, end[1] + beam * 0.1, end[2] - side * 0.12)),
        (r * 1.1, r * 2.4, r * 1.9),
    )
    fork = Torus(r * 1.5, r * 0.8).rotated("x", 60).at(*lock)
    pin = Cylinder(r * 0.9, side * 0.3).at(lock[0], lock[1] - r * 0.6, lock[2] - side * 0.1)
    return union(shaft, blade, fork, pin).mirrored("y")


_PARTS = (
    PartSpec(
        "hull",
        ("body", "side"),
        ("painted wood", "oak", "pine"),
        ("white", "blue", "red", "teal", "navy", "cream"),
    ),
    PartSpec("rim", ("gunwale", "keel", "rail", "trim"), ("mahogany", "walnut", "oak")),
    PartSpec("seat", ("bench", "deck", "floor"), ("oak", "pine")),
    PartSpec("mast", ("boom", "pole"), ("pine", "oak")),
    PartSpec("sail", (), ("fabric",), ("cream", "white", "red", "orange"), optional=True),
    PartSpec("stripe", ("batten",), ("fabric",), ("red", "navy")),
    PartSpec("flag", ("pennant",), ("fabric",), ("red", "yellow", "blue")),
    PartSpec("oar", ("paddle",), ("pine", "oak"), optional=True),
)

_SHAPES = {"hull": ("square", "pointed")}
_COUNTS = {"seat": (1, 3)}

KINDS = (
    Kind(
        "boat",
        ("rowing boat", "rowboat", "dinghy", "canoe", "skiff"),
        "vehicles",
        _PARTS,
        _boat,
        _SHAPES,
        _COUNTS,
    ),
    Kind(
        "sailboat",
        ("sailing boat", "ship", "yacht", "sailing ship"),
        "vehicles",
        _PARTS,
        _sailboat,
        _SHAPES,
        _COUNTS,
    ),
)
