import bpy
import numpy as np
import pytest

from blender_addon.scene_io.mesh import build_mesh
from blender_addon.scene_io.selection import Subject
from blender_addon.scene_io.surface import read_surface

from .shapes import grid

pytestmark = pytest.mark.blender


def test_arrays_come_back_as_they_were_written() -> None:
    vertices, faces, uvs = grid(12)
    item = bpy.data.objects.new("Item", build_mesh("Sheet", vertices, faces, uvs))
    bpy.context.collection.objects.link(item)
    arrays = read_surface(bpy.context, Subject(item, ()))
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
