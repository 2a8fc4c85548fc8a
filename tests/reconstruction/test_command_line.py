"""TRELLIS from the command line: files in, files out, and what a person reads before the first download."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("torch")

from maquette.assets import Asset
from maquette.assets.gltf import read_glb, write_glb
from maquette.cli import main
from maquette.protocol import Json

from .scenes import QUICK, STEPS, block, picture

pytestmark = [pytest.mark.torch, pytest.mark.timeout(300)]

STRUCTURE: dict[str, Json] = {"structure_steps": 2, "structure_guidance": 2.0}


def settings(values: dict[str, Json]) -> list[str]:
    return [word for name, value in values.items() for word in ("--set", f"{name}={value}")]


def test_a_picture_file_becomes_a_glb(trellis_data: Path, tmp_path: Path) -> None:
    Image.fromarray(picture()).save(tmp_path / "disc.png")
    out = tmp_path / "disc.glb"
    words = ["generate", "--image", str(tmp_path / "disc.png"), "--recipe", "trellis-image", "--seed", "3"]
    given = settings({**QUICK, **STEPS, **STRUCTURE, "size": 0.5})
    assert main([*words, "--out", str(out), "--data", str(trellis_data), *given]) == 0
    asset = read_glb(out.read_bytes())
    assert np.ptp(asset.mesh.vertices, axis=0).max() == pytest.approx(0.5, abs=1e-3)
    assert asset.provenance["recipe"] == "trellis-image"


def test_a_part_of_a_file_is_made_anew(trellis_data: Path, tmp_path: Path) -> None:
    mesh, maps = block()
    (tmp_path / "block.glb").write_bytes(write_glb(Asset(mesh, maps)))
    out = tmp_path / "out.glb"
    words = ["vary", str(tmp_path / "block.glb"), "a tower", "--recipe", "trellis-edit", "--seed", "3"]
    given = settings({**QUICK, **STEPS, **STRUCTURE, "views": 4, "from_z": 0.7, "repeats": 1})
    assert main([*words, "--out", str(out), "--data", str(trellis_data), *given]) == 0
    asset = read_glb(out.read_bytes())
    assert asset.provenance["recipe"] == "trellis-edit"
    assert abs(float(asset.mesh.vertices[:, 0].mean()) - 3) < 0.5


def test_a_fresh_installation_tells_what_would_be_downloaded(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["recipes", "--data", str(tmp_path)]) == 0
    told = capsys.readouterr().out
    for words in (
        "loads trellis-image-large: 2.3 GB from microsoft/TRELLIS-image-large, mit",
        "loads trellis-decoders: 501 MB from microsoft/TRELLIS-image-large, mit",
        "loads dinov2-with-registers-large: 1.2 GB from facebook/dinov2-with-registers-large, apache-2.0",
        "weights are not here (4.1 GB): `maquette weights pull trellis-image`",
        "weights are not here (6.3 GB): `maquette weights pull trellis-text-xlarge`",
        "trellis-vary: ",
        "trellis-edit: ",
    ):
        assert words in told
    assert main(["vary", "nothing.glb", "--data", str(tmp_path)]) == 2
    assert "neither a prompt nor an image" in capsys.readouterr().err
