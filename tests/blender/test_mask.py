"""Which part of a surface may change, as a picture in UV space."""

import io
from types import SimpleNamespace

import bmesh
import bpy
import numpy as np
import pytest
from PIL import Image

from blender_addon.scene_io import mask, uv_paint
from blender_addon.scene_io.png import encode_png
from blender_addon.scene_io.selection import Subject
from blender_addon.scene_io.surface import read_surface
from blender_addon.scene_io.uv_paint import paint
from maquette.protocol import Frame, MaquetteError

pytestmark = pytest.mark.blender
SIZE = 64


def sheet(columns: int = 4) -> bpy.types.Object:
    """A row of squares that fills the UV square from left to right."""
    bpy.ops.mesh.primitive_grid_add(x_subdivisions=columns, y_subdivisions=1)
    return bpy.context.active_object


def decoded(frame: Frame) -> np.ndarray:
    return np.asarray(Image.open(io.BytesIO(bytes(frame.data))))


def masked(item: bpy.types.Object, kind: str, new_uvs: bool = False, **values: object) -> np.ndarray:
    chosen = SimpleNamespace(mask=kind, mask_face_set=1, mask_image="", **values)
    surface = read_surface(bpy.context, Subject(item, ()), weigh=mask.weigher(chosen, item))
    (frame,) = mask.frames(chosen, surface, new_uvs, SIZE).values()
    return decoded(frame)


def columns_that_may_change(picture: np.ndarray) -> list[bool]:
    """Of the four squares, by their middles."""
    return [bool(picture[SIZE // 2, SIZE // 8 + number * SIZE // 4] > 127) for number in range(4)]


def test_a_painted_square_covers_its_texels_and_interpolates() -> None:
    corners = np.array([[[0, 0], [1, 0], [1, 1]], [[0, 0], [1, 1], [0, 1]]], np.float32)
    values, covered = paint(corners, corners[..., 0].copy(), 16)
    assert covered.all()
    assert np.abs(values - (np.arange(16) + 0.5) / 16).max() < 0.02


def test_row_0_is_on_top() -> None:
    corners = np.array([[[0.0, 0.5], [1.0, 0.5], [0.5, 1.0]]], np.float32)
    values, _ = paint(corners, np.ones((1, 3), np.float32), 16)
    assert values[:8].sum() > 20
    assert not values[9:].any()


def test_many_triangles_are_painted_in_runs_of_the_same_result(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = np.random.default_rng(3)
    corners = generator.random((40, 3, 2), dtype=np.float32)
    values = generator.random((40, 3), dtype=np.float32)
    whole, _ = paint(corners, values, 64)
    monkeypatch.setattr(uv_paint, "_CHUNK", 500)
    assert np.array_equal(paint(corners, values, 64)[0], whole)


def test_triangles_outside_the_square_are_left_out() -> None:
    corners = np.array(
        [[[1.5, 0.0], [2.5, 0.0], [2.0, 1.0]], [[-2.0, 0.0], [-1.0, 0.0], [-1.5, 1.0]]], np.float32
    )
    values, covered = paint(corners, np.ones((2, 3), np.float32), 16)
    assert not covered.any()
    assert not values.any()


def test_a_png_is_read_back_as_it_was() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (5, 7, 3), dtype=np.uint8)
    assert np.array_equal(decoded(Frame("image/png", encode_png(pixels))), pixels)


def test_everything_may_change_unless_something_is_chosen() -> None:
    item = sheet()
    chosen = SimpleNamespace(mask="ALL")
    assert mask.weigher(chosen, item) is None
    assert mask.frames(chosen, read_surface(bpy.context, Subject(item, ())), False, SIZE) == {}


def test_selected_faces_may_change_also_while_they_are_edited() -> None:
    item = sheet()
    bpy.ops.object.mode_set(mode="EDIT")
    bpy.ops.mesh.select_all(action="DESELECT")
    edited = bmesh.from_edit_mesh(item.data)
    edited.faces.ensure_lookup_table()
    edited.faces[2].select_set(True)
    bmesh.update_edit_mesh(item.data)
    expected = [False, False, True, False]
    assert columns_that_may_change(masked(item, "SELECTED")) == expected
    bpy.ops.object.mode_set(mode="OBJECT")
    assert columns_that_may_change(masked(item, "SELECTED")) == expected


def test_selected_faces_may_change_under_modifiers() -> None:
    item = sheet()
    for polygon in item.data.polygons:
        polygon.select = polygon.index < 2
    item.modifiers.new("Subdivision", "SUBSURF").levels = 2
    assert columns_that_may_change(masked(item, "SELECTED")) == [True, True, False, False]


def test_a_face_set_may_change() -> None:
    item = sheet()
    sets = item.data.attributes.new(".sculpt_face_set", "INT", "FACE")
    sets.data.foreach_set("value", [2, 1, 1, 3])
    assert columns_that_may_change(masked(item, "FACE_SET")) == [False, True, True, False]


def test_a_vertex_group_may_change_where_it_weighs_more_than_half() -> None:
    item = sheet()
    group = item.vertex_groups.new(name="Worn")
    left = [vertex.index for vertex in item.data.vertices if vertex.co.x < -0.9]
    group.add(left, 1.0, "REPLACE")
    picture = masked(item, "VERTEX_GROUP")
    assert picture[SIZE // 2, 1] > 225
    assert picture[SIZE // 2, SIZE // 4 - 1] < 30
    assert picture[SIZE // 2, SIZE // 8] == pytest.approx(127, abs=8)


def test_an_unsaved_painted_image_may_be_the_mask() -> None:
    item = sheet()
    image = bpy.data.images.new("Paint", SIZE, SIZE)
    pixels = np.zeros((SIZE, SIZE, 4), np.float32)
    pixels[SIZE // 2 :, :, :] = 1.0  # Blender's first row is the lowest
    image.pixels.foreach_set(pixels.ravel())
    chosen = SimpleNamespace(mask="IMAGE", mask_image="Paint")
    surface = read_surface(bpy.context, Subject(item, ()))
    picture = decoded(mask.frames(chosen, surface, False, SIZE)["mask"])
    assert picture[: SIZE // 2].min() == 255
    assert picture[SIZE // 2 :, :, :3].max() == 0


def test_the_gutter_of_a_chart_may_change_with_it_and_a_neighbour_may_not() -> None:
    item = sheet(2)
    uvs = item.data.uv_layers[0].uv
    for polygon in item.data.polygons:
        for loop in polygon.loop_indices:  # two charts with a gap between them
            uvs[loop].vector.x = 0.4 * (uvs[loop].vector.x * 2 - polygon.index) + 0.55 * polygon.index
    for polygon in item.data.polygons:
        polygon.select = polygon.index == 0
    picture = masked(item, "SELECTED")
    end = int(0.4 * SIZE)
    assert picture[SIZE // 2, end + 1] > 127
    assert not (picture[:, int(0.55 * SIZE) :] > 127).any()


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("SELECTED", "No face of Grid is selected"),
        ("FACE_SET", "has no face sets"),
        ("VERTEX_GROUP", "has no vertex group"),
        ("IMAGE", "No image is chosen"),
    ],
)
def test_a_mask_that_is_not_there_is_refused(kind: str, words: str) -> None:
    item = sheet()
    for polygon in item.data.polygons:
        polygon.select = False
    with pytest.raises(MaquetteError, match=words):
        masked(item, kind)


def test_a_mask_needs_the_uvs_that_it_lies_on() -> None:
    item = sheet()
    item.data.polygons[0].select = True
    with pytest.raises(MaquetteError, match="own UVs"):
        masked(item, "SELECTED", new_uvs=True)
