"""Which function compiles which class of node, by hand."""

from collections.abc import Callable, Hashable
from typing import Final

from maquette.procedural.sdf import (
    Cuboid,
    Cylinder,
    Difference,
    Ellipsoid,
    Extruded,
    HalfSpace,
    Node,
    Revolved,
    Sphere,
    Torus,
    Tube,
)
from maquette.procedural.sdf.operations import Blend, Grown, Intersection, Roughened, Shell, Union
from maquette.procedural.sdf.placement import Mirrored, Moved, Radial, Scaled, Tapered, Turned, Twisted
from maquette.procedural.sdf.polyhedron import Polyhedron
from maquette.procedural.sdf.profiled import Blade, Lathe, Plate, Strip, Vessel, Wire
from maquette.procedural.sdf.shaped import Bent, Cushion
from maquette.procedural.sdf.shaping import Grounded, Leafy, Meet, Row, Stretched, Symmetric
from training.data.thickness import Steepened

from . import operations, placement, primitives, profiled
from .batch import Distance

COMPILERS: Final[dict[type[Node], Callable[..., Distance]]] = {
    Sphere: primitives.sphere,
    Ellipsoid: primitives.ellipsoid,
    Cuboid: primitives.cuboid,
    Cylinder: primitives.cylinder,
    Torus: primitives.torus,
    HalfSpace: primitives.half_space,
    Tube: primitives.tube,
    Revolved: primitives.revolved,
    Extruded: primitives.extruded,
    Polyhedron: primitives.polyhedron,
    Lathe: profiled.lathe,
    Vessel: profiled.vessel,
    Plate: profiled.plate,
    Blade: profiled.blade,
    Strip: profiled.strip,
    Wire: profiled.wire,
    Bent: profiled.bent,
    Cushion: profiled.cushion,
    Moved: placement.moved,
    Turned: placement.turned,
    Scaled: placement.scaled,
    Mirrored: placement.mirrored,
    Radial: placement.radial,
    Twisted: placement.twisted,
    Tapered: placement.tapered,
    Stretched: placement.stretched,
    Symmetric: placement.symmetric,
    Row: placement.row,
    Grounded: placement.grounded,
    Union: operations.union,
    Blend: operations.blend,
    Meet: operations.meet,
    Difference: operations.difference,
    Intersection: operations.intersection,
    Grown: operations.grown,
    Shell: operations.shell,
    Roughened: operations.roughened,
    Leafy: operations.leafy,
    Steepened: operations.steepened,
}


def variant(node: Node) -> Hashable:
    """What must be alike for nodes of a class to be evaluated together, besides about as many edges."""
    found: Hashable = None
    if isinstance(node, Mirrored):
        found = placement.reaches_across(node)
    elif isinstance(node, Row):
        found = node.overlapping
    elif isinstance(node, Roughened):
        found = node.octaves
    elif isinstance(node, Tube):
        found = _power(len(node.points))
    elif isinstance(node, Lathe | Vessel | Plate | Blade | Strip | Wire):
        found = _power(len(node.path))
    elif isinstance(node, Revolved | Extruded):
        found = _power(len(node.outline))
    elif isinstance(node, Polyhedron):
        found = _power(len(node.planes))
    elif isinstance(node, Union | Blend | Meet):
        found = _power(len(node.children))
    return found


def _power(count: int) -> int:
    """The next power of two, so that few of a group's edges are filled up."""
    return 1 << (count - 1).bit_length()
