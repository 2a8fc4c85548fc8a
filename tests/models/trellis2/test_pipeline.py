import dataclasses
import shutil

import numpy as np
import pytest
import trimesh

torch = pytest.importorskip("torch")

from maquette.models.trellis2 import Trellis2Pipeline  # noqa: E402
from maquette.progress import CancelledError, Progress  # noqa: E402
from maquette.protocol import MaquetteError  # noqa: E402
from tests.fakes.tiny_trellis2 import CONTEXT, write_pipelines  # noqa: E402

pytestmark = pytest.mark.torch

NONE = torch.zeros(1, 5, CONTEXT)
BALL = trimesh.creation.icosphere(3, 0.02)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_pipelines(tmp_path_factory.mktemp("trellis2"))


@pytest.fixture(scope="module")
def pipeline(folder):
    return Trellis2Pipeline.from_pretrained(folder)


@pytest.fixture(scope="module")
def texturing(folder):
    return Trellis2Pipeline.from_pretrained(folder, file="texturing_pipeline.json")


def tokens(count=1, seed=1):
    return torch.randn(count, 5, CONTEXT, generator=torch.Generator().manual_seed(seed))


def assert_same(one, other):
    assert torch.equal(one.coords, other.coords)
    assert torch.equal(one.shape.feats, other.shape.feats)
    assert torch.equal(one.texture.feats, other.texture.feats)
    assert torch.equal(one.mesh.faces, other.mesh.faces)
    assert torch.equal(one.materials.values, other.materials.values)


@pytest.mark.parametrize(
    ("resolution", "side"), [("512", 512), ("1024", 1024), ("1024_cascade", 1024), ("1536_cascade", 1536)]
)
def test_conditions_become_a_surface_and_its_materials(pipeline, resolution, side):
    result = pipeline.sample(tokens(), NONE, 3, resolution, tokens(seed=2))
    assert result.resolution == result.materials.resolution == side
    rows = result.coords.tolist()
    assert rows == sorted(rows)
    assert result.coords.min() >= 0
    assert result.coords.max() < side // 16
    assert result.shape.feats.shape == result.texture.feats.shape == (len(rows), 8)
    vertices, faces = result.mesh
    assert len(faces) > 100
    assert faces.max() < len(vertices)
    assert vertices.abs().max() <= 0.5 + 0.5 / side
    values, near = result.materials.read(vertices)
    assert near.all()
    assert values.shape == (len(vertices), 6)
    assert 0 <= values.min() <= values.max() <= 1


def test_a_seed_means_the_same_however_networks_are_kept(folder, pipeline):
    first = pipeline.sample(tokens(), NONE, 3)
    for memory in ("balanced", "fast"):
        kept = Trellis2Pipeline.from_pretrained(folder, memory=memory)
        assert_same(kept.sample(tokens(), NONE, 3), first)
    assert_same(kept.sample(tokens(), NONE, 3), first)
    assert not torch.equal(pipeline.sample(tokens(), NONE, 4).shape.feats[:3], first.shape.feats[:3])


def test_noise_is_that_of_the_published_seed(pipeline):
    """torch.manual_seed, the structure's noise, the shape's twice in a cascade, and the texture's."""
    still = {
        name: dataclasses.replace(getattr(pipeline, name), steps=0)
        for name in ("shape_sampler", "texture_sampler")
    }
    result = dataclasses.replace(pipeline, **still).sample(tokens(), NONE, 7, "1024_cascade", tokens())
    coarse = dataclasses.replace(pipeline, **still).sample(tokens(), NONE, 7, "512")
    torch.manual_seed(7)
    torch.randn(1, 8, 4, 4, 4)
    torch.testing.assert_close(coarse.shape.feats, torch.randn(len(coarse.coords), 8) * 2.0 + 0.1)
    torch.testing.assert_close(result.shape.feats, torch.randn(len(result.coords), 8) * 2.0 + 0.1)
    torch.testing.assert_close(result.texture.feats, torch.randn(len(result.coords), 8) * 1.5 - 0.2)


def test_a_cascade_refines_where_its_first_shape_has_a_surface(pipeline):
    first = pipeline.sample(tokens(), NONE, 3)
    cascade = pipeline.sample(tokens(), NONE, 3, "1024_cascade", tokens(seed=2))
    fine = first.materials.coords  # at 512, 8 voxels to a side of a latent one at 1024
    expected = torch.unique(((fine + 0.5) / 8).int(), dim=0)
    assert torch.equal(cascade.coords[:, 1:], expected)


def test_too_many_tokens_lower_the_resolution_but_not_below_1024(pipeline):
    many = pipeline.sample(tokens(), NONE, 3, "1536_cascade", tokens())
    fewer = pipeline.sample(tokens(), NONE, 3, "1536_cascade", tokens(), max_tokens=len(many.coords))
    least = pipeline.sample(tokens(), NONE, 3, "1536_cascade", tokens(), max_tokens=1)
    assert fewer.resolution < many.resolution
    assert len(fewer.coords) < len(many.coords)
    assert fewer.resolution % 128 == 0
    assert least.resolution == 1024


def test_more_than_512_needs_a_closer_look(pipeline):
    with pytest.raises(MaquetteError, match="conditions at 1024 pixels"):
        pipeline.sample(tokens(), NONE, 3, "1024")
    one = pipeline.sample(tokens(), NONE, 3, "1024", tokens(seed=2))
    other = pipeline.sample(tokens(), NONE, 3, "1024", tokens(seed=3))
    assert torch.equal(one.coords, other.coords)  # the structure is seen at 512
    assert not torch.equal(one.shape.feats, other.shape.feats)


def test_several_pictures_share_the_steps_in_two_ways(pipeline):
    once = pipeline.sample(tokens(), NONE, 3)
    twice = torch.cat([tokens()] * 2)
    for mode in ("stochastic", "multidiffusion"):
        assert_same(pipeline.sample(twice, NONE, 3, mode=mode), once)
    turns = pipeline.sample(tokens(2), NONE, 3, mode="stochastic")
    mean = pipeline.sample(tokens(2), NONE, 3, mode="multidiffusion")
    assert len(turns.coords) != len(mean.coords) or not torch.equal(turns.shape.feats, mean.shape.feats)


def test_only_the_networks_of_a_resolution_are_needed(folder, tmp_path):
    part = tmp_path / "part"
    shutil.copytree(folder, part, ignore=shutil.ignore_patterns("*1024*", "*_enc_*"))
    pipeline = Trellis2Pipeline.from_pretrained(part)
    assert len(pipeline.sample(tokens(), NONE, 3).mesh.faces) > 0
    with pytest.raises(MaquetteError, match="img2shape_dit_1_3B_1024_bf16 is missing"):
        pipeline.sample(tokens(), NONE, 3, "1024", tokens())


def test_a_given_surface_gets_materials_that_depend_on_all_that_is_given(texturing):
    first = texturing.texture(BALL.vertices, BALL.faces, tokens(), NONE, 1)
    again = texturing.texture(torch.tensor(BALL.vertices), torch.tensor(BALL.faces), tokens(), NONE, 1)
    assert torch.equal(first.values, again.values)
    points = torch.from_numpy(BALL.vertices).float()
    values, near = first.read(points)
    assert near.all()
    assert 0 <= values.min() <= values.max() <= 1
    for other in (
        texturing.texture(BALL.vertices, BALL.faces, tokens(), NONE, 2),
        texturing.texture(BALL.vertices, BALL.faces, tokens(seed=5), NONE, 1),
        texturing.texture(BALL.vertices * 0.9, BALL.faces, tokens(), NONE, 1),
        texturing.texture(BALL.vertices, BALL.faces, tokens(), NONE, 1, resolution=1024),
    ):
        assert (other.read(points)[0] - values).abs().max() > 1e-3


def test_materials_lie_on_the_voxels_of_the_given_surface(texturing):
    materials = texturing.texture(BALL.vertices, BALL.faces, tokens(), NONE, 1)
    radii = np.linalg.norm((materials.coords.numpy() + 0.5) / 512 - 0.5, axis=1)
    assert np.abs(radii - 0.02).max() * 512 < 1.8
    assert len(torch.unique(materials.coords, dim=0)) == len(materials.coords)


def test_what_cannot_be_textured_is_refused(texturing, pipeline):
    with pytest.raises(MaquetteError, match="too small"):
        texturing.texture(BALL.vertices * 1e-3 + 0.0005, BALL.faces, tokens(), NONE, 1)
    with pytest.raises(MaquetteError, match="only textures given meshes"):
        texturing.sample(tokens(), NONE, 1)
    with pytest.raises(MaquetteError, match="names no shape_slat_encoder"):
        pipeline.texture(BALL.vertices, BALL.faces, tokens(), NONE, 1)


def test_it_reports_stages_and_can_be_cancelled(pipeline, texturing):
    seen = []

    def reporting(most):
        seen.clear()
        return Progress(
            report=lambda stage, step, *_: seen.append((stage, step)), is_cancelled=lambda: len(seen) > most
        )

    pipeline.sample(tokens(), NONE, 3, "1024_cascade", tokens(), progress=reporting(1000))
    stages = list(dict.fromkeys(stage for stage, _ in seen))
    assert stages == ["structure", "shape", "refine", "texture", "decode"]
    texturing.texture(BALL.vertices, BALL.faces, tokens(), NONE, 1, progress=reporting(1000))
    assert list(dict.fromkeys(stage for stage, _ in seen)) == ["voxels", "texture", "decode"]
    with pytest.raises(CancelledError):
        pipeline.sample(tokens(), NONE, 3, progress=reporting(5))


def test_a_folder_of_something_else_is_refused(tmp_path):
    with pytest.raises(MaquetteError, match=r"pipeline\.json is missing"):
        Trellis2Pipeline.from_pretrained(tmp_path)
    (tmp_path / "pipeline.json").write_text('{"args": {"models": {}}}')
    with pytest.raises(MaquetteError, match="has no tex_slat_sampler"):
        Trellis2Pipeline.from_pretrained(tmp_path)
