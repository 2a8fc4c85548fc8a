"""`texture-sdxl` with small random checkpoints, through the real server and a real worker with PyTorch."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from maquette.client import Client, connect
from maquette.client.events import JobChanged
from maquette.interpreter import module_command
from maquette.protocol import Frame, MaquetteError
from tests.texture.views.scenes import ball

pytestmark = [pytest.mark.torch, pytest.mark.timeout(240)]

PARAMETERS = {
    "texture_size": "256",
    "views": 6,
    "view_size": 64,
    "steps": 3,
    "tier": "batched",
    "guidance_scale": 3.0,
}
PATIENCE_S = 120.0


def mesh_frames() -> dict[str, Frame]:
    mesh = ball(8)
    arrays = {"vertices": mesh.vertices, "faces": mesh.faces, "uvs": mesh.uvs}
    return {name: Frame.from_array(array) for name, array in arrays.items()}


def encoded(pixels: np.ndarray) -> Frame:
    stream = io.BytesIO()
    Image.fromarray(pixels).save(stream, "PNG")
    return Frame("image/png", stream.getvalue())


def test_a_mesh_is_textured_with_progress_previews_and_a_result_that_fits(client: Client) -> None:
    reference = np.random.default_rng(0).integers(0, 256, (48, 48, 3), np.uint8)
    job = client.submit(
        "texture-sdxl", "rusty iron", PARAMETERS, 7, {**mesh_frames(), "image_0": encoded(reference)}
    )
    stages, previews, fractions, left = [], [], [], []
    for event in job.events(timeout_s=PATIENCE_S):
        if isinstance(event, JobChanged) and job.view.stage:
            stages.append(job.view.stage)
            previews.append(job.view.preview)
            fractions.append(job.view.fraction)
            left.append(job.view.seconds_left)
    assert job.view.state == "finished", job.view.error
    order = ["load", "prepare", "paint", "materials", "bake"]
    assert [stage for stage in order if stage in stages] == list(dict.fromkeys(stages))
    assert {"paint", "materials"} <= set(stages)
    assert fractions == sorted(fractions)
    assert max(left) > 0
    pictures = {preview for preview in previews if preview}
    assert pictures
    with Image.open(io.BytesIO(pictures.pop())) as preview:
        assert preview.format == "WEBP"
    arrays = job.result()
    mesh = ball(8)
    assert arrays.vertices is not None
    assert arrays.faces is not None
    assert arrays.uvs is not None
    assert np.array_equal(arrays.vertices, mesh.vertices)
    assert np.array_equal(arrays.faces, mesh.faces)
    assert np.array_equal(arrays.uvs, mesh.uvs)
    provenance = arrays.result["provenance"]
    assert isinstance(provenance, dict)
    assert provenance["uvs"] == "kept"
    assert provenance["tier"] == "batched"
    names = [entry["name"] for entry in provenance["weights"]]  # type: ignore[index, call-overload, union-attr]
    assert {"sdxl-base", "ip-adapter-sdxl", "marigold-iid-appearance"} <= set(names)
    views = job.result("views").views
    assert views is not None
    with Image.open(io.BytesIO(bytes(views.data))) as sheet:
        about = provenance["views"]
        assert isinstance(about, dict)
        assert sheet.width == about["columns"] * about["size"]  # type: ignore[operator]


def test_a_cancel_between_steps_ends_the_job_and_the_next_one_works(client: Client) -> None:
    job = client.submit("texture-sdxl", "oak", {**PARAMETERS, "steps": 100}, 1, mesh_frames())
    for _ in job.events(timeout_s=PATIENCE_S):
        if job.view.stage == "paint" and job.view.step >= 2:
            break
    assert job.cancel().state == "cancelled"
    after = client.submit(
        "texture-sd15", "oak", {"texture_size": "256", "views": 2, "view_size": 64}, 1, mesh_frames()
    )
    assert after.wait(PATIENCE_S).state == "finished", after.view.error
    assert after.result("views").views is not None


def test_a_result_without_views_says_so(client: Client) -> None:
    job = client.submit("procedural", "a stone", {"triangles": 500, "texture_size": "512"}, 1)
    with pytest.raises(MaquetteError, match="was not made of views"):
        job.result("views", PATIENCE_S)


def test_weights_that_are_not_here_are_named_with_their_command(tmp_path: Path) -> None:
    with connect(tmp_path, module_command("maquette.server")) as connected:
        job = connected.submit("texture-sdxl", "oak", PARAMETERS, 1, mesh_frames())
        assert job.wait(PATIENCE_S).error is not None
        assert job.view.error.code == "missing_weights"  # type: ignore[union-attr]
        assert "maquette weights pull sdxl-base" in job.view.error.message  # type: ignore[union-attr]


def test_nobody_is_asked_to_download_for_what_cannot_be_made(tmp_path: Path) -> None:
    with connect(tmp_path, module_command("maquette.server")) as connected:
        for recipe, parameters, words in [
            ("texture-sdxl", {"views": 99}, "views 99 is above 10"),
            ("texture-refine", {}, "needs a textured mesh"),
        ]:
            job = connected.submit(recipe, "oak", parameters, 1, mesh_frames())
            assert job.wait(PATIENCE_S).error is not None
            assert words in job.view.error.message  # type: ignore[union-attr]
