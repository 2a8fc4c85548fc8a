"""Writes an asset as one GLB file with everything inside: mesh, tangents, the full material and the
provenance."""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from maquette import __version__
from maquette.assets.asset import Asset
from maquette.assets.frames import uvs_to_gltf, z_up_to_gltf
from maquette.assets.images import encode_maps
from maquette.assets.material import Material
from maquette.assets.mesh import Mesh
from maquette.assets.tangent_space import corner_groups, corner_tangents, vertex_normals
from maquette.protocol import bad_input

from .container import join_glb

GENERATOR: Final = f"Maquette {__version__}"

_FLOAT, _UINT32 = 5126, 5125
_ARRAY_BUFFER, _ELEMENT_ARRAY_BUFFER = 34962, 34963
_LINEAR, _LINEAR_MIPMAP_LINEAR = 9729, 9987


def write_glb(asset: Asset, maps: dict[str, bytes] | None = None) -> bytes:
    """The asset as GLB. `maps` are the material's maps as `encode_maps` made them, where they exist already.

    Vertices are split at UV seams, as glTF wants; normals are the smooth ones, so that `read_glb` can join
    the vertices again. Provenance goes to asset.extras. Raises bad_input for a mesh without faces or UVs, or
    with numbers that are not finite.
    """
    _check(asset.mesh)
    chunk = _BinaryChunk()
    attributes, indices = _write_mesh(chunk, asset.mesh)
    images = _write_images(chunk, maps or encode_maps(asset.material))
    header: dict[str, Any] = {
        "asset": {"version": "2.0", "generator": GENERATOR, "extras": {"provenance": asset.provenance}},
        "scene": 0,
        "scenes": [{"name": asset.name, "nodes": [0]}],
        "nodes": [{"name": asset.name, "mesh": 0}],
        "meshes": [
            {
                "name": asset.name,
                "primitives": [{"attributes": attributes, "indices": indices, "material": 0}],
            }
        ],
        "materials": [_describe_material(asset.material, [image["name"] for image in images])],
        "accessors": chunk.accessors,
        "bufferViews": chunk.views,
        "buffers": [{"byteLength": chunk.size}],
        "images": images,
        "samplers": [{"magFilter": _LINEAR, "minFilter": _LINEAR_MIPMAP_LINEAR}],
        "textures": [{"source": index, "sampler": 0} for index in range(len(images))],
    }
    return join_glb(header, b"".join(chunk.parts))


class _BinaryChunk:
    """The binary chunk under construction, with the views and accessors into it."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []
        self.views: list[dict[str, Any]] = []
        self.accessors: list[dict[str, Any]] = []
        self.size = 0

    def add_view(self, data: bytes, **properties: int) -> int:
        """Appends the bytes at the next multiple of four; returns the number of their view."""
        padding = -self.size % 4
        self.parts += [b"\0" * padding, data]
        self.size += padding
        view = {"buffer": 0, "byteOffset": self.size, "byteLength": len(data), **properties}
        self.views.append(view)
        self.size += len(data)
        return len(self.views) - 1

    def add_vectors(self, values: npt.NDArray[Any], bounds: bool = False) -> int:
        """Appends one vertex attribute [V, n] as float32; returns the number of its accessor."""
        floats = np.ascontiguousarray(values, dtype="<f4")
        accessor: dict[str, Any] = {
            "bufferView": self.add_view(floats.tobytes(), target=_ARRAY_BUFFER),
            "componentType": _FLOAT,
            "count": len(floats),
            "type": f"VEC{floats.shape[1]}",
        }
        if bounds:
            accessor["min"] = floats.min(axis=0).tolist()
            accessor["max"] = floats.max(axis=0).tolist()
        self.accessors.append(accessor)
        return len(self.accessors) - 1

    def add_indices(self, indices: npt.NDArray[Any]) -> int:
        data = np.ascontiguousarray(indices, dtype="<u4").tobytes()
        view = self.add_view(data, target=_ELEMENT_ARRAY_BUFFER)
        self.accessors.append(
            {"bufferView": view, "componentType": _UINT32, "count": indices.size, "type": "SCALAR"}
        )
        return len(self.accessors) - 1


def _check(mesh: Mesh) -> None:
    if len(mesh.faces) == 0:
        raise bad_input("the mesh has 0 faces: nothing can be written")
    if mesh.uvs is None:
        raise bad_input("the mesh has no UVs: unwrap it before it is written")
    if not np.isfinite(mesh.vertices).all():
        raise bad_input("the mesh has vertices that are not finite numbers: repair it first")
    if not np.isfinite(mesh.uvs).all():
        raise bad_input("the mesh has UVs that are not finite numbers: repair them first")


def _write_mesh(chunk: _BinaryChunk, mesh: Mesh) -> tuple[dict[str, int], int]:
    """Appends the mesh; returns the accessors of its attributes and of its indices."""
    assert mesh.uvs is not None
    normals = vertex_normals(mesh)
    tangents = corner_tangents(mesh, normals)  # [F, 3, 4]
    groups, count = corner_groups(mesh.faces, mesh.uvs, tangents[:, 0, 3])
    first = np.zeros(count, dtype=np.intp)  # a corner of each split vertex
    first[groups.ravel()[::-1]] = np.arange(groups.size)[::-1]
    vertex = mesh.faces.ravel()[first]
    tangent = tangents.reshape(-1, 4)[first]
    attributes = {
        "POSITION": chunk.add_vectors(z_up_to_gltf(mesh.vertices[vertex]), bounds=True),
        "NORMAL": chunk.add_vectors(z_up_to_gltf(normals[vertex])),
        "TANGENT": chunk.add_vectors(np.concatenate([z_up_to_gltf(tangent[:, :3]), tangent[:, 3:]], axis=1)),
        "TEXCOORD_0": chunk.add_vectors(uvs_to_gltf(mesh.uvs.reshape(-1, 2)[first])),
    }
    return attributes, chunk.add_indices(groups)


def _write_images(chunk: _BinaryChunk, maps: dict[str, bytes]) -> list[dict[str, Any]]:
    return [
        {"name": name, "mimeType": "image/png", "bufferView": chunk.add_view(data)}
        for name, data in maps.items()
    ]


def _describe_material(material: Material, textures: list[str]) -> dict[str, Any]:
    """The material; its texture numbers are places in `textures`."""
    places = {name: {"index": index} for index, name in enumerate(textures)}
    described: dict[str, Any] = {
        "name": material.name,
        "pbrMetallicRoughness": {
            "baseColorTexture": places["base_color"],
            "metallicRoughnessTexture": places["orm"],
        },
        "occlusionTexture": places["orm"],
        "normalTexture": places["normal"],
    }
    if material.alpha_mode != "OPAQUE":
        described["alphaMode"] = material.alpha_mode
    if "emissive" in places:
        described["emissiveTexture"] = places["emissive"]
        described["emissiveFactor"] = [1.0, 1.0, 1.0]
    return described
