"""The shading frame that normal maps are baked in and read with: smooth vertex normals and MikkTSpace
tangents."""

from typing import Any

import numpy as np
import numpy.typing as npt

from .mesh import Mesh

Floats = npt.NDArray[np.float64]


def vertex_normals(mesh: Mesh) -> npt.NDArray[np.float32]:  # [V, 3] unit
    """Smooth normals, every face weighted by its angle at the vertex, as Blender shades.

    Thuermer and Wuethrich, "Computing Vertex Normals from Polygonal Facets", 1998. A vertex of no area points
    up.
    """
    corners = mesh.vertices[mesh.faces].astype(np.float64)  # [F, 3, 3]
    ahead = _unit(np.roll(corners, -1, axis=1) - corners)
    behind = _unit(np.roll(corners, 1, axis=1) - corners)
    angles = np.arccos(np.clip((ahead * behind).sum(axis=-1), -1, 1))  # [F, 3]
    face_normals = _unit(np.cross(ahead[:, 0], behind[:, 0]))
    summed = _sum_by(
        mesh.faces.ravel(), (angles[..., None] * face_normals[:, None]).reshape(-1, 3), len(mesh.vertices)
    )
    normals = _unit(summed)
    normals[~summed.any(axis=1)] = (0, 0, 1)
    return normals.astype(np.float32)


def corner_tangents(
    mesh: Mesh,
    normals: npt.NDArray[np.float32],  # [V, 3] unit
) -> npt.NDArray[np.float32]:  # [F, 3, 4]: unit tangent along +u, and the sign of the bitangent
    """Tangents as MikkTSpace defines them, which is what Blender and glTF viewers use.

    A tangent is shared by the corners of equal position, normal, UV and handedness; each face adds its
    direction of +u, projected into the tangent plane and weighted by its angle there (Mikkelsen, "Simulation
    of Wrinkled Surfaces Revisited", 2008). The bitangent is sign * cross(normal, tangent). The mesh must have
    UVs.
    """
    assert mesh.uvs is not None
    corners = mesh.vertices[mesh.faces].astype(np.float64)  # [F, 3, 3]
    along_u, sign = _uv_directions(corners, mesh.uvs.astype(np.float64))
    normal = normals[mesh.faces].astype(np.float64)  # [F, 3, 3]
    weights = _planar_angles(corners, normal)
    tangents = _unit(_flatten(np.broadcast_to(along_u[:, None], normal.shape), normal)) * weights[..., None]
    groups, count = corner_groups(mesh.faces, mesh.uvs, sign)
    shared = _sum_by(groups.ravel(), tangents.reshape(-1, 3), count)[groups]  # [F, 3, 3]
    unit = _unit(_flatten(shared, normal))
    lost = ~unit.any(axis=-1)
    unit[lost] = _any_perpendicular(normal[lost])
    signs = np.broadcast_to(sign[:, None, None], (*sign.shape, 3, 1))
    return np.asarray(np.concatenate([unit, signs], axis=-1), dtype=np.float32)


def corner_groups(
    faces: npt.NDArray[np.int32],  # [F, 3]
    uvs: npt.NDArray[np.float32],  # [F, 3, 2]
    sign: npt.NDArray[np.floating[Any]],  # [F] handedness of each face's UVs
) -> tuple[npt.NDArray[np.intp], int]:
    """Numbers the distinct (vertex, UV, handedness) of all corners: ([F, 3] group of each corner, their
    count).

    Groups are numbered by vertex, so a renderer's split vertices keep the order of the mesh's own.
    """
    # two float32 of a UV read as one integer: comparing bits is exact; adding zero makes -0.0 and 0.0 one
    # value
    packed = np.ascontiguousarray(uvs + np.float32(0)).view(np.int64).reshape(-1)
    _, uv_rank = np.unique(packed, return_inverse=True)
    mirrored = np.repeat(sign < 0, 3)
    keys = (faces.reshape(-1).astype(np.int64) * (uv_rank.max(initial=0) + 1) + uv_rank) * 2 + mirrored
    distinct, groups = np.unique(keys, return_inverse=True)
    return groups.reshape(faces.shape), len(distinct)


def _uv_directions(corners: Floats, uvs: Floats) -> tuple[Floats, Floats]:
    """Each face's direction of growing u [F, 3], not unit, and whether its UVs keep (+1) or mirror (-1) it
    [F]."""
    edge_1, edge_2 = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    uv_1, uv_2 = uvs[:, 1] - uvs[:, 0], uvs[:, 2] - uvs[:, 0]
    area = uv_1[:, 0] * uv_2[:, 1] - uv_1[:, 1] * uv_2[:, 0]
    sign = np.where(area < 0, -1.0, 1.0)
    along_u = (uv_2[:, 1:] * edge_1 - uv_1[:, 1:] * edge_2) * sign[:, None]
    along_u[area == 0] = 0
    return np.asarray(along_u), np.asarray(sign)


def _planar_angles(corners: Floats, normal: Floats) -> Floats:  # [F, 3, 3] -> [F, 3]
    ahead = _unit(_flatten(np.roll(corners, -1, axis=1) - corners, normal))
    behind = _unit(_flatten(np.roll(corners, 1, axis=1) - corners, normal))
    return np.asarray(np.arccos(np.clip((ahead * behind).sum(axis=-1), -1, 1)))


def _flatten(vectors: Floats, normal: Floats) -> Floats:
    """Drops the part of the vectors along the normal."""
    return np.asarray(vectors - normal * (vectors * normal).sum(axis=-1, keepdims=True))


def _unit(vectors: Floats) -> Floats:
    length = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.asarray(np.divide(vectors, length, out=np.zeros_like(vectors), where=length > 1e-30))


def _any_perpendicular(normal: Floats) -> Floats:  # [N, 3] -> [N, 3]
    axis = np.eye(3)[np.abs(normal).argmin(axis=-1)]
    return _unit(_flatten(axis, normal))


def _sum_by(
    groups: npt.NDArray[np.integer[Any]], values: Floats, count: int
) -> Floats:  # [N], [N, 3] -> [count, 3]
    return np.stack([np.bincount(groups, values[:, axis], minlength=count) for axis in range(3)], axis=1)
