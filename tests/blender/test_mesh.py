import bpy
import numpy as np
import pytest

from blender_addon.scene_io.mesh import build_mesh
from blender_addon.scene_io.selection import read_mesh, reason_not_texturable
from maquette.protocol import MaquetteError

from .shapes import grid

pytestmark = pytest.mark.blender


def as_object(mesh: bpy.types.Mesh) -> bpy.types.Object:
    return bpy.data.objects.new("Item", mesh)


def test_arrays_come_back_as_they_were_written() -> None:
    vertices, faces, uvs = grid(12)
    arrays = read_mesh(as_object(build_mesh("Sheet", vertices, faces, uvs)))
    assert np.array_equal(arrays.vertices, vertices)
    assert np.array_equal(arrays.faces, faces)
    assert np.array_equal(arrays.uvs, uvs)


def test_blender_finds_nothing_to_mend() -> None:
    vertices, faces, uvs = grid(12)
    mesh = build_mesh("Sheet", vertices, faces, uvs)
    assert not mesh.validate(verbose=True)
    euler = len(mesh.vertices) - len(mesh.edges) + len(mesh.polygons)
    assert euler == 1  # a disc


def test_it_is_shaded_smooth() -> None:
    mesh = build_mesh("Sheet", *grid(3))
    assert all(polygon.use_smooth for polygon in mesh.polygons)


def test_a_face_that_uses_a_vertex_twice_is_dropped() -> None:
    vertices, faces, uvs = grid(3)
    faces[2] = [0, 0, 1]
    assert len(build_mesh("Sheet", vertices, faces, uvs).polygons) == len(faces) - 1


def test_a_mesh_without_uvs_has_no_uv_map() -> None:
    vertices, faces, _ = grid(3)
    assert not build_mesh("Sheet", vertices, faces).uv_layers


def test_quads_are_read_as_the_triangles_that_blender_draws() -> None:
    bpy.ops.mesh.primitive_cube_add(size=2.0)
    cube = bpy.context.active_object
    arrays = read_mesh(cube)
    a, b, c = (arrays.vertices[arrays.faces[:, corner]] for corner in range(3))
    assert arrays.uvs.shape == (12, 3, 2)
    assert np.linalg.norm(np.cross(b - a, c - a), axis=1).sum() / 2 == pytest.approx(24.0)


def test_what_cannot_be_textured_says_why() -> None:
    empty = bpy.data.objects.new("Null", None)
    vertices, faces, _ = grid(3)
    bare = as_object(build_mesh("Bare", vertices, faces))
    hollow = as_object(bpy.data.meshes.new("Hollow"))
    assert reason_not_texturable(None) == reason_not_texturable(empty) == "Select a mesh to texture"
    assert "no UV map" in reason_not_texturable(bare)
    assert "no faces" in reason_not_texturable(hollow)
    with pytest.raises(MaquetteError, match="no UV map"):
        read_mesh(bare)


def test_coordinates_that_are_no_numbers_are_refused() -> None:
    vertices, faces, uvs = grid(3)
    vertices[0] = np.nan
    with pytest.raises(MaquetteError, match="broken coordinates"):
        read_mesh(as_object(build_mesh("Broken", vertices, faces, uvs)))
