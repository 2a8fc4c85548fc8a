"""What cups, bottles and pots share: full and hollow walls, painted belts, glazes, corks, labels."""

from maquette.procedural.kind import PartSpec
from maquette.procedural.sdf import Cylinder, Node
from maquette.procedural.sdf.outline import Path, rectangle
from maquette.procedural.sdf.profiled import Lathe

GLAZES = ("red", "navy", "teal", "white", "cream", "turquoise", "olive", "orange")


def solid(path: Path, thickness: float) -> Node:
    """A vessel of that wall filled up: the region within the path, grown by half the wall."""
    r, z = path[-1][0], path[-1][1]
    start = path[0][1]
    return Lathe((*path[:-1], (r, z, 0), (0, z, 0), (0, start, 0))).rounded(thickness / 2)


def radius_at(path: Path, height: float) -> float:
    """The radius of a wall's path near a height, by its vertices."""
    above = [(r, z) for r, z, _ in path if z >= height]
    below = [(r, z) for r, z, _ in path if z < height]
    if not above or not below:
        return path[-1][0]
    (r0, z0), (r1, z1) = below[-1], above[0]
    return r0 + (r1 - r0) * (height - z0) / (z1 - z0)


def belt(path: Path, wall: float, z: float, height: float, clear: bool = False) -> Node:
    """A painted band around a vessel: a skin a shade prouder than its wall; on both sides of a clear one."""
    outside = solid(path, wall + 0.0012)
    inside = solid(path, -wall - 0.0012 if clear else wall - 0.004)
    return outside & (Lathe(rectangle(1.0, height, 0.0, 0.5, z))) - inside


def filling(path: Path, wall: float, level: float, clear: bool) -> Node:
    """What stands in a vessel up to a level. Refraction shows it as wide as the outside of a clear wall."""
    return solid(path, wall + 0.0012 if clear else 0.0) & Cylinder(1.0, 2 * level)


BAND = PartSpec("band", ("stripe", "ring"), ("ceramic",), ("navy", "teal", "orange", "maroon"), optional=True)


CORK = PartSpec("cork", ("stopper", "cap", "lid"), ("pine", "oak"), optional=True)


LABEL = PartSpec("label", ("tag", "sticker"), ("paper",), ("cream", "white", "beige"), optional=True)
