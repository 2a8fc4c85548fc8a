"""Reads Wavefront OBJ: positions, UVs, faces of any number of corners, and which wear the same material."""

from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from maquette.protocol import bad_input

from .mesh import Mesh

MOST_CORNERS: Final = 30_000_000

Corner = tuple[int, int]  # of a vertex and of a UV, from 0; a UV of -1 is none
Face = tuple[int, int]  # its number in the file, and that of its material


def read_obj(data: bytes) -> Mesh:
    """The mesh in the file's own frame: UVs if every corner has one, the triangles of a face as one polygon,
    and the faces of each material as a part if there are several.

    Raises bad_input for numbers or indices that make no sense.
    """
    vertices: list[bytes] = []
    uvs: list[bytes] = []
    corners: list[Corner] = []
    faces: list[Face] = []  # of each triangle
    materials = {b"": 0}
    wears = polygon = 0
    for number, line in enumerate(data.replace(b"\\\n", b" ").splitlines(), start=1):
        words = line.split()
        if not words:
            continue
        if words[0] == b"v":
            vertices.append(b" ".join(words[1:4]))
        elif words[0] == b"vt":
            uvs.append(b" ".join(words[1:3]))
        elif words[0] == b"usemtl":
            wears = materials.setdefault(b" ".join(words[1:]), len(materials))
        elif words[0] == b"f":
            fan = _fan([_corner(word, len(vertices), len(uvs), number) for word in words[1:]])
            corners += fan
            faces += [(polygon, wears)] * (len(fan) // 3)
            polygon += 1
        if len(corners) > MOST_CORNERS:
            raise bad_input(f"the OBJ file has more than {MOST_CORNERS // 3} triangles: simplify it first")
    if not corners:
        raise bad_input("the OBJ file has no faces: export a mesh")
    positions, places = _table(vertices, 3), np.array(corners, np.int64).reshape(-1, 3, 2)
    has_uvs = bool(uvs) and bool((places[..., 1] >= 0).all())
    found = _table(uvs, 2)[places[..., 1]].astype(np.float32) if has_uvs else None
    polygons, worn = np.array(faces, np.int32).T
    mesh = Mesh(positions.astype(np.float32), places[..., 0].astype(np.int32), found, polygons=polygons)
    used, part_ids = np.unique(worn, return_inverse=True)
    if len(used) == 1:
        return mesh
    names = [name.decode("utf-8", "replace") for name in materials]
    return replace(mesh, part_ids=part_ids.astype(np.int32), part_names=tuple(names[i] for i in used))


def _corner(word: bytes, vertices: int, uvs: int, line: int) -> Corner:
    """ "7/3/1", "7//1" or "-1": indices count from one, or backwards from the last read so far."""
    parts = word.split(b"/")
    try:
        vertex = int(parts[0])
        uv = int(parts[1]) if len(parts) > 1 and parts[1] else 0
    except ValueError:
        raise _nonsense(line) from None
    vertex = vertices + vertex if vertex < 0 else vertex - 1
    uv = uvs + uv if uv < 0 else uv - 1
    if not 0 <= vertex < vertices or not -1 <= uv < uvs:
        raise _nonsense(line)
    return vertex, uv


def _fan(corners: list[Corner]) -> list[Corner]:
    """The corners of the triangles of a face; lines and points give none."""
    return [c for i in range(1, len(corners) - 1) for c in (corners[0], corners[i], corners[i + 1])]


def _table(rows: list[bytes], columns: int) -> npt.NDArray[np.float64]:
    """[N, columns] of lines of numbers."""
    try:
        values = np.array(b" ".join(rows).split(), np.float64)
    except ValueError:
        raise bad_input("the OBJ file has a vertex that is no number: export it again") from None
    if len(values) != len(rows) * columns:
        raise bad_input("the OBJ file has a vertex with too few numbers: export it again")
    return values.reshape(-1, columns)


def _nonsense(line: int) -> Exception:
    return bad_input(f"line {line} of the OBJ file names a corner that does not exist: export it again")
