"""Towers with a view: lighthouse, windmill."""

from math import cos, radians, sin

from maquette.procedural.kind import Design, Kind, Part, PartSpec
from maquette.procedural.sdf import Cuboid, Cylinder, Ellipsoid, Node, Sphere, Torus, Tube, union
from maquette.procedural.sdf.outline import curve, straight
from maquette.procedural.sdf.polyhedron import polyhedron
from maquette.procedural.sdf.profiled import Lathe
from maquette.procedural.sdf.shaping import Grounded, row

from .layout import Point, block, breadth, polar
from .nature import cut_stone
from .openings import arched_window, around, door, window


def _lighthouse(design: Design) -> list[Part]:
    height = design.number("height", 9.5, 11.5) * design.stretch[2]
    foot = height * design.number("foot", 0.125, 0.15) * breadth(design)
    neck, deck, base = foot * 0.62, height * 0.74, height * 0.07
    bar = height / 64 * min(max(design.thickness, 0.85), 1.4)

    def wall(z: float) -> float:
        t = (z - base) / (deck - base)
        return float(foot + (neck - foot) * (1.35 * t - 0.35 * t * t))

    steps = [base + (deck - base) * i / 4 for i in range(5)]
    tower = Lathe(
        (
            *straight(((0, base * 0.5), (foot, base * 0.5))),
            *curve([(wall(z), z) for z in steps]),
            (0, deck, 0),
        )
    )
    bands = design.count("stripe", 2, 4)
    gap = (deck - base) / (2 * bands + 1)
    rings = []
    for i in range(bands):
        low, high = base + gap * (2 * i + 1), base + gap * (2 * i + 2)
        rings.append(
            Lathe(
                straight(((0, low), (wall(low) + bar * 0.2, low), (wall(high) + bar * 0.2, high), (0, high)))
            )
        )
    leaf, frame, knob = door(foot * 0.62, height * 0.12, bar, "round")
    sash, pane = arched_window(foot * 0.26, height * 0.055, bar * 0.8)
    front = (0.0, -wall(base) * 0.98, base)
    turn, levels = design.number("windows", -20, 40), (0.42, 0.62)
    sashes = [around(sash, 3, wall(height * z), turn - 90 + 40 * i, height * z) for i, z in enumerate(levels)]
    panes = [around(pane, 3, wall(height * z), turn - 90 + 40 * i, height * z) for i, z in enumerate(levels)]
    rail, floor, room, lamp, dome = _lantern(neck, deck, height, bar, design.sees_through("glass"))
    return [
        design.part("tower", tower),
        design.part("stripe", union(*rings)),
        design.part("base", Grounded(_rocks(design, foot, base))),
        design.part("gallery", union(rail, floor)),
        design.part("glass", room),
        design.part("lamp", lamp),
        design.part("roof", dome),
        design.part("door", leaf.at(*front)),
        design.part("frame", union(frame.at(*front), knob.at(*front), *sashes)),
        design.part("window", union(*panes)),
    ]


def _rocks(design: Design, foot: float, base: float) -> Node:
    """The plinth on its rocks."""
    plinth = Cylinder(foot * 1.22, base, foot * 0.03).at(0, 0, base * 0.55)
    stones: list[Node] = [plinth]
    for i in range(9):
        size = foot * design.number(f"rock {i}", 0.3, 0.52)
        stone = cut_stone(design, f"rock {i}", (size * 1.2, size, size * 0.8), 10, 1.0, 0.5)
        stones.append(stone.at(*polar(foot * 1.3, 40 * i + 290)) if i else stone.at(foot * 1.2, 0, 0))
    return union(*stones) | _steps_to(foot, base)


def _steps_to(foot: float, base: float) -> Node:
    """Two steps from the ground to the plinth, at the front."""
    return block((-foot * 0.4, -foot * 1.62, 0), (foot * 0.4, 0, base * 0.62), 0.02) | block(
        (-foot * 0.4, -foot * 1.82, 0), (foot * 0.4, 0, base * 0.3), 0.02
    )


def _lantern(
    neck: float, deck: float, height: float, bar: float, clear: bool
) -> tuple[Node, Node, Node, Node, Node]:
    """Railing, gallery floor, glazed room, lamp and domed roof. The lamp stands within clear panes."""
    out, tall = neck * 1.75, height * 0.11
    floor = Lathe(
        straight(
            (
                (0, deck - height * 0.05),
                (neck * 0.95, deck - height * 0.05),
                (out * 0.97, deck - bar * 0.3),
                (out, deck),
                (out, deck + bar),
                (0, deck + bar),
            )
        )
    )
    posts = Cylinder(bar * 0.52, tall * 0.55).at(out * 0.93, 0, deck + tall * 0.27).radial(14)
    rails = Torus(out * 0.93, bar * 0.52).at(0, 0, deck + tall * 0.54) | Torus(out * 0.93, bar * 0.52).at(
        0, 0, deck + tall * 0.3
    )
    low = deck + bar
    room_radius = neck * 0.86
    plinth = Cylinder(room_radius * 1.08, tall * 0.36).at(0, 0, low + tall * 0.15)
    mullions = Cylinder(bar * 0.45, tall * 1.3).at(room_radius, 0, low + tall * 0.6).radial(8, 22.5)
    room: Node = Cylinder(room_radius, tall * 1.1)
    lamp: Node = Cylinder(room_radius * 1.015, tall * 0.3, 0.01)
    if clear:
        room = room - Cylinder(room_radius - bar * 0.6, tall)
        lamp = Ellipsoid(room_radius * 0.5, room_radius * 0.5, tall * 0.24) | Cylinder(bar, tall * 0.6).at(
            0, 0, -tall * 0.3
        )
    room, lamp = room.at(0, 0, low + tall * 0.6), lamp.at(0, 0, low + tall * 0.68)
    eaves = low + tall * 1.12
    dome = Lathe(
        (
            *straight(((0, eaves - bar), (room_radius * 1.25, eaves - bar * 0.8))),
            *curve(
                (
                    (room_radius * 1.25, eaves + bar * 0.2),
                    (room_radius * 0.78, eaves + neck * 0.55),
                    (room_radius * 0.16, eaves + neck * 0.86),
                )
            ),
            (0, eaves + neck * 0.86, 0),
        )
    )
    finial = Sphere(bar * 1.3).at(0, 0, eaves + neck * 0.98) | Tube(
        ((0, 0, eaves + neck * 0.7), (0, 0, eaves + neck * 1.55)), (bar * 0.5, bar * 0.45)
    )
    return union(posts, rails, plinth, mullions), floor, room, lamp, dome | finial


def _windmill(design: Design) -> list[Part]:
    height = design.number("height", 6.6, 7.8) * design.stretch[2]
    foot = height * design.number("foot", 0.235, 0.27) * breadth(design)
    neck, bar = foot * 0.66, height / 41 * min(max(design.thickness, 0.85), 1.4)
    sides = {"round": 0, "octagonal": 8}[design.shape("wall", ("round", "octagonal"))]
    outline = straight(((0, 0), (foot, 0), (neck, height), (0, height)))
    tower: Node = Lathe(outline) if not sides else _faceted(sides, foot, neck, height)
    skirt = Cylinder(foot * 1.06, height * 0.14, bar * 0.3).at(0, 0, height * 0.05)
    cap = Lathe(
        (
            *straight(((0, height * 0.97), (neck * 1.18, height * 0.985))),
            *curve(((neck * 1.18, height * 1.01), (neck * 0.75, height * 1.2), (0.0, height * 1.33))),
        )
    )
    hub_y, hub_z = -neck * 1.5, height * 1.07
    count = design.counts.get("sail") or design.count("blade", 4, 4)
    reach = height * design.number("blade", 0.62, 0.7) * min(design.stretch[0] / design.stretch[2], 1.4)
    lattice, cloth = _blade(reach, reach * 0.26, bar)
    spin = design.number("spin", 0, 360 / count)

    def wheel(node: Node) -> Node:
        return node.radial(count, spin).rotated("x", 90).at(0, hub_y, hub_z)

    axle = Tube(((0, 0.0, hub_z), (0, hub_y - bar, hub_z)), (bar * 1.5, bar * 1.4)) | Sphere(bar * 2.2).at(
        0, hub_y, hub_z
    )
    leaf, frame, knob = door(foot * 0.5, height * 0.25, bar, "round")
    front = (0.0, -foot * 0.98, 0.0)
    sash, pane = window(foot * 0.3, height * 0.1, 2, 2, bar * 0.8)
    wall = foot + (neck - foot) * 0.6
    parts = [
        design.part("wall", Grounded(tower)),
        design.part("base", Grounded(skirt)),
        design.part("roof", cap),
        design.part("blade", wheel(lattice) | axle),
        design.part("sail", wheel(cloth)),
        design.part("door", leaf.at(*front)),
        design.part(
            "frame",
            union(frame.at(*front), knob.at(*front), around(sash, 4, wall * 0.985, -90, height * 0.6)),
        ),
        design.part("window", around(pane, 4, wall * 0.985, -90, height * 0.6)),
    ]
    if design.has("gallery", share=0.5):
        parts.append(design.part("gallery", _gallery(foot, neck, height, bar)))
    return parts


def _faceted(sides: int, foot: float, neck: float, height: float) -> Node:
    """A tapered tower with flat sides."""
    lean = (foot - neck) / height
    normals: list[Point] = [(0, 0, 1), (0, 0, -1)]
    offsets = [height, 0.0]
    for i in range(sides):
        a = radians(-90 + 360 * i / sides)
        normals.append((cos(a), sin(a), lean))
        offsets.append(foot / (1 + lean * lean) ** 0.5)
    return polyhedron(normals, offsets)


def _blade(reach: float, width: float, bar: float) -> tuple[Node, Node]:
    """One sail along +X in the plane z = 0, front +Z: lattice of laths, and the cloth behind them."""
    stock = block((0, -bar * 0.6, -bar * 0.6), (reach, bar * 0.6, bar * 0.6), bar * 0.1)
    start, pitch = reach * 0.2, reach * 0.11
    laths = row(Cuboid(bar * 0.85, width + bar, bar * 0.9), "x", 8, pitch).at(start + 3.5 * pitch, 0, 0)
    edge = block(
        (start, width / 2 - bar * 0.4, -bar * 0.5), (start + 7.4 * pitch, width / 2 + bar * 0.5, bar * 0.5)
    )
    cloth = block((start, -width / 2, -bar * 0.75), (start + 7.2 * pitch, width / 2, bar * 0.1))
    return union(stock, laths, edge.mirrored("y")), cloth


def _gallery(foot: float, neck: float, height: float, bar: float) -> Node:
    z = height * 0.36
    wall = foot + (neck - foot) * 0.36
    out = wall * 1.35
    floor = Cylinder(out, bar * 1.1).at(0, 0, z)
    posts = Cylinder(bar * 0.5, height * 0.12).at(out * 0.95, 0, z + height * 0.06).radial(16)
    rail = Torus(out * 0.95, bar * 0.55).at(0, 0, z + height * 0.12)
    strut = Tube(((wall * 0.95, 0, z - height * 0.11), (out * 0.92, 0, z)), (bar * 0.55, bar * 0.55)).radial(
        8
    )
    return union(floor, posts, rail, strut)


_DOOR = PartSpec("door", ("gate", "entrance"), ("oak", "walnut"))


_FRAME = PartSpec("frame", ("trim", "arch"), ("stone", "concrete"), ("white", "beige"))


KINDS = (
    Kind(
        "lighthouse",
        ("light house", "beacon"),
        "buildings",
        (
            PartSpec("tower", ("wall", "body"), ("plaster",), ("white",)),
            PartSpec("stripe", ("band",), ("plaster",), ("red", "black", "blue")),
            PartSpec("base", ("rock", "foundation", "ground"), ("stone", "granite")),
            PartSpec("gallery", ("railing", "balcony"), ("painted metal",), ("black", "grey")),
            PartSpec("glass", ("lantern",), ("glass",), ("turquoise",)),
            PartSpec("lamp", ("light", "beam"), ("lit",)),
            PartSpec("roof", ("dome", "cap"), ("painted metal",), ("red", "black", "green")),
            PartSpec("door", ("entrance",), ("painted wood",), ("red", "blue", "green")),
            _FRAME,
            PartSpec("window", ("pane",), ("glass",), ("navy",), least_opacity=1.0),
        ),
        _lighthouse,
        counts={"stripe": (1, 5)},
    ),
    Kind(
        "windmill",
        ("mill", "wind mill"),
        "buildings",
        (
            PartSpec("wall", ("tower", "body"), ("plaster", "painted wood", "brick"), ()),
            PartSpec("base", ("foundation", "plinth"), ("stone",)),
            PartSpec("roof", ("cap", "dome"), ("slate", "thatch", "roof tile")),
            PartSpec("blade", ("vane", "arm", "wing"), ("oak", "walnut")),
            PartSpec("sail", ("cloth", "canvas"), ("fabric",), ("cream", "white", "red")),
            _DOOR,
            _FRAME,
            PartSpec("window", ("pane",), ("glass",), ("navy",), least_opacity=1.0),
            PartSpec("gallery", ("balcony", "deck"), ("oak",), optional=True),
        ),
        _windmill,
        shapes={"wall": ("round", "octagonal")},
        counts={"blade": (3, 8), "sail": (3, 8)},
    ),
)
