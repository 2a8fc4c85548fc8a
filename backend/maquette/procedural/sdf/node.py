"""What a signed-distance node is: a distance, a bounding box, and the fluent ways to place and combine it.

Distances are negative inside, in metres, and never steeper than 1 outside the solid: |d(p) - d(q)| <= |p - q|
up to a few percent. Points are `[N, 3]` float32. Nodes are immutable and hold only numbers and other nodes: a
program is data.
"""

from abc import ABC, abstractmethod

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.float32]  # [N, 3]
Distances = npt.NDArray[np.float32]  # [N]
Box = npt.NDArray[np.float32]  # [2, 3] lowest and highest corner

_AXES = {"x": 0, "y": 1, "z": 2}


class Node(ABC):
    """A solid as a signed-distance function with a conservative bounding box."""

    @abstractmethod
    def distance(self, p: Points) -> Distances:
        """Signed distance of every point, [N] float32."""

    @abstractmethod
    def bounds(self) -> Box:
        """A box that holds the solid."""

    def at(self, x: float = 0.0, y: float = 0.0, z: float = 0.0) -> "Node":
        """Moved by (x, y, z)."""
        from .placement import Moved

        return Moved(self, (x, y, z))

    def rotated(self, axis: str, degrees: float) -> "Node":
        """Turned about the x, y or z axis through the origin, right-handed."""
        from .placement import Turned

        return Turned(self, _AXES[axis], degrees)

    def scaled(self, factor: float) -> "Node":
        """Scaled uniformly about the origin."""
        from .placement import Scaled

        return Scaled(self, factor)

    def mirrored(self, axis: str = "x") -> "Node":
        """Itself and its mirror image across the plane through the origin: give the positive half."""
        from .placement import Mirrored

        return Mirrored(self, _AXES[axis])

    def radial(self, count: int, phase_deg: float = 0.0) -> "Node":
        """`count` copies around Z. Give the copy that lies around the +X axis."""
        from .placement import Radial

        return Radial(self, count, phase_deg)

    def twisted(self, degrees_per_metre: float) -> "Node":
        """Twisted about Z."""
        from .placement import Twisted

        return Twisted(self, degrees_per_metre)

    def tapered(self, z0: float, z1: float, top_scale: float) -> "Node":
        """x and y scaled linearly from 1 at height z0 to `top_scale` at z1."""
        from .placement import Tapered

        return Tapered(self, z0, z1, top_scale)

    def rounded(self, radius: float) -> "Node":
        """Grown by `radius`, which rounds convex edges."""
        from .operations import Grown

        return Grown(self, radius)

    def shell(self, thickness: float) -> "Node":
        """A hollow skin that reaches `thickness` inwards."""
        from .operations import Shell

        return Shell(self, thickness)

    def roughened(self, amplitude: float, wavelength: float, seed: int = 0, octaves: int = 3) -> "Node":
        """Displaced by smooth noise of the given amplitude and wavelength, in metres."""
        from .operations import Roughened

        return Roughened(self, amplitude, wavelength, seed, octaves)

    def __or__(self, other: "Node") -> "Node":
        from .operations import union

        return union(self, other)

    def __sub__(self, other: "Node") -> "Node":
        from .operations import Difference

        return Difference(self, other)

    def __and__(self, other: "Node") -> "Node":
        from .operations import Intersection

        return Intersection(self, other)
