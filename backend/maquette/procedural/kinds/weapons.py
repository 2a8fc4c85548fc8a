"""Swords and daggers."""

from maquette.procedural.kind import Design, Kind, Part, PartSpec
from maquette.procedural.kinds.joinery import sturdiness
from maquette.procedural.sdf import (
    Cuboid,
    Cylinder,
    Difference,
    Node,
    Sphere,
    Torus,
    Tube,
    union,
)
from maquette.procedural.sdf.outline import Path, curve, fillet
from maquette.procedural.sdf.profiled import Blade, Lathe, Plate
from maquette.procedural.sdf.shaping import row

BLADES = ("straight", "curved", "leaf", "wavy")


GUARDS = ("straight", "curved", "round")


POMMELS = ("round", "flat", "pointed")


STEELS = ("steel", "brushed steel", "iron", "silver")


def _sword(design: Design) -> list[Part]:
    sx, _, sz = design.stretch
    short = design.kind == "dagger"
    size = 0.42 if short else 1.0
    length = design.number("length", 0.68, 0.8) * size * sz * (0.86 if short else 1)
    grip = (0.105 if short else design.number("grip", 0.13, 0.19)) * sz
    half = design.number("width", 0.029, 0.037) * (0.75 if short else 1) * sx
    thin = (length + grip) / 88
    thick = max(0.02 * sturdiness(design) * (0.6 if short else 1), thin * 1.2)
    pommel_h = 0.055 if not short else 0.034
    z0 = pommel_h * 0.8 + grip
    style = design.shape("blade", BLADES)
    path = _blade_outline(style, half, length)
    blade: Node = Blade(path, thick, thin, half * 0.8)
    if style in ("straight", "leaf") and design.unit("fuller") < 0.7:
        groove = Tube(((0, 0, -0.05), (0, 0, length * 0.62)), (half * 0.3, half * 0.22))
        blade = Difference(blade, groove.at(y=thick / 2 + half * 0.13).mirrored("y"), 0.002)
    guard, collar = _guard(design, half, thick, sx * (0.5 if short else 1))
    return [
        design.part("blade", blade.at(z=z0 - 0.01)),
        design.part("guard", union(guard, collar).at(z=z0), grain="x"),
        design.part(
            "grip",
            _grip(design, grip + 0.02, 0.0145 * sturdiness(design) * (0.85 if short else 1)).at(
                z=z0 - grip / 2
            ),
        ),
        design.part("pommel", _pommel(design, pommel_h)),
    ]


def _blade_outline(style: str, half: float, length: float) -> Path:
    """The silhouette of a blade that stands on z = 0."""
    w, h = half, length
    if style == "curved":
        back = [(-w, -0.02), (-w * 1.15, 0.35 * h), (-w * 0.4, 0.72 * h), (w * 2.4, h)]
        belly = [(w * 2.4, h), (w * 1.5, 0.76 * h), (w * 0.75, 0.4 * h), (w * 0.9, -0.02)]
        return (*curve(back), *curve(belly))
    if style == "leaf":
        side = [(w * 0.95, -0.02), (w * 0.68, 0.28 * h), (w * 1.12, 0.62 * h), (w * 0.75, 0.86 * h), (0.0, h)]
    elif style == "wavy":
        side = [(w * 0.9, -0.02)]
        for i in range(1, 8):
            side.append((w * (0.92 - 0.045 * i) + (w * 0.2 if i % 2 else -w * 0.2), 0.12 * i * h))
        side.append((0.0, h))
        left = [(-x + (2 * _wave(i, w) if 0 < i < len(side) - 1 else 0), z) for i, (x, z) in enumerate(side)]
        return (*curve(side), *curve(left[::-1]))
    else:
        side = [(w, -0.02), (w * 0.78, 0.84 * h), (0.0, h)]
        return fillet([*side, *((-x, z) for x, z in side[-2::-1])], [0, 0.25 * h, 0.002, 0.25 * h, 0])
    return (*curve(side), *curve([(-x, z) for x, z in side[::-1]]))


def _wave(index: int, half: float) -> float:
    """How far the middle of a wavy blade swings to the side at its wave `index`."""
    return half * 0.2 if index % 2 else -half * 0.2


def _guard(design: Design, half: float, thick: float, size: float) -> tuple[Node, Node]:
    """The crossguard and the block that joins it to blade and grip, about z = 0."""
    style = design.shape("guard", GUARDS)
    reach = design.number("guard", 0.085, 0.115) * size
    r = 0.0095 * sturdiness(design) * (0.7 + 0.3 * size)
    collar = Cuboid(half * 1.5, thick + 0.016, 0.03, 0.006)
    if style == "round":
        disc = Lathe(
            fillet(
                [(0, -0.008), (reach * 0.55, -0.005), (reach * 0.55, 0.005), (0, 0.008)], [0, 0.004, 0.004, 0]
            )
        )
        return disc, collar
    if style == "curved":
        up = reach * design.number("sweep", 0.25, 0.45)
        arm = Tube(
            ((0, 0, 0), (reach * 0.5, 0, up * 0.12), (reach * 0.85, 0, up * 0.55), (reach, 0, up)),
            (r * 1.2, r * 1.05, r * 0.9, r * 0.8),
        )
        return union(arm, Sphere(r * 1.25).at(reach, 0, up)).mirrored("x"), collar
    flare = design.number("flare", 1.0, 1.7)
    bar = fillet([(-0.01, -r), (reach, -r * flare), (reach, r * flare), (-0.01, r)], r * 0.35)
    return Plate(bar, 2.4 * r, r * 0.4).mirrored("x"), collar


def _grip(design: Design, length: float, radius: float) -> Node:
    """A grip bound with cord or wire, centred on z = 0, thicker across the blade."""
    style = design.shape("grip", ("ribbed", "smooth", "twisted"))
    core: Node = Tube(
        ((0, 0, -length / 2), (0, 0, 0), (0, 0, length / 2)), (radius * 0.86, radius * 1.08, radius * 0.9)
    )
    core = core & Cuboid(1, 1, length)
    if style == "smooth":
        return union(core, Torus(radius * 0.95, radius * 0.28))
    turns = max(5, round(length / (radius * 0.95)))
    ring = Torus(radius * 0.8, radius * 0.34)
    turned = ring.rotated("y", 16) if style == "twisted" else ring
    return union(core, row(turned, "z", turns, length * 0.94 / turns))


def _pommel(design: Design, size: float) -> Node:
    """A pommel standing on z = 0."""
    style, r = design.shape("pommel", POMMELS), size / 2
    if style == "flat":
        wheel = Cylinder(r, r * 0.95, r * 0.25).rotated("x", 90).at(z=r)
        return union(
            wheel,
            Cylinder(r * 0.5, r * 1.2, r * 0.12).rotated("x", 90).at(z=r),
            Cylinder(r * 0.5, r).at(z=size - 0.004),
        )
    if style == "pointed":
        path = ((0, 0, 0), (r * 0.35, 0, 0), (r, r * 1.05, 0), (r * 0.6, size * 0.95, 0), (0, size * 0.95, 0))
        return Lathe(path).rounded(0.0015).at(z=0.0015)
    return union(
        Sphere(r * 0.96).at(z=r * 0.96),
        Torus(r * 0.86, r * 0.16).at(z=r * 0.96),
        Cylinder(r * 0.55, r).at(z=size - 0.006),
    )


_GRIPS = ("leather", "walnut", "ebony", "rope")


_FITTINGS = ("brass", "gold", "bronze", "iron", "steel")


def _sword_parts() -> tuple[PartSpec, ...]:
    return (
        PartSpec("blade", ("edge", "body"), STEELS),
        PartSpec("guard", ("crossguard", "hilt", "quillon"), _FITTINGS),
        PartSpec("grip", ("handle", "wrapping"), _GRIPS),
        PartSpec("pommel", (), _FITTINGS, follows="guard"),
    )


_SWORD_SHAPES = {
    "blade": BLADES,
    "guard": GUARDS,
    "pommel": POMMELS,
    "grip": ("ribbed", "smooth", "twisted"),
}


KINDS = (
    Kind(
        name="sword",
        words=(
            "sword",
            "longsword",
            "broadsword",
            "sabre",
            "saber",
            "scimitar",
            "greatsword",
            "claymore",
            "katana",
            "cutlass",
            "rapier",
        ),
        group="weapon",
        parts=_sword_parts(),
        build=_sword,
        shapes=_SWORD_SHAPES,
    ),
    Kind(
        name="dagger",
        words=("dagger", "knife", "short sword", "dirk", "stiletto"),
        group="weapon",
        parts=_sword_parts(),
        build=_sword,
        shapes=_SWORD_SHAPES,
    ),
)
