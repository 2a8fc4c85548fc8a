import json
from dataclasses import replace
from pathlib import Path

import bpy
import numpy as np
import pytest

from blender_addon.jobs import Wearer
from blender_addon.scene_io import asset_library, placement, provenance, result
from blender_addon.scene_io.provenance import Origin
from maquette.client.results import FetchedAsset
from maquette.protocol import MaquetteError

from .shapes import asset, png

pytestmark = pytest.mark.blender

ORIGIN = Origin(
    request_id="r1",
    job_id="job1",
    prompt="a red chair, très rond",
    recipe="procedural",
    seed=2**31 - 1,
    parameters={"triangles": 20000, "detail": 1.5},
    document={
        "version": "0.1.0",
        "parts": {"seat": "wood"},
        "parameters": {"triangles": 20000, "detail": 1.5},
    },
)


def test_an_object_is_named_and_carries_where_it_came_from() -> None:
    item = result.build_object(asset(), ORIGIN)
    assert (item.name, item.data.name, item.data.materials[0].name) == ("Chair", "Chair", "Chair")
    assert provenance.read(item) == provenance.read(item.data.materials[0]) == ORIGIN
    assert json.loads(item["maquette_provenance"])["parts"] == {"seat": "wood"}
    assert (item["maquette_prompt"], item["maquette_seed"]) == (ORIGIN.prompt, ORIGIN.seed)


def test_it_survives_saving_and_opening(tmp_path: Path) -> None:
    placement.place(result.build_object(asset(n=5), ORIGIN), bpy.context.scene, (0.0, 0.0, 0.0))
    bpy.ops.wm.save_as_mainfile(filepath=str(tmp_path / "chair.blend"))
    bpy.ops.wm.open_mainfile(filepath=str(tmp_path / "chair.blend"))
    item = bpy.data.objects["Chair"]
    assert provenance.read(item) == ORIGIN
    assert len(item.data.polygons) == 32
    assert item.data.uv_layers.active.name == "UVMap"
    assert all(image.packed_file for image in bpy.data.images if image.users)


def test_objects_of_others_and_records_edited_away_are_not_ours() -> None:
    item = bpy.data.objects.new("Cube", None)
    assert provenance.read(item) is None
    assert provenance.read(None) is None
    provenance.write(item, ORIGIN)
    item["maquette_provenance"] = "{broken"
    assert provenance.read(item) is None


def test_what_a_job_made_is_found_by_its_job() -> None:
    item = result.build_object(asset(), ORIGIN)
    assert provenance.find("job1") == [item]
    assert provenance.find("job2") == []


def test_new_maps_keep_the_old_material_in_the_file() -> None:
    item = result.build_object(asset(), ORIGIN)
    old = item.data.materials[0]
    result.retexture(item, asset("job2"), replace(ORIGIN, job_id="job2", prompt="rust"), Wearer(0, (0,)))
    assert len(item.data.materials) == 1
    assert provenance.read(item.data.materials[0]).prompt == "rust"
    assert old.use_fake_user


@pytest.mark.parametrize(("prompt", "name"), [("rusty iron", "Rusty iron"), ("", "Chair chair")])
def test_a_new_material_is_called_by_what_was_asked_for_else_by_its_mesh(prompt: str, name: str) -> None:
    item = result.build_object(asset(), ORIGIN)
    result.retexture(item, asset("job2"), replace(ORIGIN, prompt=prompt), Wearer(0, (0,)))
    assert item.data.materials[0].name == name


def test_a_name_that_is_given_counts_more_than_the_results() -> None:
    item = result.build_object(asset(), ORIGIN, "Scan Finished")
    assert (item.name, item.data.materials[0].name) == ("Scan Finished", "Scan Finished")


def test_a_mesh_without_material_gets_its_first() -> None:
    item = result.build_object(asset(), ORIGIN)
    item.data.materials.clear()
    result.retexture(item, asset(), ORIGIN, Wearer(0))
    assert len(item.data.materials) == 1


def test_a_result_without_its_mesh_is_an_error() -> None:
    with pytest.raises(MaquetteError, match="without its mesh"):
        result.build_object(replace(asset(), vertices=None), ORIGIN)


@pytest.mark.parametrize("has_picture", [True, pytest.param(False, marks=pytest.mark.slow)])
def test_an_asset_has_its_words_and_its_picture(tmp_path: Path, has_picture: bool) -> None:
    item = result.build_object(asset(), ORIGIN)
    placement.place(item, bpy.context.scene, (0.0, 0.0, 0.0))
    picture = tmp_path / "chair.png"
    picture.write_bytes(png((9, 99, 199), 64))
    asset_library.mark_as_asset(item, ORIGIN, picture if has_picture else None)
    assert item.asset_data.description == ORIGIN.prompt
    assert [tag.name for tag in item.asset_data.tags] == ["maquette", "procedural"]
    if has_picture:
        assert tuple(item.preview.image_size) == (64, 64)


def _parted() -> FetchedAsset:
    """A grid of 32 faces in three parts: 4, 20 and 8 of them."""
    plain = asset(n=5)
    ids = np.repeat(np.arange(3, dtype=np.int32), (4, 20, 8))
    return replace(plain, part_ids=ids, result={**plain.result, "parts": ["seat", "back_rest", "leg"]})


def test_parts_become_vertex_groups() -> None:
    item = result.build_object(_parted(), ORIGIN, parts="GROUPS")
    assert [group.name for group in item.vertex_groups] == ["Seat", "Back rest", "Leg"]
    for polygon, number in zip(item.data.polygons, _parted().part_ids, strict=True):
        for vertex in polygon.vertices:
            assert number in [element.group for element in item.data.vertices[vertex].groups]
    assert len(item.data.materials) == 1


def test_parts_become_slots_that_share_their_pictures() -> None:
    item = result.build_object(_parted(), ORIGIN, parts="SLOTS")
    assert [material.name for material in item.data.materials] == ["Chair", "Chair back rest", "Chair leg"]
    assert [p.material_index for p in item.data.polygons] == _parted().part_ids.tolist()
    images = [
        {node.image for node in material.node_tree.nodes if node.type == "TEX_IMAGE"}
        for material in item.data.materials
    ]
    assert images[0] == images[1] == images[2]
    assert images[0]


@pytest.mark.parametrize("names", [[], ["seat"], "seat"])
def test_parts_that_do_not_fit_are_left_out(names: object) -> None:
    odd = replace(_parted(), result={**_parted().result, "parts": names})
    for way in ("GROUPS", "SLOTS"):
        item = result.build_object(odd, ORIGIN, parts=way)
        assert (len(item.vertex_groups), len(item.data.materials)) == (0, 1)
