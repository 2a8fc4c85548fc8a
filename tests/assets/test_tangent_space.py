import numpy as np

from maquette.assets import Mesh
from maquette.assets.tangent_space import corner_groups, corner_tangents, vertex_normals

from .shapes import torus


def test_normals_of_a_torus_point_away_from_its_ring():
    mesh = torus(96, 48)
    flat = mesh.vertices * np.float32([1, 1, 0])
    ring = 0.5 * flat / np.linalg.norm(flat, axis=1, keepdims=True) + np.float32([0, 0, 0.2])
    expected = (mesh.vertices - ring) / 0.2
    assert (vertex_normals(mesh) * expected).sum(axis=1).min() > 0.999


def test_normals_weigh_by_angle_so_a_cube_corner_is_diagonal_however_it_is_cut():
    corners = np.float32([[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)])
    quads = [[0, 1, 3, 2], [4, 6, 7, 5], [0, 4, 5, 1], [2, 3, 7, 6], [0, 2, 6, 4], [1, 5, 7, 3]]
    faces = np.int32([tri for q in quads for tri in ([q[0], q[1], q[2]], [q[0], q[2], q[3]])])
    expected = (corners - 0.5) / np.sqrt(0.75)
    np.testing.assert_allclose(vertex_normals(Mesh(corners, faces)), expected, atol=1e-6)


def test_tangents_of_a_torus_run_around_it():
    mesh = torus(48, 24)
    tangents = corner_tangents(mesh, vertex_normals(mesh))
    at = mesh.vertices[mesh.faces]
    around = np.stack([-at[..., 1], at[..., 0], 0 * at[..., 0]], axis=-1)
    around /= np.linalg.norm(around, axis=-1, keepdims=True)
    assert (tangents[..., :3] * around).sum(axis=-1).min() > 0.99
    assert (tangents[..., 3] == 1).all()


def test_tangents_are_perpendicular_to_normals_and_mirrored_uvs_turn_the_sign():
    mesh = torus()
    mirrored = Mesh(mesh.vertices, mesh.faces, mesh.uvs * np.float32([-1, 1]))
    normals = vertex_normals(mesh)
    tangents = corner_tangents(mirrored, normals)
    assert np.abs((tangents[..., :3] * normals[mesh.faces]).sum(axis=-1)).max() < 1e-6
    assert (tangents[..., 3] == -1).all()
    np.testing.assert_allclose(tangents[..., :3], -corner_tangents(mesh, normals)[..., :3], atol=1e-6)


def test_faces_without_uv_area_still_get_a_unit_tangent():
    mesh = torus()
    flat = Mesh(mesh.vertices, mesh.faces, np.zeros_like(mesh.uvs))
    tangents = corner_tangents(flat, vertex_normals(flat))
    np.testing.assert_allclose(np.linalg.norm(tangents[..., :3], axis=-1), 1, atol=1e-6)


def test_corners_share_a_group_exactly_when_vertex_uv_and_handedness_agree():
    mesh = torus(6, 5)
    sign = np.where(np.arange(len(mesh.faces)) % 7 == 0, -1.0, 1.0)
    groups, count = corner_groups(mesh.faces, mesh.uvs, sign)
    keys = [
        (int(v), *map(float, uv), s)
        for face, corner_uvs, s in zip(mesh.faces, mesh.uvs, sign, strict=True)
        for v, uv in zip(face, corner_uvs, strict=True)
    ]
    numbering = dict(zip(keys, groups.ravel(), strict=True))
    assert len(set(keys)) == count == len(set(numbering.values()))
    assert all(numbering[key] == group for key, group in zip(keys, groups.ravel(), strict=True))
