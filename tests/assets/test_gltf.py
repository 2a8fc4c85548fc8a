import contextlib
import copy
import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maquette import __version__
from maquette.assets import Asset, Material, Mesh
from maquette.assets.gltf import read_glb, write_glb
from maquette.assets.gltf.container import join_glb, split_glb
from maquette.assets.images import encode_maps
from maquette.procedural.generate import generate
from maquette.progress import Progress
from maquette.protocol import MaquetteError

from .shapes import plain_material, torus, torus_asset


def _edit(data: bytes, change) -> bytes:
    header, binary = split_glb(data)
    header = copy.deepcopy(header)
    change(header)
    return join_glb(header, binary)


@pytest.mark.parametrize("alpha", [False, True])
def test_an_asset_comes_back_as_it_was(alpha):
    asset = torus_asset(alpha=alpha)
    back = read_glb(write_glb(asset))
    np.testing.assert_array_equal(back.mesh.vertices, asset.mesh.vertices)
    np.testing.assert_array_equal(back.mesh.faces, asset.mesh.faces)
    np.testing.assert_allclose(back.mesh.uvs, asset.mesh.uvs, atol=1e-7)
    for name in ("base_color", "orm", "normal", "emissive"):
        np.testing.assert_array_equal(getattr(back.material, name), getattr(asset.material, name))
    assert (back.material.alpha_mode, back.material.name) == (asset.material.alpha_mode, "noise")
    assert (back.name, back.provenance) == (asset.name, asset.provenance)


def test_two_parts_that_touch_stay_apart():
    mesh = torus()
    below = mesh.vertices * np.float32([1, 1, -1])
    touching = Mesh(
        np.concatenate([mesh.vertices, below]),
        np.concatenate([mesh.faces, mesh.faces[:, ::-1] + len(mesh.vertices)]).astype(np.int32),
        np.concatenate([mesh.uvs, mesh.uvs[:, ::-1]]),
    )
    back = read_glb(write_glb(Asset(touching, plain_material())))
    np.testing.assert_array_equal(back.mesh.vertices, touching.vertices)
    np.testing.assert_array_equal(back.mesh.faces, touching.faces)


def test_the_file_says_who_made_it_and_carries_the_full_material():
    asset = torus_asset()
    maps = encode_maps(asset.material)
    header, binary = split_glb(write_glb(asset, maps))
    assert header["asset"]["generator"] == f"Maquette {__version__}"
    assert header["asset"]["extras"]["provenance"] == asset.provenance
    material = header["materials"][0]
    assert material["occlusionTexture"] == material["pbrMetallicRoughness"]["metallicRoughnessTexture"]
    for image in header["images"]:
        view = header["bufferViews"][image["bufferView"]]
        start = view["byteOffset"]
        assert binary[start : start + view["byteLength"]] == maps[image["name"]]


def test_the_same_asset_gives_the_same_bytes():
    assert write_glb(torus_asset()) == write_glb(torus_asset())


@pytest.mark.parametrize(
    ("mesh", "problem"),
    [
        (Mesh(np.zeros((0, 3), np.float32), np.zeros((0, 3), np.int32)), "0 faces"),
        (Mesh(np.eye(3, dtype=np.float32), np.int32([[0, 1, 2]])), "no UVs"),
        (
            Mesh(np.full((3, 3), np.nan, np.float32), np.int32([[0, 1, 2]]), np.zeros((1, 3, 2), np.float32)),
            "not finite",
        ),
    ],
)
def test_what_gltf_cannot_hold_is_refused(mesh, problem):
    with pytest.raises(MaquetteError, match=problem):
        write_glb(Asset(mesh, plain_material()))


def test_another_programs_scene_is_read_upright_as_one_mesh():
    def mirror_twice(header):
        header["asset"] = {"version": "2.0", "generator": "another"}
        header["nodes"] = [
            {"name": "pair", "children": [1, 2]},
            {"mesh": 0, "translation": [2, 0, 0]},
            {"mesh": 0, "scale": [-1, 1, 1]},
        ]

    asset = torus_asset()
    back = read_glb(_edit(write_glb(asset), mirror_twice))
    assert (back.name, back.provenance) == ("pair", {})
    first, second = np.split(back.mesh.vertices, 2)
    np.testing.assert_allclose(first, asset.mesh.vertices + np.float32([2, 0, 0]), atol=1e-6)
    np.testing.assert_allclose(second, asset.mesh.vertices * np.float32([-1, 1, 1]), atol=1e-6)
    corners = back.mesh.vertices[back.mesh.faces].astype(float)
    volumes = np.linalg.det(corners).reshape(2, -1).sum(axis=1)
    assert (volumes > 0).all()  # a mirrored node keeps its outside outside


def test_factors_tint_maps_in_linear_light():
    def tint(header):
        surface = header["materials"][0]["pbrMetallicRoughness"]
        surface.update({"baseColorFactor": [0.5, 1, 1, 1], "roughnessFactor": 0.5})

    asset = Asset(torus(), plain_material(color=(255, 100, 0), roughness=1.0))
    back = read_glb(_edit(write_glb(asset), tint))
    assert back.material.base_color[0, 0].tolist() == [188, 100, 0]  # 188/255 in sRGB is half the light
    assert back.material.orm[0, 0].tolist() == [255, 128, 0]


def test_a_file_without_material_is_plain_white():
    def strip(header):
        del header["materials"], header["images"], header["textures"]
        del header["meshes"][0]["primitives"][0]["material"]

    material = read_glb(_edit(write_glb(torus_asset()), strip)).material
    assert (material.base_color == 255).all()
    assert (material.normal == (128, 128, 255)).all()


def _set(*path, value):
    def change(header):
        item = header
        for key in path[:-1]:
            item = item[key]
        item[path[-1]] = value

    return change


_SPARSE = {"count": 1, "indices": {}, "values": {}}


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (_set("accessors", 0, "count", value=200_000_000), "count 200000000"),
        (_set("accessors", 0, value={"componentType": 5126, "count": 9, "type": "VEC3"}), "sparse or empty"),
        (_set("accessors", 0, "sparse", value=_SPARSE), "sparse"),
        (_set("accessors", 0, "count", value=29_000_000), "reaches past"),
        (_set("accessors", 0, "count", value=-1), "count -1"),
        (_set("accessors", 0, "count", value=True), "count True"),
        (_set("accessors", 0, "byteOffset", value=1 << 40), "byteOffset"),
        (_set("accessors", 0, "type", value="MAT9"), "unknown type"),
        (_set("accessors", value={"a": 1}), "not a list"),
        (_set("bufferViews", 0, "byteLength", value=1 << 40), "byteLength"),
        (_set("buffers", 0, "uri", value="../secret.bin"), "keeps its buffers elsewhere"),
        (_set("buffers", 0, "uri", value="data:application/octet-stream;base64,AAAA"), "elsewhere"),
        (_set("images", 0, "uri", value="http://example.invalid/a.png"), "keeps its images elsewhere"),
        (_set("extensionsRequired", value=["KHR_draco_mesh_compression"]), "KHR_draco_mesh_compression"),
        (_set("nodes", 0, "children", value=[0]), "circular"),
        (_set("nodes", 0, "children", value=[5]), "children 5"),
        (_set("nodes", 0, "mesh", value=7), "mesh 7"),
        (_set("scenes", value=[]), "no scene"),
        (_set("scenes", 0, "nodes", value=[]), "no triangles"),
        (_set("meshes", 0, "primitives", 0, "mode", value=0), "no triangles"),
        (_set("meshes", 0, "primitives", 0, "attributes", "POSITION", value=99), "POSITION 99"),
        (_set("meshes", 0, "primitives", 0, "indices", value=1), "no whole numbers"),
        (_set("meshes", 0, "primitives", 0, "attributes", "POSITION", value=2), "not a VEC3 of floats"),
        (_set("accessors", 3, "componentType", value=5125), "not a VEC2 of floats"),
        (_set("materials", 0, "alphaMode", value="GLASS"), "alpha mode 'GLASS'"),
        (_set("materials", 0, "emissiveFactor", value=[1, 2]), "emissiveFactor"),
        (_set("textures", 0, "source", value=9), "source 9"),
    ],
)
def test_hostile_headers_are_bad_input(change, problem):
    with pytest.raises(MaquetteError, match=problem) as caught:
        read_glb(_edit(write_glb(torus_asset()), change))
    assert caught.value.code == "bad_input"


def test_instances_that_multiply_beyond_reason_are_refused():
    def swarm(header):
        header["nodes"] = [{"mesh": 0} for _ in range(90_000)]
        header["scenes"][0]["nodes"] = list(range(90_000))

    with pytest.raises(MaquetteError, match="simplify"):
        read_glb(_edit(write_glb(torus_asset()), swarm))


def test_indices_outside_the_vertices_are_refused():
    data = write_glb(torus_asset())
    header, binary = split_glb(data)
    view = header["bufferViews"][
        header["accessors"][header["meshes"][0]["primitives"][0]["indices"]]["bufferView"]
    ]
    broken = bytearray(binary)
    broken[view["byteOffset"] : view["byteOffset"] + 4] = (10**6).to_bytes(4, "little")
    with pytest.raises(MaquetteError, match="index 1000000"):
        read_glb(join_glb(header, bytes(broken)))


@pytest.mark.parametrize("cut", [0, 4, 12, 19, 24, 500, -1])
def test_a_cut_file_is_bad_input(cut):
    with pytest.raises(MaquetteError):
        read_glb(write_glb(torus_asset())[:cut])


def test_deep_json_is_bad_input():
    text = b'{"a":' * 100_000
    text += b" " * (-len(text) % 4)
    data = b"glTF" + (2).to_bytes(4, "little") + (20 + len(text)).to_bytes(4, "little")
    data += len(text).to_bytes(4, "little") + b"JSON" + text
    with pytest.raises(MaquetteError, match="JSON cannot be read"):
        read_glb(data)


def _paths(item: object, path: tuple = ()) -> list[tuple]:
    """The way to every value in a JSON document."""
    entries = item.items() if isinstance(item, dict) else enumerate(item) if isinstance(item, list) else ()
    return [path] * bool(path) + [way for key, value in entries for way in _paths(value, (*path, key))]


_SMALL = Asset(torus(4, 3), plain_material(4), provenance={"seed": 1})
_WAYS = _paths(split_glb(write_glb(_SMALL))[0])
_ODD = st.sampled_from(
    [
        None,
        True,
        -1,
        0,
        1,
        2,
        3,
        7,
        2**31,
        2**70,
        1e300,
        0.5,
        "",
        "x",
        [],
        {},
        [0],
        [[]],
        [-1],
        ["x"],
        {"a": 1},
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(_WAYS), _ODD), min_size=1, max_size=3))
def test_whatever_the_header_says_it_is_read_or_is_bad_input(changes):
    header, binary = split_glb(write_glb(_SMALL))
    for path, value in changes:
        with contextlib.suppress(KeyError, IndexError, TypeError):  # an earlier change took the place away
            _set(*path, value=copy.deepcopy(value))(header)
    try:
        read_glb(join_glb(header, binary))
    except MaquetteError as error:
        if error.code != "bad_input":
            raise


@pytest.fixture(scope="module")
def validator(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with Khronos' validator, from npm."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("node or npm is not here")
    folder = tmp_path_factory.mktemp("validator")
    command = [shutil.which("npm"), "install", "--no-audit", "--no-fund", "gltf-validator@2.0.0-dev.3.10"]
    installed = subprocess.run(command, cwd=folder, capture_output=True, timeout=60, check=False)
    if installed.returncode != 0:
        pytest.skip("npm could not install gltf-validator")
    return folder


_VALIDATE = """
const validator = require('gltf-validator');
const data = new Uint8Array(require('fs').readFileSync(process.argv[2]));
validator.validateBytes(data).then(report => console.log(JSON.stringify(report.issues)));
"""


def _issues(validator: Path, glb: bytes) -> list[dict[str, object]]:
    (validator / "asset.glb").write_bytes(glb)
    (validator / "validate.js").write_text(_VALIDATE)
    command = ["node", "validate.js", "asset.glb"]
    report = subprocess.run(command, cwd=validator, capture_output=True, timeout=60, check=True)
    return json.loads(report.stdout)["messages"]


@pytest.mark.parametrize("alpha", [False, True])
def test_khronos_validator_finds_nothing(validator, alpha):
    assert _issues(validator, write_glb(torus_asset(alpha=alpha))) == []


def test_it_finds_nothing_in_what_glows_behind_glass(validator):
    parameters = {"triangles": 2000, "texture_size": 512, "detail": 1.0, "size": 0.0}
    lantern = generate("a brass lantern with glass panes", parameters, 3, Progress())
    assert lantern.material.alpha_mode == "BLEND"
    assert lantern.material.emissive is not None
    assert _issues(validator, write_glb(lantern)) == []


def test_maps_of_different_sizes_come_out_in_one():
    material = Material(
        base_color=np.full((16, 16, 3), 90, np.uint8),
        orm=np.full((64, 64, 3), (255, 80, 0), np.uint8),
        normal=np.full((32, 32, 3), (128, 128, 255), np.uint8),
    )
    back = read_glb(write_glb(Asset(torus(), material))).material
    assert back.base_color.shape == back.orm.shape == back.normal.shape == (64, 64, 3)
    assert (back.base_color == 90).all()
