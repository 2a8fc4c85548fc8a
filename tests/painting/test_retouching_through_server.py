"""`texture-refine` and `texture-edit` with small random checkpoints, through the real server and worker."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

pytest.importorskip("diffusers")
pytest.importorskip("torch")

from maquette.assets import Asset, Material
from maquette.assets.gltf import read_glb, write_glb
from maquette.cli import main
from maquette.client import Client
from maquette.client.events import JobChanged
from maquette.protocol import Frame
from tests.texture.views.scenes import ball, painted

pytestmark = [pytest.mark.torch, pytest.mark.timeout(240)]

SIZE = 256
QUICK: dict[str, Any] = {"views": 2, "view_size": 64, "steps": 3}
PATIENCE_S = 120.0


def worn() -> Asset:
    color = np.rint(painted(ball(8), SIZE)[0] * 255).astype(np.uint8)
    orm = np.random.default_rng(0).integers(0, 256, (SIZE, SIZE, 3), np.uint8)
    return Asset(ball(8), Material(color, orm, np.full((SIZE, SIZE, 3), (128, 128, 255), np.uint8)))


def upper_half() -> np.ndarray:
    mask = np.zeros((SIZE, SIZE), np.uint8)
    mask[: SIZE // 2] = 255
    return mask


def encoded(pixels: np.ndarray) -> Frame:
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG")
    return Frame("image/png", stream.getvalue())


def frames() -> dict[str, Frame]:
    asset = worn()
    assert asset.mesh.uvs is not None
    arrays = {"vertices": asset.mesh.vertices, "faces": asset.mesh.faces, "uvs": asset.mesh.uvs}
    maps = {name: encoded(getattr(asset.material, name)) for name in ("base_color", "orm", "normal")}
    return {name: Frame.from_array(array) for name, array in arrays.items()} | maps


@pytest.mark.parametrize(
    ("recipe", "parameters"),
    [
        ("texture-refine", {"texture_size": "512", "super_resolution": True, "tier": "batched"}),
        ("texture-edit", {"method": "inpaint", "tier": "batched"}),
        ("texture-edit-sd15", {"method": "dds", "source_prompt": "painted wood"}),
    ],
)
def test_it_runs_with_progress_and_previews_and_returns_the_mesh_as_it_was(
    client: Client, recipe: str, parameters: dict[str, Any]
) -> None:
    mask = {"mask": encoded(upper_half())}
    job = client.submit(recipe, "rusty iron", {**QUICK, **parameters}, 7, frames() | mask)
    stages, previews, fractions = [], set(), []
    for event in job.events(timeout_s=PATIENCE_S):
        if isinstance(event, JobChanged) and job.view.stage:
            stages.append(job.view.stage)
            previews.add(job.view.preview)
            fractions.append(job.view.fraction)
    assert job.view.state == "finished", job.view.error
    assert {"refine", "edit"} & set(stages)
    assert fractions == sorted(fractions)
    assert previews - {b"", None}
    result = job.result()
    asset = worn()
    for name in ("vertices", "faces", "uvs"):
        assert np.array_equal(getattr(result, name), getattr(asset.mesh, name))
    about = result.result["provenance"]
    assert isinstance(about, dict)
    assert (about["uvs"], about["recipe"]) == ("kept", recipe)


@pytest.mark.parametrize(("recipe", "stage"), [("texture-refine", "refine"), ("texture-edit", "edit")])
def test_a_cancel_between_steps_ends_the_job(client: Client, recipe: str, stage: str) -> None:
    parameters = {**QUICK, "steps": 50, "views": 6, "tier": "batched"}
    parameters |= {"method": "pds", "steps": 2000} if stage == "edit" else {"texture_size": "256"}
    job = client.submit(recipe, "oak", parameters, 1, frames())
    for _ in job.events(timeout_s=PATIENCE_S):
        if job.view.stage == stage and job.view.step >= 2:
            break
    assert job.cancel().state == "cancelled"


def test_super_resolution_alone_needs_no_large_network(random_weights: Path, tmp_path: Path) -> None:
    (tmp_path / "weights").mkdir()
    (tmp_path / "weights" / "swin2sr-x4").symlink_to(random_weights / "weights" / "swin2sr-x4")
    (tmp_path / "old.glb").write_bytes(write_glb(worn()))
    out = tmp_path / "new.glb"
    code = main(
        ["refine", str(tmp_path / "old.glb"), "--recipe", "texture-enlarge", "--set", "texture_size=512",
         "--set", "views=1", "--out", str(out), "--data", str(tmp_path)]
    )  # fmt: skip
    assert code == 0
    made = read_glb(out.read_bytes())
    assert made.material.base_color.shape == (512, 512, 3)
    assert [entry["name"] for entry in made.provenance["weights"]] == ["swin2sr-x4"]  # type: ignore[index, call-overload, union-attr]


@pytest.mark.slow
def test_the_command_line_edits_a_glb_and_keeps_what_the_mask_protects(
    random_weights: Path, tmp_path: Path
) -> None:
    (tmp_path / "old.glb").write_bytes(write_glb(worn()))
    Image.fromarray(upper_half()).save(tmp_path / "mask.png")
    out = tmp_path / "new.glb"
    settings = [part for name, value in QUICK.items() for part in ("--set", f"{name}={value}")]
    code = main(
        ["edit", str(tmp_path / "old.glb"), "rusty iron", "--from", "oak",
         "--mask", str(tmp_path / "mask.png"), "--recipe", "texture-edit-sd15", "--seed", "3",
         "--out", str(out), "--data", str(random_weights), *settings]
    )  # fmt: skip
    assert code == 0
    before, after = worn().material, read_glb(out.read_bytes())
    assert after.provenance["parameters"]["source_prompt"] == "oak"  # type: ignore[index, call-overload]
    for name in ("base_color", "orm", "normal"):
        made, old = getattr(after.material, name), getattr(before, name)
        assert np.array_equal(made[SIZE // 2 :], old[SIZE // 2 :]), name
    assert (after.material.base_color != before.base_color).any()


@pytest.mark.slow
def test_the_command_line_refines_a_glb(random_weights: Path, tmp_path: Path) -> None:
    (tmp_path / "old.glb").write_bytes(write_glb(worn()))
    out = tmp_path / "new.glb"
    settings = [part for name, value in QUICK.items() for part in ("--set", f"{name}={value}")]
    code = main(
        ["refine", str(tmp_path / "old.glb"), "--recipe", "texture-refine-sd15", "--set", "texture_size=512",
         "--out", str(out), "--data", str(random_weights), *settings]
    )  # fmt: skip
    assert code == 0
    assert read_glb(out.read_bytes()).material.base_color.shape == (512, 512, 3)
