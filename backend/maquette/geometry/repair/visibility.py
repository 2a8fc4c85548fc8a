"""Which pieces of a mesh can be seen from outside, and on which side: by drawing it from all around."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from maquette.assets.mesh import Floats, Ints
from maquette.geometry.normals import face_normals
from maquette.progress import Progress
from maquette.render.cameras import Camera, look_at, orthographic
from maquette.render.rasterize import GBuffer, rasterize

DIRECTIONS: Final = 64
SIZE: Final = 384  # pixels a side
ENOUGH: Final = 12  # pixels after which a piece needs no further pictures
FIRST_ROUND: Final = 8  # pictures before the question whether all pieces have been seen
TINY: Final = 3.0  # pixels: the centre of a smaller piece is looked for, since no pixel may show it

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Sightings:
    """In how many pixels each piece shows its outside and its inside, over all pictures."""

    front: Counts  # [P]
    back: Counts  # [P]

    @property
    def hidden(self) -> npt.NDArray[np.bool_]:
        """[P] pieces that no direction sees."""
        return np.asarray(self.front + self.back == 0)


def look_around(vertices: Floats, faces: Ints, pieces: Ints, progress: Progress) -> Sightings:
    """Draws the mesh from evenly spread directions until every piece [F] was seen well, or from all of them.

    A piece too small for the pixels counts as seen where nothing clearly stands before its centre.
    """
    count = int(pieces.max(initial=-1)) + 1
    front, back = np.zeros(count, np.int64), np.zeros(count, np.int64)
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    centre, radius = (low + high) / 2.0, float(np.linalg.norm(high - low)) / 2
    normals = face_normals(vertices, faces)
    tiny, spots = _tiny_pieces(vertices, faces, pieces, TINY * 2 * radius / SIZE)
    for number, direction in enumerate(spread_directions(DIRECTIONS)):
        progress.check()
        camera = _camera(centre.astype(np.float64), radius, direction)
        buffer = rasterize(vertices, faces, camera, SIZE, SIZE)
        shown = buffer.face_id[buffer.face_id >= 0]
        outside = normals[shown] @ direction > 0
        front += np.bincount(pieces[shown[outside]], minlength=count)
        back += np.bincount(pieces[shown[~outside]], minlength=count)
        front[tiny] += _in_view(spots, camera, buffer, TINY * 2 * radius / SIZE)
        if number + 1 >= FIRST_ROUND and (front + back >= ENOUGH).all():
            break
    return Sightings(front, back)


def spread_directions(count: int) -> npt.NDArray[np.float64]:
    """[count, 3] unit vectors spread evenly over the sphere in a spiral, neighbours in the list far apart.

    Golden-angle spiral (Vogel 1979), its height visited in bit-reversed order.
    """
    heights = 1 - (2 * np.arange(count) + 1) / count
    turns = np.arange(count) * np.pi * (3 - np.sqrt(5))
    level = np.sqrt(1 - heights**2)
    directions = np.stack([np.cos(turns) * level, np.sin(turns) * level, heights], axis=1)
    bits = max(1, (count - 1).bit_length())
    reversed_order = [int(f"{i:0{bits}b}"[::-1], 2) for i in range(1 << bits)]
    return np.asarray(directions[[i for i in reversed_order if i < count]])


def _camera(centre: npt.NDArray[np.float64], radius: float, direction: npt.NDArray[np.float64]) -> Camera:
    pose = look_at(centre + 2 * radius * direction, centre)
    return Camera(pose, orthographic(1.001 * radius, 0.5 * radius, 3.5 * radius))


def _tiny_pieces(vertices: Floats, faces: Ints, pieces: Ints, extent: float) -> tuple[Counts, Floats]:
    """The pieces that are smaller than `extent` in every direction, and the centre of a face of each."""
    corners = vertices[faces]
    order = np.argsort(pieces, kind="stable")
    starts = np.flatnonzero(np.diff(pieces[order], prepend=-1))
    low = np.minimum.reduceat(corners.min(axis=1)[order], starts)
    high = np.maximum.reduceat(corners.max(axis=1)[order], starts)
    tiny = np.flatnonzero((high - low).max(axis=1) < extent)
    return tiny, corners[order[starts[tiny]]].mean(axis=1)


def _in_view(spots: Floats, camera: Camera, buffer: GBuffer, slack: float) -> npt.NDArray[np.bool_]:
    """[N] whether no surface lies more than `slack` metres before each of the spots [N, 3]."""
    clip = camera.project(spots)
    size = len(buffer.depth)
    column = np.clip((clip[:, 0] + 1) * size / 2, 0, size - 1).astype(np.int64)
    row = np.clip((1 - clip[:, 1]) * size / 2, 0, size - 1).astype(np.int64)
    distance = (camera.position - spots) @ camera.camera_to_world[:3, 2]
    return np.asarray(distance <= buffer.depth[row, column] + slack)
