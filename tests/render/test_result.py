from pathlib import Path

from maquette.assets.files import read_files
from maquette.assets.images import decode_image
from maquette.render.result import write_result
from tests.assets.shapes import torus_asset


def test_a_result_holds_the_asset_and_its_picture(tmp_path: Path):
    asset = torus_asset()
    about = write_result(asset, tmp_path)
    assert {"asset.glb", "vertices.npy", "base_color.png", "preview.png"} <= set(about["files"])
    assert decode_image((tmp_path / "preview.png").read_bytes()).shape == (256, 256, 4)
    assert read_files(tmp_path).provenance == asset.provenance
