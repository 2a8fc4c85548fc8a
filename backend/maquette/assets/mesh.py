"""The mesh that every part of Maquette speaks: right-handed, Z up, the front faces -Y, metres."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Ints = npt.NDArray[np.int32]


@dataclass(frozen=True)
class Mesh:
    """A triangle mesh. Vertices are shared across UV seams, so that shading stays smooth there.

    `part_ids` and `part_names` optionally say which named part each face belongs to, `polygons` which polygon
    of an artist's mesh it is cut from.
    """

    vertices: Floats  # [V, 3] float32, metres
    faces: Ints  # [F, 3] int32, counter-clockwise seen from outside
    uvs: Floats | None = None  # [F, 3, 2] float32 per corner, (0, 0) bottom left
    part_ids: Ints | None = None  # [F] int32 into part_names
    part_names: tuple[str, ...] = ()
    polygons: Ints | None = None  # [F] int32

    @property
    def bounds(self) -> Floats:  # [2, 3] lowest and highest corner
        return np.stack([self.vertices.min(axis=0), self.vertices.max(axis=0)])
