import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from maquette.assets.files import read_files, write_files
from maquette.assets.gltf.container import split_glb
from maquette.protocol import MaquetteError

from .shapes import torus_asset

PREVIEW = np.zeros((8, 8, 3), dtype=np.uint8)


@pytest.mark.parametrize("alpha", [False, True])
def test_a_folder_gives_back_the_asset(tmp_path: Path, alpha: bool):
    asset = torus_asset(alpha=alpha)
    write_files(asset, tmp_path, PREVIEW)
    back = read_files(tmp_path)
    for name in ("vertices", "faces", "uvs", "part_ids"):
        np.testing.assert_array_equal(getattr(back.mesh, name), getattr(asset.mesh, name))
    for name in ("base_color", "orm", "normal", "emissive"):
        np.testing.assert_array_equal(getattr(back.material, name), getattr(asset.material, name))
    assert back.mesh.part_names == asset.mesh.part_names
    assert (back.name, back.provenance, back.material.name) == (asset.name, asset.provenance, "noise")


def test_the_views_that_a_texture_was_made_of_are_kept_beside_it(tmp_path: Path):
    views = np.random.default_rng(0).integers(0, 256, (12, 16, 3), np.uint8)
    about = write_files(replace(torus_asset(), views=views), tmp_path, PREVIEW)
    assert "views.png" in about["files"]
    np.testing.assert_array_equal(read_files(tmp_path).views, views)
    (tmp_path / "other").mkdir()
    write_files(torus_asset(), tmp_path / "other", PREVIEW)
    assert read_files(tmp_path / "other").views is None


def test_the_summary_lists_what_is_there(tmp_path: Path):
    asset = torus_asset()
    about = write_files(asset, tmp_path, PREVIEW)
    assert (about["vertices"], about["triangles"]) == (len(asset.mesh.vertices), len(asset.mesh.faces))
    np.testing.assert_allclose(about["extent_m"], [1.4, 1.4, 0.4], atol=1e-5)
    sizes = {path.name: path.stat().st_size for path in tmp_path.iterdir() if path.name != "result.json"}
    assert about["files"] == sizes
    assert json.loads((tmp_path / "result.json").read_text()) == about


def test_the_glb_holds_the_very_bytes_of_the_maps(tmp_path: Path):
    write_files(torus_asset(), tmp_path, PREVIEW)
    _, binary = split_glb((tmp_path / "asset.glb").read_bytes())
    for name in ("base_color", "orm", "normal", "emissive"):
        assert (tmp_path / f"{name}.png").read_bytes() in binary


@pytest.mark.parametrize("lost", ["vertices.npy", "orm.png", "result.json"])
def test_an_incomplete_folder_is_bad_input(tmp_path: Path, lost: str):
    write_files(torus_asset(), tmp_path, PREVIEW)
    (tmp_path / lost).unlink()
    with pytest.raises(MaquetteError, match="cannot be read"):
        read_files(tmp_path)
