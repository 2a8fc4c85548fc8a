"""TRELLIS's recipes with small random checkpoints, through the real server and a real worker with PyTorch, to
a GLB and into Blender.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from maquette.assets.gltf import read_glb
from maquette.client import Client, connect
from maquette.client.events import JobChanged
from maquette.interpreter import module_command
from maquette.protocol.inputs import MASK

from .arrival import encoded, frames_of, stands_in_blender
from .scenes import QUICK, STEPS, block, picture

pytestmark = [pytest.mark.torch, pytest.mark.timeout(300)]

PATIENCE_S = 200.0
IMAGE_STEPS = {**QUICK, **STEPS, "structure_steps": 2, "structure_guidance": 2.0}


@pytest.fixture(scope="module")
def client(trellis_data: Path) -> Iterator[Client]:
    with connect(trellis_data, module_command("maquette.server")) as connected:
        yield connected


def test_a_picture_goes_in_and_a_glb_comes_out_and_stands_in_blender(client: Client) -> None:
    job = client.submit("trellis-image", "", {**IMAGE_STEPS, "size": 3.0}, 7, {"image_0": encoded(picture())})
    stages, fractions, notes = [], [], set()
    for event in job.events(timeout_s=PATIENCE_S):
        if isinstance(event, JobChanged) and job.view.stage:
            stages.append(job.view.stage)
            fractions.append(job.view.fraction)
            notes.update(job.view.notes)
    assert job.view.state == "finished", job.view.error
    described = next(recipe for recipe in client.recipes() if recipe.name == "trellis-image")
    assert described.weights_here
    order = [stage for stage in described.stages if stage in stages]
    assert order == list(dict.fromkeys(stages))
    assert {"structure", "latents"} & set(stages)
    assert fractions == sorted(fractions)
    assert any(note.startswith("memory: low") for note in notes)
    arrays, glb = job.result(), job.result("glb")
    assert arrays.vertices is not None
    assert np.ptp(arrays.vertices, axis=0).max() == pytest.approx(3.0, abs=1e-3)
    asset = read_glb(bytes(glb.glb))
    assert len(asset.mesh.faces) == len(arrays.faces)  # type: ignore[arg-type]
    provenance = asset.provenance
    assert provenance["recipe"] == "trellis-image"
    assert provenance["seed"] == 7
    assert provenance["memory"] == "low"
    named = {entry["name"]: entry for entry in provenance["weights"]}  # type: ignore[index, call-overload, union-attr]
    assert set(named) == set(described.weights)
    assert named["trellis-image-large"]["licence"] == "mit"
    stands_in_blender(arrays, "trellis-image", longest=3.0)


def test_a_painted_part_of_a_textured_mesh_is_edited(client: Client) -> None:
    mask = np.zeros((64, 64), np.uint8)
    mask[:16] = 255
    parameters = {**IMAGE_STEPS, "views": 4, "grow": 0, "repeats": 1}
    job = client.submit(
        "trellis-edit", "a tower", parameters, 3, {**frames_of(*block()), MASK: encoded(mask)}
    )
    assert job.wait(PATIENCE_S).state == "finished", job.view.error
    arrays = job.result()
    assert arrays.vertices is not None
    assert np.abs(arrays.vertices[:, 0].mean() - 3) < 0.5


def test_a_photograph_without_a_way_to_cut_it_out_names_the_remedy(client: Client) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (64, 64, 3), np.uint8)
    job = client.submit("trellis-image", "", IMAGE_STEPS, 7, {"image_0": encoded(noise)})
    assert job.wait(PATIENCE_S).error is not None
    error = job.view.error
    assert error is not None
    assert (error.code, error.remedy) == ("missing_weights", "pull_weights")
    assert error.details["weights"] == ["u2net"]
    assert "transparent" in error.message


def test_without_weights_a_person_is_told_what_from_whom_and_how_large(tmp_path: Path) -> None:
    with connect(tmp_path, module_command("maquette.server")) as connected:
        job = connected.submit("trellis-image", "", IMAGE_STEPS, 7, {"image_0": encoded(picture())})
        assert job.wait(PATIENCE_S).error is not None
        error = job.view.error
        assert error is not None
        assert error.code == "missing_weights"
        command = "maquette weights pull trellis-image-large trellis-decoders dinov2-with-registers-large"
        assert command in error.message
        assert "4.1 GB" in error.message
        sources = {source["name"]: source for source in error.details["sources"]}  # type: ignore[index, call-overload, union-attr]
        assert sources["trellis-decoders"]["hub_id"] == "microsoft/TRELLIS-image-large"
        assert sources["trellis-decoders"]["licence"] == "mit"
        assert sources["trellis-decoders"]["size_bytes"] == 500_946_336
