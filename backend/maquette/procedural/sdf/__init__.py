"""Signed-distance programs: primitives, placements and operations as immutable data."""

from .node import Box, Distances, Node, Points
from .operations import Difference, blend, nearest, union
from .primitives import Cuboid, Cylinder, Ellipsoid, Extruded, HalfSpace, Revolved, Sphere, Torus, Tube

__all__ = [
    "Box",
    "Cuboid",
    "Cylinder",
    "Difference",
    "Distances",
    "Ellipsoid",
    "Extruded",
    "HalfSpace",
    "Node",
    "Points",
    "Revolved",
    "Sphere",
    "Torus",
    "Tube",
    "blend",
    "nearest",
    "union",
]
