"""Meshes of other programs' files: their frame, their UVs, their shared vertices, and nothing hostile."""

import numpy as np
import pytest
import trimesh
from hypothesis import given, settings
from hypothesis import strategies as st

from maquette.assets import Asset, Material
from maquette.assets.gltf import write_glb
from maquette.assets.mesh_files import read_mesh_file
from maquette.protocol import MaquetteError
from tests.procedural.texturing.shapes import cube

QUAD = b"""# a square that faces up, one corner of it raised
mtllib a.mtl
o square
v 0 0 0
v 1 0 0
v 1 0 -1
v 0 0.5 -1
vt 0 0
vt 1 0
vt 1 1
vt 0 1
vn 0 1 0
usemtl red
s 1
f 1/1/1 2/2/1 3/3/1 4/4/1
"""


def volume(mesh):
    a, b, c = (mesh.vertices[mesh.faces[:, i]].astype(float) for i in range(3))
    return np.einsum("fi,fi->f", a, np.cross(b, c)).sum() / 6


def box(file_type):
    return trimesh.creation.box((2, 1, 3)).export(file_type=file_type)


def test_obj_quads_become_triangles_with_their_uvs_and_y_is_up():
    mesh, material = read_mesh_file(QUAD, "a.obj")
    assert material is None
    assert mesh.vertices.tolist() == [[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0.5]]
    assert mesh.faces.tolist() == [[0, 1, 2], [0, 2, 3]]
    assert mesh.uvs.tolist() == [[[0, 0], [1, 0], [1, 1]], [[0, 0], [1, 1], [0, 1]]]


def test_faces_of_obj_stay_polygons_and_those_of_a_material_are_a_part():
    two = QUAD + b"f 1 2 3\nusemtl dark green\nf 3 4 1\nusemtl red\nf 1 4 2\n"
    mesh, _ = read_mesh_file(two, "a.obj")
    assert mesh.polygons.tolist() == [0, 0, 1, 2, 3]
    assert mesh.part_names == ("red", "dark green")
    assert mesh.part_ids.tolist() == [0, 0, 0, 1, 0]
    assert read_mesh_file(QUAD, "a.obj")[0].part_ids is None


def test_faces_of_a_glb_with_several_materials_are_parts():
    scene = trimesh.Scene()
    for number, name in enumerate(("iron", "wood")):
        solid = trimesh.creation.box((1 + number, 1, 1))
        look = trimesh.visual.material.PBRMaterial(name=name)
        solid.visual = trimesh.visual.TextureVisuals(uv=np.zeros((8, 2)), material=look)
        scene.add_geometry(solid, transform=trimesh.transformations.translation_matrix([3 * number, 0, 0]))
    mesh, material = read_mesh_file(scene.export(file_type="glb"), "a.glb")
    assert material is None
    assert sorted(mesh.part_names) == ["iron", "wood"]
    middles = mesh.vertices[mesh.faces].mean(axis=1)
    assert ((middles[:, 0] > 1.5) == (mesh.part_ids == mesh.part_names.index("wood"))).all()


def test_up_says_which_axis_of_the_file_is_up():
    z_up, _ = read_mesh_file(QUAD, "A.OBJ", "z")
    assert z_up.vertices[3].tolist() == [0, 0.5, -1]
    y_up, _ = read_mesh_file(box("stl"), "b.stl", "y")
    assert np.ptp(y_up.vertices, axis=0).tolist() == [2, 3, 1]


@pytest.mark.parametrize("suffix", ["stl", "ply", "obj", "glb"])
def test_a_closed_box_stays_closed_and_right_way_out(suffix):
    data = box(suffix)
    mesh, _ = read_mesh_file(data.encode() if isinstance(data, str) else data, f"box.{suffix}")
    assert len(mesh.vertices) == 8
    assert volume(mesh) == pytest.approx(6)
    sides = (2, 1, 3) if suffix in ("stl", "ply") else (2, 3, 1)
    assert tuple(np.ptp(mesh.vertices, axis=0)) == sides


def test_relative_indices_and_missing_uvs_of_obj():
    mesh, _ = read_mesh_file(b"v 0 0 0\nv 1 0 0\nv 0 1 0\nvt 0 0\nf -3//1 -2//1 -1\nl 1 2\n", "a.obj")
    assert mesh.faces.tolist() == [[0, 1, 2]]
    assert mesh.uvs is None


@pytest.mark.parametrize("names", [("s", "t"), ("u", "v"), ("texture_u", "texture_v")])
def test_ply_keeps_uvs_and_joins_what_its_seams_split(names):
    rows = "0 0 0 0 0\n1 0 0 .5 0\n1 1 0 .5 1\n1 0 0 .6 0\n2 0 0 1 0\n1 1 0 .6 1\n"
    header = "ply\nformat ascii 1.0\nelement vertex 6\n" + "".join(
        f"property float {name}\n" for name in ("x", "y", "z", *names)
    )
    faces = "element face 2\nproperty list uchar int vertex_indices\nend_header\n"
    mesh, _ = read_mesh_file((header + faces + rows + "3 0 1 2\n3 3 4 5\n").encode(), "a.ply")
    assert mesh.faces.tolist() == [[0, 1, 2], [1, 3, 2]]
    assert np.allclose(mesh.uvs[1], [[0.6, 0], [1, 0], [0.6, 1]])


def test_a_glb_brings_its_maps():
    plain = np.full((8, 8, 3), 90, np.uint8)
    mesh = cube()
    uvs = np.random.default_rng(0).random((12, 3, 2)).astype(np.float32)
    asset = Asset(type(mesh)(mesh.vertices, mesh.faces, uvs), Material(plain, plain, plain))
    read, material = read_mesh_file(write_glb(asset), "a.glb")
    assert volume(read) == pytest.approx(1)
    assert np.allclose(np.sort(read.uvs.ravel()), np.sort(uvs.ravel()))
    assert (material.base_color == plain).all()


def test_a_glb_of_several_materials_gives_its_mesh_alone():
    scene = trimesh.Scene()
    for shift, color in ((0.0, (255, 0, 0, 255)), (3.0, (0, 0, 255, 255))):
        part = trimesh.creation.box((1, 1, 1))
        part.visual = trimesh.visual.TextureVisuals(
            material=trimesh.visual.material.PBRMaterial(name=str(shift), baseColorFactor=color)
        )
        part.apply_translation((shift, 0, 0))
        scene.add_geometry(part)
    mesh, material = read_mesh_file(scene.export(file_type="glb"), "two.glb")
    assert material is None
    assert volume(mesh) == pytest.approx(2)


@pytest.mark.parametrize(
    ("name", "data", "complaint"),
    [
        ("a.fbx", b"", "none of .glb, .obj, .ply, .stl"),
        ("a.glb", b"glTF", "GLB"),
        ("a.obj", b"v 0 0 0\n", "no faces"),
        ("a.obj", b"v 0 0\nv 1 0 0\nv 0 1 0\nf 1 2 3\n", "too few numbers"),
        ("a.obj", b"v 0 0 x\nv 1 0 0\nv 0 1 0\nf 1 2 3\n", "no number"),
        ("a.obj", b"v 0 0 0\nf 1 1 9\n", "line 2"),
        ("a.obj", b"v 0 0 nan\nv 1 0 0\nv 0 1 0\nf 1 2 3\n", "finite"),
        ("a.ply", b"ply\nformat ascii 1.0\nelement vertex 0\nend_header\n", "PLY"),
        ("a.stl", b"nothing", "STL"),
    ],
)
def test_what_is_no_mesh_is_refused_in_one_sentence(name, data, complaint):
    with pytest.raises(MaquetteError, match=complaint) as caught:
        read_mesh_file(data, name)
    assert caught.value.code == "bad_input"


def test_a_glb_cannot_be_z_up():
    with pytest.raises(MaquetteError, match="always Y up"):
        read_mesh_file(box("glb"), "a.glb", "z")


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(["obj", "ply", "stl"]), st.integers(0, 2**32 - 1))
def test_a_damaged_file_is_read_or_refused_and_nothing_else(kind, seed):
    rng = np.random.default_rng(seed)
    whole = box(kind)
    data = bytearray(whole.encode() if isinstance(whole, str) else whole)
    for _ in range(rng.integers(1, 6)):
        data[rng.integers(0, len(data))] = rng.integers(0, 256)
    del data[rng.integers(1, len(data) + 1) :]
    try:
        mesh, _ = read_mesh_file(bytes(data), f"a.{kind}")
    except MaquetteError:
        return
    assert mesh.faces.min() >= 0
    assert mesh.faces.max() < len(mesh.vertices)
