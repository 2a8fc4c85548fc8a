"""Robots with joints, glowing eyes and antennas."""

from maquette.procedural.kind import Design, Kind, Part, PartSpec
from maquette.procedural.sdf import (
    Cuboid,
    Cylinder,
    Difference,
    Ellipsoid,
    Node,
    Sphere,
    Torus,
    Tube,
    union,
)
from maquette.procedural.sdf.outline import curve, fillet, straight
from maquette.procedural.sdf.profiled import Lathe, Plate, Wire
from maquette.procedural.sdf.shaping import row, stretched

from .layout import Point


def _robot(design: Design) -> list[Part]:
    sx, sy, sz = design.stretch
    h = design.number("height", 1.3, 1.6) * sz
    w, d = h * 0.40 * sx / sz**0.5, h * 0.27 * sy / sz**0.5
    hip, chest, neck = h * 0.36, h * 0.36, h * 0.735
    form, face = (
        design.shape("body", ("square", "round", "tapered")),
        design.shape("head", ("square", "round", "domed")),
    )
    torso = _torso(form, w, d, chest).at(0, 0, hip + chest / 2)
    head_w, head_h = w * design.number("head", 0.66, 0.82), h * 0.21
    head, eyes, mouth = _robot_head(design, face, head_w, head_h, d)
    front = -d / 2
    dial, panel = _chest(design, form, w, front, hip, chest)
    arm, joints, hand = _robot_arm(design, w, h, hip + chest * 0.80)
    leg, foot, knee = _robot_leg(design, w, d, h, hip)
    collar = Cylinder(w * 0.17, h * 0.08).at(0, 0, neck) | row(
        Torus(w * 0.17, h * 0.011), "z", 2, h * 0.024
    ).at(0, 0, neck + h * 0.012)
    pelvis = Cuboid(w * 0.62, d * 0.7, h * 0.09, h * 0.02).at(0, 0, hip - h * 0.005)
    parts = {
        "body": torso,
        "head": head.at(0, 0, neck + h * 0.03),
        "arm": arm,
        "leg": leg,
        "joint": union(collar, pelvis, joints, knee),
        "hand": hand,
        "foot": foot,
        "eye": eyes.at(0, 0, neck + h * 0.03),
        "mouth": mouth.at(0, 0, neck + h * 0.03),
        "panel": panel,
        "light": dial,
    }
    if design.has("antenna", share=0.75):
        parts["antenna"] = _antennas(design, head_w, h).at(0, 0, neck + h * 0.03 + head_h * 0.96)
    if design.has("ear", share=0.6):
        disc = (
            Cylinder(head_h * 0.24, h * 0.05, h * 0.008)
            .rotated("y", 90)
            .at(head_w / 2 + h * 0.008, 0, neck + h * 0.03 + head_h * 0.5)
        )
        parts["ear"] = (
            disc
            | Cylinder(head_h * 0.11, h * 0.09, h * 0.008)
            .rotated("y", 90)
            .at(head_w / 2 + h * 0.015, 0, neck + h * 0.03 + head_h * 0.5)
        ).mirrored("x")
    return [design.part(name, solid) for name, solid in parts.items()]


def _torso(form: str, w: float, d: float, tall: float) -> Node:
    """The trunk with a seam around the waist, centred on the origin."""
    if form == "round":
        rim = curve(((w * 0.34, -tall / 2), (w * 0.51, -tall * 0.08), (w * 0.36, tall / 2)))
        shell: Node = stretched(
            Lathe((*straight(((0, -tall / 2),)), *rim, (0, tall / 2, 0))), y=min(1.0, d / w * 1.35)
        )
    elif form == "tapered":
        shell = Plate(
            fillet(
                (
                    (-w * 0.36, -tall / 2),
                    (w * 0.36, -tall / 2),
                    (w * 0.52, tall * 0.3),
                    (w * 0.42, tall / 2),
                    (-w * 0.42, tall / 2),
                    (-w * 0.52, tall * 0.3),
                ),
                w * 0.06,
            ),
            d,
            d * 0.14,
        )
    else:
        shell = Cuboid(w, d, tall, w * 0.07)
    groove = Difference(Cuboid(w * 2, d * 2, tall * 0.03), Cuboid(w * 0.70, d * 0.8, tall)).at(
        0, 0, -tall * 0.3
    )
    return Difference(shell, groove) if form != "round" else shell


def _robot_head(design: Design, face: str, w: float, tall: float, d: float) -> tuple[Node, Node, Node]:
    """Head standing on z = 0, glowing eyes, and a grille for a mouth; the face towards -Y."""
    depth = d * 0.82
    if face == "round":
        head: Node = Ellipsoid(w * 0.5, depth * 0.58, tall * 0.56).at(0, 0, tall * 0.5)
        front = -depth * 0.5
    elif face == "domed":
        head = stretched(
            Lathe(
                (
                    *straight(((0, 0), (w * 0.47, 0), (w * 0.5, tall * 0.08))),
                    *curve(((w * 0.5, tall * 0.5), (w * 0.36, tall * 0.88), (0.0, tall * 1.05)), 90, 180),
                )
            ),
            y=depth / w * 1.1,
        )
        front = -depth * 0.53
    else:
        head = Cuboid(w, depth, tall, tall * 0.12).at(0, 0, tall / 2)
        front = -depth * 0.5
    visor = face != "square" and design.unit("visor") < 0.5
    r = min(tall * 0.17, w * 0.15)
    if visor:
        band = Cuboid(w * 0.74, depth * 0.6, tall * 0.26, tall * 0.1).at(0, front * 0.62, tall * 0.58)
        eyes: Node = band
    else:
        eyes = (
            Cylinder(r, tall * 0.4, r * 0.2)
            .rotated("x", 90)
            .at(w * 0.23, front + tall * 0.11, tall * 0.6)
            .mirrored("x")
        )
        rims = (
            Torus(r * 1.12, r * 0.26)
            .rotated("x", 90)
            .at(w * 0.23, front - tall * 0.04, tall * 0.6)
            .mirrored("x")
        )
        sockets = (
            Cylinder(r * 1.2, tall * 0.3)
            .rotated("x", 90)
            .at(w * 0.23, front + tall * 0.1, tall * 0.6)
            .mirrored("x")
        )
        head = union(head, rims, sockets)
    slot = Cuboid(w * 0.46, tall * 0.22, tall * 0.16, tall * 0.03)
    teeth = row(Cuboid(w * 0.045, tall * 0.3, tall * 0.3), "x", 4, w * 0.1)
    mouth = Difference(slot, teeth) | Cuboid(w * 0.40, tall * 0.16, tall * 0.1)
    return head, eyes, mouth.at(0, front * (0.97 if face == "square" else 0.86), tall * 0.24)


def _chest(design: Design, form: str, w: float, front: float, hip: float, chest: float) -> tuple[Node, Node]:
    """Lamps, and the dark panel with its frame on the chest."""
    y = front * (1.0 if form != "round" else 1.18)
    z = hip + chest * 0.62
    panel = Cuboid(w * 0.56, chest * 0.22, chest * 0.36, w * 0.03).at(0, y + chest * 0.085, z)
    gauge = (
        Cylinder(w * 0.095, chest * 0.3, w * 0.01)
        .rotated("x", 90)
        .at(-w * 0.14, y + chest * 0.1, z + chest * 0.03)
    )
    lamps = row(Sphere(w * 0.034), "x", 3, w * 0.09).at(w * 0.13, y - chest * 0.02, z - chest * 0.07)
    bars = row(Cuboid(w * 0.2, chest * 0.1, chest * 0.035, w * 0.008), "z", 2, chest * 0.07).at(
        w * 0.13, y + chest * 0.01, z + chest * 0.07
    )
    return union(gauge, lamps, bars), panel


def _robot_arm(design: Design, w: float, h: float, z: float) -> tuple[Node, Node, Node]:
    """Arms, joints with ribbed sleeves, and gripping hands, mirrored."""
    r = h * 0.032 * design.thickness
    bend = design.number("arm", 0.0, 0.14) * h
    shoulder: Point = (w * 0.5 + r * 1.1, 0, z)
    elbow: Point = (w * 0.5 + r * 2.2, 0, z - h * 0.155)
    wrist: Point = (w * 0.5 + r * 2.4, -bend - h * 0.02, z - h * 0.285 + bend * 0.5)
    upper = Tube((shoulder, elbow), (r, r * 0.9))
    lower = Tube((elbow, wrist), (r * 1.05, r * 1.35))
    balls = Sphere(r * 1.55).at(*shoulder) | Sphere(r * 1.25).at(*elbow)
    ribs = [
        Torus(r * 1.02, r * 0.24).at(*[a + (b - a) * t for a, b in zip(shoulder, elbow, strict=True)])
        for t in (0.4, 0.55, 0.7)
    ]
    axle = Cylinder(r * 1.2, w * 0.3).rotated("y", 90).at(w * 0.44, 0, z)
    tip = (wrist[0], wrist[1] - h * 0.012, wrist[2] - h * 0.03)
    claw = Wire(curve(((-r * 0.5, 0.0), (-r * 1.5, -r * 1.4), (-r * 0.55, -r * 2.7))), r * 0.48)
    palm = Sphere(r * 1.25)
    thumb = claw.rotated("z", 90).at(0, 0, 0)
    hand = union(palm, claw, claw.rotated("z", 180), thumb).at(*tip)
    return (upper | lower).mirrored("x"), union(balls, axle, *ribs).mirrored("x"), hand.mirrored("x")


def _robot_leg(design: Design, w: float, d: float, h: float, hip: float) -> tuple[Node, Node, Node]:
    """Legs, feet and knees, mirrored."""
    r, x = h * 0.042 * design.thickness, w * 0.25
    thigh = Tube(((x, 0, hip), (x, 0, hip * 0.56)), (r, r * 0.92))
    shin = Lathe(
        (
            *straight(((0, hip * 0.14), (r * 1.35, hip * 0.14))),
            *curve(((r * 1.35, hip * 0.2), (r * 1.25, hip * 0.36), (r * 0.9, hip * 0.5))),
            (0, hip * 0.5, 0),
        )
    ).at(x, 0, 0)
    knee = (
        Sphere(r * 1.15).at(x, 0, hip * 0.54)
        | Torus(r * 0.95, r * 0.3).at(x, 0, hip * 0.75)
        | Torus(r * 0.95, r * 0.3).at(x, 0, hip * 0.86)
    )
    cap = Cylinder(r * 0.62, r * 2.5, r * 0.1).rotated("x", 90).at(x, 0, hip * 0.54)
    sole = Plate(
        fillet(
            (
                (-d * 0.62, 0.0),
                (d * 0.42, 0.0),
                (d * 0.42, hip * 0.13),
                (d * 0.1, hip * 0.25),
                (-d * 0.45, hip * 0.14),
                (-d * 0.62, hip * 0.1),
            ),
            hip * 0.035,
        ),
        w * 0.3,
        w * 0.035,
    )
    foot = sole.rotated("z", 90).at(x, 0, 0)
    return (thigh | shin).mirrored("x"), foot.mirrored("x"), (knee | cap).mirrored("x")


def _antennas(design: Design, head_w: float, h: float) -> Node:
    """One antenna in the middle, or two that lean out, on z = 0."""
    r, tall = h * 0.0105 * max(1.0, design.thickness), h * design.number("antenna", 0.09, 0.14)
    single = union(
        Lathe(straight(((0, -h * 0.03), (r * 3, -h * 0.03), (r * 2.2, h * 0.012), (0, h * 0.012)))),
        Tube(((0, 0, 0), (0, 0, tall)), (r, r)),
        Sphere(r * 2.4).at(0, 0, tall),
    )
    if design.count("antenna", 1, 2) == 1:
        return single
    return single.rotated("y", 16).at(head_w * 0.26, 0, -h * 0.004).mirrored("x")


KINDS = (
    Kind(
        "robot",
        ("android", "droid", "mech", "bot", "toy robot"),
        "characters",
        (
            PartSpec(
                "body",
                ("torso", "chest", "trunk"),
                ("painted metal", "steel", "copper", "aluminium"),
                ("teal", "orange", "yellow", "grey", "red", "blue"),
            ),
            PartSpec("head", ("face",), ("painted metal",), follows="body"),
            PartSpec("arm", (), ("steel", "aluminium")),
            PartSpec("leg", (), ("steel",), follows="arm"),
            PartSpec("joint", ("shoulder", "knee", "elbow", "neck"), ("rubber", "iron")),
            PartSpec("hand", ("claw", "gripper"), ("painted metal",), follows="body"),
            PartSpec("foot", ("boot", "shoe"), ("painted metal",), follows="body"),
            PartSpec("eye", ("visor",), ("lit",), ("turquoise", "yellow", "red", "lime")),
            PartSpec("mouth", ("grille", "speaker"), ("iron",)),
            PartSpec("panel", ("display", "screen", "chest panel"), ("plastic",), ("black", "navy")),
            PartSpec("light", ("button", "dial", "gauge", "lamp"), ("lit",), follows="eye"),
            PartSpec("antenna", ("aerial",), ("chrome", "brass"), optional=True),
            PartSpec("ear", (), ("chrome", "brass"), follows="antenna", optional=True),
        ),
        _robot,
        shapes={"body": ("square", "round", "tapered"), "head": ("square", "round", "domed")},
        counts={"antenna": (1, 2)},
    ),
)
