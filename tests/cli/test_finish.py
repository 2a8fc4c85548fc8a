"""`maquette finish` from file to file, through a backend of its own."""

import numpy as np
import pytest
import trimesh

from maquette.assets.gltf import read_glb
from maquette.cli import main
from maquette.geometry.repair.clean import check


@pytest.fixture
def raw(tmp_path):
    """A ball of 20 480 faces within a larger one, as a soup without shared vertices."""
    outer, inner = trimesh.creation.icosphere(5), trimesh.creation.icosphere(3, 0.7)
    mesh = trimesh.util.concatenate([outer, inner])
    path = tmp_path / "raw.stl"
    path.write_bytes(mesh.export(file_type="stl"))
    return path


def finish(path, *more):
    out = path.with_name("out.glb")
    given = ["finish", str(path), "--out", str(out), "--data", str(path.with_name("data")), *more]
    return main([*given, "--texture-size", "512"]), out


def test_a_raw_mesh_becomes_a_clean_one_within_its_budget(raw, capsys):
    code, out = finish(raw, "--budget", "mobile")
    assert code == 0
    asset = read_glb(out.read_bytes())
    vertices, faces = asset.mesh.vertices, asset.mesh.faces
    report = check(vertices, faces)
    assert report.solid
    assert report.components == 1
    assert len(faces) <= 4000
    assert asset.mesh.uvs is not None
    assert asset.material.normal.shape == (512, 512, 3)
    assert asset.provenance["recipe"] == "finish"
    told = capsys.readouterr().err
    assert "1280 faces of hidden shells dropped" in told
    assert np.allclose(np.ptp(vertices, axis=0), 2, atol=0.02)


def test_a_budget_may_be_a_number_and_nonsense_is_refused(raw, capsys):
    code, out = finish(raw, "--budget", "1500")
    assert code == 0
    assert len(read_glb(out.read_bytes()).mesh.faces) <= 1500
    assert finish(raw, "--budget", "tiny")[0] == 2
    assert "budget 'tiny' is not one of mobile, prop, hero, raw" in capsys.readouterr().err
    assert finish(raw, "--budget", "0")[0] == 2
    assert "budget 0 leaves no triangle" in capsys.readouterr().err
