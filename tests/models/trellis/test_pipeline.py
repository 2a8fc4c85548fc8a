import dataclasses

import pytest

torch = pytest.importorskip("torch")

from maquette.models.trellis import TrellisPipeline  # noqa: E402
from maquette.progress import CancelledError, Progress  # noqa: E402
from maquette.protocol import MaquetteError  # noqa: E402
from tests.fakes.tiny_trellis import CONTEXT, write_data, write_pipeline  # noqa: E402

pytestmark = pytest.mark.torch


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_pipeline(tmp_path_factory.mktemp("trellis"))


@pytest.fixture(scope="module")
def pipeline(folder):
    return TrellisPipeline.from_pretrained(folder)


def tokens(count=1):
    return torch.randn(count, 5, CONTEXT, generator=torch.Generator().manual_seed(count))


NONE = torch.zeros(1, 5, CONTEXT)


def assert_same(one, other):
    assert torch.equal(one.coords, other.coords)
    assert torch.equal(one.slat.feats, other.slat.feats)
    assert all(torch.equal(a, b) for a, b in zip(one.mesh, other.mesh, strict=True))
    for name in ("means", "scales", "rotations", "opacities", "sh_dc"):
        assert torch.equal(getattr(one.splats, name), getattr(other.splats, name))


def test_conditions_become_voxels_latents_a_surface_and_splats(pipeline):
    result = pipeline.sample(tokens(), NONE, 3)
    rows = result.coords.tolist()
    assert rows == sorted(rows)
    assert 0 < len(rows) < 8**3
    assert result.slat.feats.shape == (len(rows), 8)
    assert result.splats.means.shape == (32 * len(rows), 3)
    vertices, faces, attributes = result.mesh
    assert faces.min() == 0
    assert faces.max() + 1 == len(vertices) == len(attributes)
    assert vertices.abs().max() <= 0.52
    assert attributes.min() >= 0
    assert attributes.max() <= 1


def test_a_seed_means_the_same_however_networks_are_kept(folder, pipeline):
    first = pipeline.sample(tokens(), NONE, 3)
    for memory in ("balanced", "fast"):
        kept = TrellisPipeline.from_pretrained(folder, memory=memory)
        assert_same(kept.sample(tokens(), NONE, 3), first)
        assert_same(kept.sample(tokens(), NONE, 3), first)
    assert not torch.equal(pipeline.sample(tokens(), NONE, 4).slat.feats[:3], first.slat.feats[:3])


def test_noise_is_that_of_the_published_seed(pipeline):
    """torch.manual_seed, the structure's noise, then the latents' in the order of their places."""
    still = dataclasses.replace(pipeline.slat_sampler, steps=0)
    result = dataclasses.replace(pipeline, slat_sampler=still).sample(tokens(), NONE, 7)
    torch.manual_seed(7)
    torch.randn(1, 8, 4, 4, 4)
    expected = torch.randn(len(result.coords), 8) * 2.0 + 0.5
    torch.testing.assert_close(result.slat.feats, expected)


def test_several_pictures_share_the_steps_in_two_ways(pipeline):
    several = tokens(2)
    turns = pipeline.sample(several, NONE, 3, mode="stochastic")
    mean = pipeline.sample(several, NONE, 3, mode="multidiffusion")
    assert len(turns.coords) != len(mean.coords) or not torch.equal(turns.slat.feats, mean.slat.feats)
    twice = torch.cat([tokens()] * 2)
    once = pipeline.sample(tokens(), NONE, 3)
    for mode in ("stochastic", "multidiffusion"):
        assert_same(pipeline.sample(twice, NONE, 3, mode=mode), once)
    assert_same(pipeline.sample([tokens(), tokens()], NONE, 3), once)


def test_a_variation_keeps_the_voxels_of_its_mesh(pipeline):
    vertices = [[0, 0, 0], [2, 0, 0], [0, 2, 0], [0, 0, 2]]
    faces = [[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]]
    one, other = (pipeline.vary(vertices, faces, tokens(), NONE, seed) for seed in (1, 2))
    assert torch.equal(one.coords, other.coords)
    assert one.coords[0].tolist() == [0, 0, 0, 0]
    assert not torch.equal(one.slat.feats, other.slat.feats)


def test_an_empty_structure_is_refused(folder):
    pipeline = TrellisPipeline.from_pretrained(folder, memory="fast")
    with pipeline.stages.network("sparse_structure_decoder") as decoder:
        decoder.out_layer[2].bias.fill_(-100)
    with pytest.raises(MaquetteError, match="the structure came out empty"):
        pipeline.sample(tokens(), NONE, 3)


def test_it_reports_stages_and_can_be_cancelled(pipeline):
    seen = []
    progress = Progress(
        report=lambda stage, step, *_: seen.append((stage, step)), is_cancelled=lambda: len(seen) > 5
    )
    with pytest.raises(CancelledError):
        pipeline.sample(tokens(), NONE, 3, progress=progress)
    assert seen[0] == ("structure", 0)
    assert seen[-1] == ("latents", 1)


def test_networks_of_another_repository_are_looked_for_there(folder, tmp_path):
    alone = tmp_path / "text"
    alone.mkdir()
    described = (folder / "pipeline.json").read_text().replace('"ckpts/', '"Someone/Elsewhere/ckpts/')
    (alone / "pipeline.json").write_text(described)
    asked = []

    def find(hub_id, path):
        asked.append(hub_id)
        return folder / path

    pipeline = TrellisPipeline.from_pretrained(alone, find=find)
    assert set(asked) == {"Someone/Elsewhere"}
    assert len(pipeline.sample(tokens(), NONE, 3).coords) > 0
    with pytest.raises(MaquetteError, match="Someone/Elsewhere"):
        TrellisPipeline.from_pretrained(alone)


def test_a_repository_is_found_among_the_weights_of_this_disk(folder, tmp_path, monkeypatch):
    """Its networks lie in two folders, as texts and pictures share decoders."""
    monkeypatch.setenv("MAQUETTE_DATA", str(tmp_path))
    hub_id = "microsoft/TRELLIS-image-large"
    with pytest.raises(MaquetteError, match="weights pull trellis-image-large"):
        TrellisPipeline.from_pretrained(hub_id)
    write_data(tmp_path, ("trellis-image-large",))
    with pytest.raises(MaquetteError, match="weights pull trellis-decoders"):
        TrellisPipeline.from_pretrained(hub_id)
    write_data(tmp_path, ("trellis-decoders",))
    found = TrellisPipeline.from_pretrained(hub_id)
    assert_same(
        found.sample(tokens(), NONE, 3), TrellisPipeline.from_pretrained(folder).sample(tokens(), NONE, 3)
    )


def test_a_folder_of_something_else_is_refused(tmp_path):
    with pytest.raises(MaquetteError, match=r"pipeline\.json is missing"):
        TrellisPipeline.from_pretrained(tmp_path)
    (tmp_path / "pipeline.json").write_text('{"args": {"models": {}}}')
    with pytest.raises(MaquetteError, match="names no sparse_structure_flow_model"):
        TrellisPipeline.from_pretrained(tmp_path)
