"""Meshes out of files of other programs: GLB, OBJ, PLY and STL, in Maquette's frame.

GLB is always Y up. OBJ usually is, as Blender and most modellers write it; PLY and STL usually are Z up, as
scanners, CAD and printing have it. Numbers are taken as metres.
"""

import io
import warnings
from dataclasses import replace
from pathlib import PurePath
from typing import Final, Literal

import numpy as np
import trimesh

from maquette.protocol import bad_input

from .frames import gltf_to_z_up
from .gltf import read_glb_mesh
from .joining import join_equal
from .material import Material
from .mesh import Mesh
from .obj import read_obj

Up = Literal["", "y", "z"]  # "": as files of that kind usually are

USUAL_UP: Final = {".glb": "y", ".obj": "y", ".ply": "z", ".stl": "z"}
# What trimesh raises on damaged files: MemoryError for counts that no file has, ImportError for text that it
# would need another package to guess the encoding of.
_DAMAGE: Final = (
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    AssertionError,
    OSError,
    MemoryError,
    ImportError,
)


def read_mesh_file(data: bytes, name: str, up: Up = "") -> tuple[Mesh, Material | None]:
    """The triangles in an untrusted file of that name, with its UVs, and of a GLB the material that it wears.

    Of several materials, in a GLB or OBJ, the faces of each are a part. Vertices that were split at seams are
    joined by position. Raises bad_input for other kinds of files,
    damaged ones and those without triangles.
    """
    suffix = PurePath(name).suffix.lower()
    if suffix not in USUAL_UP:
        raise bad_input(f"{name} is none of {', '.join(USUAL_UP)}: export it as one of them")
    if suffix == ".glb":
        if up == "z":
            raise bad_input("a GLB file is always Y up: leave --up out")
        return read_glb_mesh(data)
    if suffix == ".obj":
        mesh = read_obj(data)
    else:
        mesh = _read_with_trimesh(data, suffix.removeprefix("."))
    if not np.isfinite(mesh.vertices).all() or not (mesh.uvs is None or np.isfinite(mesh.uvs).all()):
        raise bad_input(f"{name} has positions or UVs that are not finite numbers: repair the mesh first")
    if (up or USUAL_UP[suffix]) == "z":
        return mesh, None
    return replace(mesh, vertices=gltf_to_z_up(mesh.vertices)), None


def _read_with_trimesh(data: bytes, kind: str) -> Mesh:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about colours and odd headers, which do not matter here
            loaded = trimesh.load_mesh(io.BytesIO(data), file_type=kind, process=False)
        vertices, faces = np.asarray(loaded.vertices, np.float32), np.asarray(loaded.faces, np.int64)
        found = getattr(loaded.visual, "uv", None)
        uvs = None if found is None else np.asarray(found, np.float32)
    except _DAMAGE as error:
        raise bad_input(
            f"the {kind.upper()} file cannot be read ({type(error).__name__}): export it again"
        ) from error
    if len(faces) == 0:
        raise bad_input(f"the {kind.upper()} file has no triangles, or is cut off: export the mesh again")
    if faces.min() < 0 or faces.max() >= len(vertices):
        raise bad_input(
            f"the {kind.upper()} file names vertex {faces.max()} of {len(vertices)}: export it again"
        )
    joined, first = join_equal(vertices + np.float32(0))
    corner_uvs = uvs[faces] if uvs is not None and len(uvs) == len(vertices) else None
    return Mesh(vertices[first], joined[faces].astype(np.int32), corner_uvs)
