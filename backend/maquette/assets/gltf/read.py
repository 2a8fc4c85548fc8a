"""Reads one GLB file, ours or another program's, as an asset.

The header is checked before anything is believed; trimesh then reads the geometry and the scene from a copy
of the file without its materials, and pictures are decoded by our own reader, which knows three formats and a
size limit.
"""

import io
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import trimesh

from maquette.assets.asset import Asset
from maquette.assets.frames import gltf_to_z_up
from maquette.assets.joining import join_equal
from maquette.assets.material import Material
from maquette.assets.mesh import Mesh
from maquette.protocol import bad_input

from .check import Header, check_header, items
from .container import join_glb, split_glb
from .material import read_material
from .write import GENERATOR


def read_glb(data: bytes) -> Asset:
    """The asset in an untrusted GLB file: all triangles of its scene as one mesh, in our frame.

    Vertices that were split at UV seams are joined again by position; in Maquette's own files also by normal,
    so that parts that merely touch stay apart. Raises bad_input for what is damaged, hostile, compressed,
    outside the file, without triangles, or of several materials.
    """
    header, binary, geometry = _read_parts(data)
    name, provenance, ours = _read_origin(header)
    materials = {part.material for part in geometry}
    if len(materials) > 1:
        raise bad_input(f"the GLB file has {len(materials)} materials: bake them into one before exporting")
    material = read_material(header, binary, materials.pop())
    return Asset(_join(geometry, ours), material, name, provenance)


def read_glb_mesh(data: bytes) -> tuple[Mesh, Material | None]:
    """The mesh in an untrusted GLB file, whatever it wears, and its material if it has exactly one; of
    several, the faces of each are a part.

    Raises bad_input as `read_glb` does, but not for several materials.
    """
    header, binary, geometry = _read_parts(data)
    mesh = _join(geometry, _read_origin(header)[2])
    materials = sorted({part.material for part in geometry})
    if len(materials) == 1:
        return mesh, read_material(header, binary, materials[0])
    parts = np.concatenate([np.full(len(part.faces), materials.index(part.material)) for part in geometry])
    names = tuple(_material_name(header, number) for number in materials)
    return replace(mesh, part_ids=parts.astype(np.int32), part_names=names), None


def _read_parts(data: bytes) -> tuple[Header, bytes, "list[_Geometry]"]:
    """The checked header, the binary chunk, and everything that the scene shows."""
    header, binary = split_glb(data)
    check_header(header, len(binary))
    scene = _load_scene(_bare_header(header), binary)
    shown = (_read_geometry(scene, node) for node in _in_file_order(scene))
    geometry = [part for part in shown if part is not None]
    if not geometry:
        raise bad_input("the GLB file shows no triangles: export a mesh")
    return header, binary, geometry


class _Geometry:
    """One primitive of the scene in the world's frame, still glTF's, with vertices split as in the file."""

    def __init__(self, mesh: trimesh.Trimesh, transform: npt.NDArray[np.float64]) -> None:
        faces = np.asarray(mesh.faces)
        count = len(mesh.vertices)
        if len(faces) and (faces.min() < 0 or faces.max() >= count):
            raise bad_input(
                f"the GLB file has an index {faces.max()} among {count} vertices: export it again"
            )
        linear = transform[:3, :3]
        self.vertices = mesh.vertices @ linear.T + transform[:3, 3]
        self.normals = np.asarray(mesh.vertex_normals) @ linear.T
        self.faces = faces[:, ::-1] if np.linalg.det(linear) < 0 else faces
        visual: Any = mesh.visual
        self.uvs: npt.NDArray[np.float64] | None = visual.uv
        self.material = int(visual.material.name)
        if not np.isfinite(self.vertices).all() or not (self.uvs is None or np.isfinite(self.uvs).all()):
            raise bad_input(
                "the GLB file has positions or UVs that are not finite numbers: repair the mesh first"
            )


def _read_origin(header: Header) -> tuple[str, dict[str, Any], bool]:
    """The asset's name, its provenance (empty in other programs' files), and whether we wrote the file."""
    written_by = header.get("asset")
    about = written_by if isinstance(written_by, dict) else {}
    extras = about.get("extras")
    provenance = extras.get("provenance") if isinstance(extras, dict) else None
    nodes = items(header, "nodes")
    name = nodes[0].get("name") if nodes else None
    ours = str(about.get("generator", "")).startswith(GENERATOR.split()[0])
    return str(name or "asset"), provenance if isinstance(provenance, dict) else {}, ours


def _material_name(header: Header, number: int) -> str:
    materials = items(header, "materials")
    return str(materials[number].get("name", number)) if number < len(materials) else "default"


def _bare_header(header: Header) -> Header:
    """The header with plain materials, named by their number: geometry, UVs and the scene are all that
    remains."""
    count = len(items(header, "materials"))
    meshes = [
        {"primitives": [_bare_primitive(primitive, count) for primitive in items(mesh, "primitives")]}
        for mesh in items(header, "meshes")
    ]
    placing = ("children", "mesh", "matrix", "translation", "rotation", "scale")
    return {
        "asset": {"version": "2.0"},
        **_only(header, ("buffers", "bufferViews", "accessors", "scene")),
        "scenes": [_only(scene, ("nodes",)) for scene in items(header, "scenes")],
        "nodes": [
            {"name": f"{number:06d}", **_only(node, placing)}
            for number, node in enumerate(items(header, "nodes"))
        ],
        "meshes": meshes,
        "materials": [{"name": str(number)} for number in range(count + 1)],
    }


def _bare_primitive(primitive: Header, default_material: int) -> Header:
    return {
        **_only(primitive, ("indices", "mode")),
        "attributes": _only(primitive["attributes"], ("POSITION", "NORMAL", "TEXCOORD_0")),
        "material": primitive.get("material", default_material),
    }


def _only(item: Header, keys: tuple[str, ...]) -> Header:
    return {key: item[key] for key in keys if key in item}


def _load_scene(header: Header, binary: bytes) -> trimesh.Scene:
    try:
        return trimesh.load_scene(io.BytesIO(join_glb(header, binary)), file_type="glb", process=False)
    except (ValueError, TypeError, KeyError, IndexError, AssertionError) as error:
        raise bad_input(f"the GLB file's scene cannot be read ({error}): export it again") from error


def _in_file_order(scene: trimesh.Scene) -> list[str]:
    """The nodes with geometry. trimesh walks from the last and gives further primitives random names."""
    place = {name: index for index, name in enumerate(scene.geometry)}
    return sorted(scene.graph.nodes_geometry, key=lambda node: (node[:6], place[scene.graph[node][1]]))


def _read_geometry(scene: trimesh.Scene, node: str) -> _Geometry | None:
    """What the node shows; nothing for lines, points and empty meshes."""
    transform, name = scene.graph[node]
    mesh = scene.geometry[name]
    if not isinstance(mesh, trimesh.Trimesh) or len(mesh.faces) == 0:
        return None
    return _Geometry(mesh, transform)


def _join(geometry: list[_Geometry], by_normal: bool) -> Mesh:
    """One mesh in our frame, its vertices joined by position (and normal) in the order of first use."""
    starts = np.cumsum([0, *(len(part.vertices) for part in geometry)])
    faces = np.concatenate([part.faces + start for part, start in zip(geometry, starts, strict=False)])
    vertices = np.concatenate([part.vertices for part in geometry]).astype(np.float32) + np.float32(0)
    normals = np.concatenate([part.normals for part in geometry]).astype(np.float32) + np.float32(0)
    keys = np.concatenate([vertices, normals], axis=1) if by_normal else vertices
    joined, first = join_equal(keys)
    uvs = [part.uvs for part in geometry if part.uvs is not None]
    corner_uvs = None
    if len(uvs) == len(geometry):
        corner_uvs = np.concatenate(uvs).astype(np.float32)[faces]
    return Mesh(gltf_to_z_up(vertices[first]), joined[faces].astype(np.int32), corner_uvs)
