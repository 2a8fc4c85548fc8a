"""Stone things of yards: well, gravestone."""

from maquette.procedural.kind import Design, Kind, Part, PartSpec
from maquette.procedural.sdf import Cuboid, Cylinder, Difference, Ellipsoid, Node, Torus, Tube, union
from maquette.procedural.sdf.outline import curve, fillet, straight
from maquette.procedural.sdf.profiled import Lathe, Plate, Wire
from maquette.procedural.sdf.shaping import Grounded, leafy, row

from .layout import block, girth
from .openings import arched, gable_roof


def _well(design: Design) -> list[Part]:
    radius = design.number("radius", 0.68, 0.82) * girth(design)
    height = design.number("wall", 0.72, 0.86) * design.stretch[2]
    top = design.number("top", 1.95, 2.2) * design.stretch[2]
    round_wall = design.shape("wall", ("round", "square")) == "round"
    t = 0.045 * design.thickness
    wall = _round_wall(design, radius, height) if round_wall else _square_wall(design, radius, height)
    post = block((radius * 0.86 - t, -t, 0), (radius * 0.86 + t, t, top + 0.06), t * 0.2).mirrored("x")
    brace = Tube(((radius * 0.86, 0, top - 0.28), (radius * 0.58, 0, top)), (t * 0.7, t * 0.7)).mirrored("x")
    beam = block((-radius * 1.05, -t, top - t), (radius * 1.05, t, top + t), t * 0.2)
    span, rise = radius * 1.5, radius * 0.75
    roof = gable_roof(span, radius * 2.1, rise, 0.1, 0.075, 5).rotated("z", 90).at(0, 0, top)
    gable = (
        Plate(((-span / 2, 0, 0.0), (span / 2, 0, 0.0), (0, rise, 0.0)), 0.07)
        .rotated("z", 90)
        .at(radius * 0.92, 0, top - 0.02)
        .mirrored("x")
    )
    axle_z = height + (top - height) * 0.42
    axle = Cylinder(0.05, radius * 2.0).rotated("y", 90).at(0, 0, axle_z)
    crank = Tube(
        (
            (radius, 0, axle_z),
            (radius * 1.16, 0, axle_z),
            (radius * 1.16, 0, axle_z - 0.2),
            (radius * 1.36, 0, axle_z - 0.2),
        ),
        (0.028,) * 4,
    )
    parts = {
        "wall": Grounded(wall),
        "water": Cylinder(radius * 0.85, 0.1).at(0, 0, height * 0.55),
        "post": union(post, brace, beam, axle, gable),
        "roof": roof,
        "crank": crank,
    }
    if design.has("bucket", usual=True):
        bucket, hoops, rope = _bucket(radius, height, axle_z)
        parts |= {"bucket": bucket, "hoop": hoops, "rope": rope}
    if design.has("moss", share=0.4):
        pads = leafy(Ellipsoid(0.2, 0.2, 0.12).at(radius * 1.02, 0, 0.05), 0.08, 0.04, design.seed)
        parts["moss"] = Grounded(
            pads.rotated("z", design.number("moss", -120, -40))
            | pads.rotated("z", design.number("moss 2", -10, 150))
        )
    return [design.part(name, solid) for name, solid in parts.items()]


def _round_wall(design: Design, radius: float, height: float) -> Node:
    """A ring of rough blocks in staggered courses under a coping."""
    courses, count = 4, 13
    core = Lathe(
        straight(((radius * 0.82, 0), (radius * 0.97, 0), (radius * 0.97, height), (radius * 0.82, height)))
    )
    bed = Cylinder(radius * 0.9, height * 0.5).at(0, 0, height * 0.25)
    pieces: list[Node] = [core, bed]
    tall = height * 0.9 / courses
    for i in range(courses):
        wide = 2 * radius * 3.1416 / count
        stone = Cuboid(radius * 0.24, wide * 0.93, tall * 0.93, tall * 0.2).at(
            radius * 0.9, 0, tall * (i + 0.5)
        )
        pieces.append(stone.radial(count, 180 / count * (i % 2) + design.number(f"course {i}", -3, 3)))
    cap = Cuboid(radius * 0.34, radius * 0.62, height * 0.12, height * 0.035).at(
        radius * 0.92, 0, height * 0.96
    )
    pieces.append(cap.radial(10, 18))
    return union(*pieces).roughened(height * 0.008, height * 0.12, design.seed, 2)


def _square_wall(design: Design, radius: float, height: float) -> Node:
    side = radius * 1.86
    core = Difference(Cuboid(side, side, height), Cuboid(side * 0.8, side * 0.8, height * 2)).at(
        0, 0, height / 2
    )
    bed = Cuboid(side * 0.9, side * 0.9, height * 0.5).at(0, 0, height * 0.25)
    tall = height * 0.9 / 4
    stones: list[Node] = []
    for i in range(4):
        line = row(
            Cuboid(side / 4 * 0.93, radius * 0.2, tall * 0.93, tall * 0.2), "x", 4 - i % 2, side / 4
        ).at(0, side * 0.46, tall * (i + 0.5))
        corner = Cuboid(side * 0.15, side * 0.15, tall * 0.93, tall * 0.2).at(
            side * 0.45, side * 0.45, tall * (i + 0.5)
        )
        stones += [
            line.mirrored("y"),
            line.rotated("z", 90).mirrored("x"),
            corner.mirrored("x").mirrored("y"),
        ]
    rim = Difference(
        Cuboid(side * 1.1, side * 1.1, height * 0.12, height * 0.03), Cuboid(side * 0.76, side * 0.76, height)
    ).at(0, 0, height * 0.96)
    return union(core, bed, rim, *stones).roughened(height * 0.008, height * 0.12, design.seed, 2)


def _bucket(radius: float, height: float, axle_z: float) -> tuple[Node, Node, Node]:
    """A staved bucket on the rope, its hoops and bail, and the rope wound on the axle."""
    r, tall, z = 0.15, 0.25, height + 0.02
    wood = Lathe(
        straight(
            ((0, z), (r * 0.8, z), (r, z + tall), (r * 0.82, z + tall), (r * 0.66, z + 0.05), (0, z + 0.05))
        )
    )
    hoops = Torus(r * 0.84, 0.02).at(0, 0, z + 0.05) | Torus(r * 0.97, 0.02).at(0, 0, z + tall * 0.8)
    bail = Wire(curve(((-r, z + tall * 0.9), (0.0, z + tall + 0.12), (r, z + tall * 0.9)), 80, -80), 0.022)
    rope = Tube(((0, 0, z + tall + 0.1), (0, 0, axle_z)), (0.022, 0.022)) | row(
        Torus(0.058, 0.022).rotated("y", 90), "x", 6, 0.042
    ).at(0, 0, axle_z)
    return wood, hoops | bail, rope


def _gravestone(design: Design) -> list[Part]:
    sx, sy, sz = design.stretch
    width, height = design.number("width", 0.56, 0.68) * sx, design.number("height", 0.85, 1.05) * sz
    depth = 0.14 * sy * design.thickness
    form = design.shape("stone", ("arched", "cross", "square", "pointed"))
    foot = 0.12
    slab = _slab(form, width, height, depth).at(0, 0, foot * 0.7)
    lean = design.number("lean", -3.5, 3.5)
    if form != "cross":
        slab = Difference(slab, _inscription(form, width, height, depth).at(0, 0, foot * 0.7))
    chip = (
        Cuboid(width * 0.3, depth * 3, width * 0.22)
        .rotated("y", design.number("chip", 20, 60))
        .at(width * design.number("chip x", 0.5, 0.58), 0, height * design.number("chip z", 0.5, 0.95))
    )
    slab = Difference(slab, chip).roughened(0.007, 0.07, design.seed, 3).rotated("y", lean)
    plinth = block((-width * 0.62, -depth * 1.2, 0), (width * 0.62, depth * 1.2, foot), 0.02) | block(
        (-width * 0.54, -depth * 0.9, 0), (width * 0.54, depth * 0.9, foot * 1.45), 0.02
    )
    mound = (
        Ellipsoid(width * 0.72, 0.62 * sy, 0.15).at(0, -0.45 * sy, 0).roughened(0.02, 0.14, design.seed, 2)
    )
    parts = {
        "stone": slab,
        "base": plinth.roughened(0.006, 0.08, design.seed + 1, 2),
        "ground": mound,
    }
    if design.has("grass", share=0.6):
        tufts = [
            Ellipsoid(0.11, 0.08, 0.1).at(width * x, -depth * y, 0.02)
            for x, y in ((-0.6, 1.3), (0.52, 1.5), (0.64, -0.9), (-0.3, -1.3))
        ]
        parts["grass"] = leafy(union(*tufts), 0.07, 0.03, design.seed)
    if design.has("moss", share=0.4):
        pad = Ellipsoid(width * 0.2, depth * 0.62, 0.08).at(-width * 0.33, 0, foot * 1.4)
        parts["moss"] = leafy(pad, 0.05, 0.022, design.seed)
    return [design.part(name, Grounded(solid.at(0, 0.38 * sy, 0))) for name, solid in parts.items()]


def _slab(form: str, width: float, height: float, depth: float) -> Node:
    half, edge = width / 2, depth * 0.16
    if form == "cross":
        arm = width * 0.15
        upright = block((-arm, -depth * 0.6, 0), (arm, depth * 0.6, height * 1.12), edge)
        beam = block(
            (-half, -depth * 0.58, height * 0.66), (half, depth * 0.58, height * 0.66 + 2 * arm), edge
        )
        halo = Torus(width * 0.3, depth * 0.32).rotated("x", 90).at(0, 0, height * 0.66 + arm)
        return union(upright, beam, halo)
    if form == "arched":
        return Plate(arched(width, height), depth, edge)
    if form == "pointed":
        path = (
            *straight(((-half, 0), (half, 0), (half, height * 0.62))),
            *curve(((half, height * 0.62), (half * 0.62, height * 0.86), (0.0, height)), 90),
            *curve(((0.0, height), (-half * 0.62, height * 0.86), (-half, height * 0.62)), None, -90),
        )
        return Plate(path, depth, edge)
    shoulder = fillet(
        (
            (-half, 0),
            (half, 0),
            (half, height * 0.84),
            (half * 0.66, height * 0.84),
            (half * 0.5, height),
            (-half * 0.5, height),
            (-half * 0.66, height * 0.84),
            (-half, height * 0.84),
        ),
        (0, 0, 0.02, 0.04, 0.06, 0.06, 0.04, 0.02),
    )
    return Plate(shoulder, depth, edge * 0.5)


def _inscription(form: str, width: float, height: float, depth: float) -> Node:
    """A cross and lines of writing, cut into the front."""
    cut = depth * 0.5
    cross = Cuboid(width * 0.065, cut, height * 0.2) | Cuboid(width * 0.2, cut, width * 0.065).at(
        0, 0, height * 0.035
    )
    writing = row(Cuboid(width * 0.56, cut, height * 0.03), "z", 3, height * 0.085)
    last = Cuboid(width * 0.3, cut, height * 0.03)
    return union(
        cross.at(0, -depth / 2, height * 0.68),
        writing.at(0, -depth / 2, height * 0.42),
        last.at(0, -depth / 2, height * 0.25),
    )


_MOSS = PartSpec("moss", ("lichen", "ivy"), ("moss",), optional=True, usual=False)


KINDS = (
    Kind(
        "well",
        ("water well", "wishing well", "stone well"),
        "outdoor",
        (
            PartSpec("wall", ("stone", "base", "ring"), ("stone", "sandstone", "brick")),
            PartSpec("water", (), ("glass",), ("teal", "navy"), least_opacity=1.0),
            PartSpec("post", ("beam", "frame", "support"), ("oak", "walnut", "driftwood")),
            PartSpec("roof", ("top",), ("roof tile", "slate", "oak", "thatch")),
            PartSpec("crank", ("handle", "winch"), ("iron",)),
            PartSpec("bucket", ("pail",), ("oak", "pine"), optional=True),
            PartSpec("hoop", ("band",), ("iron",)),
            PartSpec("rope", ("cord",), ("rope",)),
            _MOSS,
        ),
        _well,
        shapes={"wall": ("round", "square")},
    ),
    Kind(
        "gravestone",
        ("tombstone", "headstone", "grave", "tomb"),
        "outdoor",
        (
            PartSpec("stone", ("slab", "cross"), ("stone", "granite", "slate", "marble")),
            PartSpec("base", ("plinth", "foot"), ("stone",)),
            PartSpec("ground", ("soil", "earth", "mound"), ("soil",)),
            PartSpec("grass", ("weed", "plant"), ("grass",), optional=True),
            _MOSS,
        ),
        _gravestone,
        shapes={"stone": ("arched", "cross", "square", "pointed")},
    ),
)
