"""TRELLIS.2's recipes through the real server and a real worker: pictures in, a GLB out and into Blender."""

import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import trimesh

from maquette.assets.gltf import read_glb
from maquette.client import Client, connect
from maquette.client.events import JobChanged
from maquette.interpreter import module_command
from maquette.protocol import Frame
from tests.fakes.tiny_trellis2 import write_data

from .arrival import encoded, frames_of, stands_in_blender
from .test_trellis2 import FEW, TEXTURE, picture, rod

pytestmark = [pytest.mark.torch, pytest.mark.timeout(240)]

PATIENCE_S = 120.0


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    data = tmp_path_factory.mktemp("trellis2-server")
    write_data(data)
    with connect(data, module_command("maquette.server")) as connected:
        yield connected


def shown() -> Frame:
    return encoded(picture())


def test_a_picture_becomes_a_glb(client: Client) -> None:
    job = client.submit("trellis2-image", "", {**FEW, "size": 2.0}, 7, {"image_0": shown()})
    stages, fractions = [], []
    for event in job.events(timeout_s=PATIENCE_S):
        if isinstance(event, JobChanged) and job.view.stage:
            stages.append(job.view.stage)
            fractions.append(job.view.fraction)
    assert job.view.state == "finished", job.view.error
    described = next(recipe for recipe in client.recipes() if recipe.name == "trellis2-image")
    assert described.weights_here
    assert [stage for stage in described.stages if stage in stages] == list(dict.fromkeys(stages))
    assert fractions == sorted(fractions)
    asset = read_glb(bytes(job.result("glb").glb))
    assert 0 < len(asset.mesh.faces) <= 4000  # random weights make crumbs, which no budget joins
    assert asset.mesh.uvs is not None
    assert asset.material.base_color.shape[:2] == (256, 256)
    assert asset.material.orm[..., 2].std() > 1
    assert asset.provenance["recipe"] == "trellis2-image"
    loaded = trimesh.load(io.BytesIO(bytes(job.result("glb").glb)), file_type="glb", force="mesh")
    assert len(loaded.faces) == len(asset.mesh.faces)
    stands_in_blender(job.result(), "trellis2-image", longest=2.0)


def test_a_mesh_gets_maps_and_stays_as_it_is(client: Client) -> None:
    mesh, _ = rod()
    arrays = {"vertices": mesh.vertices, "faces": mesh.faces}
    frames = {name: Frame.from_array(array) for name, array in arrays.items()}
    job = client.submit("trellis2-texture", "", TEXTURE, 7, {**frames, "image_0": shown()})
    result = job.result(timeout_s=PATIENCE_S)
    assert result.vertices is not None
    assert np.array_equal(result.vertices, mesh.vertices)
    assert result.faces is not None
    assert np.array_equal(result.faces, mesh.faces)
    assert result.uvs is not None
    provenance = result.result["provenance"]
    assert isinstance(provenance, dict)
    assert provenance["uvs"] == "new"
    assert "dinov3-license" in str(provenance["licence"])


def test_the_upper_half_of_a_mesh_is_made_anew(client: Client) -> None:
    options = {"from_z": 0.5, "grow": 6, "repeats": 1}
    frames = {**frames_of(*rod()), "image_0": shown()}
    job = client.submit("trellis2-edit", "", {**FEW, **options}, 7, frames)
    assert job.wait(PATIENCE_S).state == "finished", job.view.error
    result = job.result()
    provenance = result.result["provenance"]
    assert isinstance(provenance, dict)
    assert provenance["recipe"] == "trellis2-edit"
    assert result.vertices is not None
    assert np.abs(result.vertices[:, 0].mean() - 3) < 0.5  # where it stood
    stands_in_blender(result, "trellis2-edit", longest=float(np.ptp(result.vertices, axis=0).max()))


def test_weights_that_are_not_here_are_named_with_their_command(tmp_path: Path) -> None:
    with connect(tmp_path, module_command("maquette.server")) as connected:
        job = connected.submit("trellis2-image", "", FEW, 1, {"image_0": shown()})
        assert job.wait(PATIENCE_S).error is not None
        assert job.view.error.code == "missing_weights"  # type: ignore[union-attr]
        for name in ("trellis-decoders", "trellis2-shape-512", "trellis2-texture-512", "dinov3-vitl16"):
            assert name in job.view.error.message  # type: ignore[union-attr]
