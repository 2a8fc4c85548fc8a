"""`maquette texture` from file to file, through a backend of its own and the recipe that ships."""

import re
from pathlib import Path

import numpy as np
import pytest
import trimesh
from PIL import Image

from maquette.assets.gltf import read_glb
from maquette.cli import main
from maquette.protocol import bad_input

PROMPT = "rusty iron with green moss"


@pytest.fixture
def box() -> trimesh.Trimesh:
    """2 along X, 1 along Y, 3 along Z."""
    return trimesh.creation.box((2.0, 1.0, 3.0))


def textured(folder: Path, file: Path, *more: str) -> tuple[int, Path]:
    out = folder / "out.glb"
    arguments = ["texture", str(file), PROMPT, "--out", str(out), "--data", str(folder / "data")]
    return main([*arguments, "--set", "texture_size=512", "--seed", "3", *more]), out


def test_an_stl_file_becomes_a_textured_glb_with_its_z_axis_up(tmp_path, box, capsys):
    (tmp_path / "box.stl").write_bytes(box.export(file_type="stl"))
    code, out = textured(tmp_path, tmp_path / "box.stl")
    assert code == 0
    asset = read_glb(out.read_bytes())
    assert np.allclose(np.ptp(asset.mesh.vertices, axis=0), (2, 1, 3), atol=1e-6)
    assert asset.material.base_color.shape == (512, 512, 3)
    assert asset.provenance["uvs"] == "new"
    assert "iron; rusty; green moss" in capsys.readouterr().err


def test_a_mask_keeps_the_rest_of_what_the_mesh_wears(tmp_path, box, capsys):
    (tmp_path / "box.stl").write_bytes(box.export(file_type="stl"))
    assert textured(tmp_path, tmp_path / "box.stl")[0] == 0
    before = read_glb((tmp_path / "out.glb").read_bytes())
    (tmp_path / "first.glb").write_bytes((tmp_path / "out.glb").read_bytes())
    mask = np.zeros((512, 512), np.uint8)
    mask[:, :200] = 255
    Image.fromarray(mask).save(tmp_path / "mask.png")
    code, out = textured(tmp_path, tmp_path / "first.glb", "--mask", str(tmp_path / "mask.png"))
    after = read_glb(out.read_bytes())
    assert code == 0
    assert (after.mesh.uvs == before.mesh.uvs).all()
    for name in ("base_color", "orm", "normal"):
        assert (getattr(after.material, name)[:, 200:] == getattr(before.material, name)[:, 200:]).all()


TWO_MATERIALS = """v 0 0 0
v 1 0 0
v 1 1 0
v 0 1 0
vt 0 0
vt {width} 0
vt {width} 1
vt 0 1
vt {start} 0
vt 1 0
vt 1 1
vt {start} 1
usemtl iron
f 1/1 2/2 3/3 4/4
usemtl wood
f 4/5 3/6 2/7 1/8
"""


@pytest.mark.parametrize(("width", "start", "expected"), [(1.0, 0.0, "new"), (0.5, 0.5, "kept")])
def test_materials_that_share_texels_get_new_uvs(tmp_path, capsys, width, start, expected):
    """Each used the whole square for maps of its own; one texture for all needs a place for each."""
    (tmp_path / "two.obj").write_text(TWO_MATERIALS.format(width=width, start=start))
    code, out = textured(tmp_path, tmp_path / "two.obj")
    assert code == 0
    assert read_glb(out.read_bytes()).provenance["uvs"] == expected
    told = "2 materials lie on top of each other" in capsys.readouterr().err
    assert told == (expected == "new")


def test_a_result_that_cannot_be_written_is_not_lost(tmp_path, box, capsys, monkeypatch):
    def full(path, data):
        raise bad_input(f"{path} cannot be written (No space left on device): choose another")

    (tmp_path / "box.stl").write_bytes(box.export(file_type="stl"))
    with monkeypatch.context() as patched:
        patched.setattr("maquette.cli.generate.write_atomically", full)
        assert textured(tmp_path, tmp_path / "box.stl")[0] == 2
    words = re.search(r"`maquette (jobs fetch \w+ --out) FILE.glb`", capsys.readouterr().err)
    assert words is not None
    again = [*words[1].split(), str(tmp_path / "again.glb"), "--data", str(tmp_path / "data")]
    assert main(again) == 0
    assert read_glb((tmp_path / "again.glb").read_bytes()).provenance["recipe"] == "texture-procedural"


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("a.fbx", b"Kaydara", "is none of .glb, .obj, .ply, .stl"),
        ("a.ply", b"ply\nformat ascii 1.0\nend_header\n", "PLY file"),
        ("a.obj", b"v 0 0 0\nf 1 2 3\n", "line 2 of the OBJ file"),
    ],
)
def test_a_file_that_is_no_mesh_is_refused_in_one_sentence(tmp_path, capsys, name, content, complaint):
    (tmp_path / name).write_bytes(content)
    assert textured(tmp_path, tmp_path / name)[0] == 2
    assert complaint in capsys.readouterr().err
