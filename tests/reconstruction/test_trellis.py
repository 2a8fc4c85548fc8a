"""TRELLIS's recipes with small random checkpoints, from what a person gives to assets."""

import numpy as np
import pytest

pytest.importorskip("torch")

from maquette import weights
from maquette.geometry.repair.clean import check
from maquette.metrics.uv import measure_uvs
from maquette.progress import Progress
from maquette.protocol import MaquetteError
from maquette.recipes import RECIPES
from tests.fakes.tiny_trellis import write_data

from .scenes import STEPS, block, picture, run

pytestmark = [pytest.mark.torch, pytest.mark.timeout(240)]

IMAGE_STEPS = {**STEPS, "structure_steps": 2, "structure_guidance": 2.0}


def watched():
    stages, notes = [], []

    def report(stage, step, steps, note, preview):
        stages.append(stage)
        notes.extend([note] if note else [])

    return Progress(report), stages, notes


def description(name):
    return next(recipe.description for recipe in RECIPES if recipe.description.name == name)


def assert_is_asset(asset, size=256):
    assert check(asset.mesh.vertices, asset.mesh.faces).sound
    assert 0 < len(asset.mesh.faces) <= 4000  # random weights make sponges, which no budget flattens
    quality = measure_uvs(asset.mesh.vertices, asset.mesh.faces, asset.mesh.uvs, size)
    assert quality.mirrored + quality.folded == 0
    assert asset.material.base_color.shape == (size, size, 3)
    assert asset.material.base_color.std() > 1


def test_a_picture_becomes_an_asset_that_says_how(trellis_data):
    progress, stages, notes = watched()
    parameters = {**IMAGE_STEPS, "size": 2.0}
    asset = run("trellis-image", trellis_data, parameters, progress, images=(picture(),))
    assert tuple(dict.fromkeys(stages)) == description("trellis-image").stages
    assert_is_asset(asset)
    np.testing.assert_allclose(asset.mesh.bounds[0, 2], 0, atol=1e-5)
    np.testing.assert_allclose(np.ptp(asset.mesh.bounds, axis=0).max(), 2, atol=1e-4)
    about = asset.provenance
    assert about["recipe"] == "trellis-image"
    assert about["seed"] == 3
    assert about["memory"] == "low"
    assert about["parameters"]["size"] == 2.0
    assert {entry["name"] for entry in about["weights"]} == set(description("trellis-image").weights)
    assert notes[0].startswith("memory: low")


def test_a_seed_gives_the_same_bytes_and_another_picture_another_thing(trellis_data):
    one, again, other = (
        run("trellis-image", trellis_data, IMAGE_STEPS, Progress(), images=(shown,))
        for shown in (picture(), picture(), picture()[::2])
    )
    assert np.array_equal(one.mesh.vertices, again.mesh.vertices)
    assert np.array_equal(one.material.base_color, again.material.base_color)
    assert not np.array_equal(one.mesh.vertices, other.mesh.vertices[: len(one.mesh.vertices)])


@pytest.mark.parametrize("several", ["stochastic", "multidiffusion"])
def test_several_pictures_are_one_thing(trellis_data, several):
    shown = (picture(), picture()[:, ::2])
    asset = run("trellis-image", trellis_data, {**IMAGE_STEPS, "several": several}, Progress(), images=shown)
    assert_is_asset(asset)
    assert asset.provenance["parameters"]["several"] == several


@pytest.mark.parametrize("name", ["trellis-text", "trellis-text-base", "trellis-text-xlarge"])
def test_words_become_an_asset(trellis_data, name):
    asset = run(name, trellis_data, IMAGE_STEPS, Progress(), prompt="a chair")
    assert_is_asset(asset)
    assert asset.name == "a chair"
    assert {entry["name"] for entry in asset.provenance["weights"]} == set(description(name).weights)


@pytest.mark.parametrize("inputs", [{"prompt": "a tower"}, {"images": (picture(),)}])
def test_a_variation_stands_where_its_mesh_does(trellis_data, inputs):
    mesh, _ = block()
    progress, stages, _ = watched()
    asset = run("trellis-vary", trellis_data, STEPS, progress, mesh=mesh, **inputs)
    assert tuple(dict.fromkeys(stages)) == description("trellis-vary").stages
    assert_is_asset(asset)
    np.testing.assert_allclose(asset.mesh.bounds.mean(0), mesh.bounds.mean(0), atol=0.35)


def test_colours_come_from_splats_or_from_the_mesh(trellis_data):
    splats, mesh = (
        run("trellis-image", trellis_data, {**IMAGE_STEPS, "colors": colors}, Progress(), images=(picture(),))
        for colors in ("splats", "mesh")
    )
    assert np.array_equal(splats.mesh.vertices, mesh.mesh.vertices)
    assert not np.array_equal(splats.material.base_color, mesh.material.base_color)


def test_what_is_missing_is_named_before_anything_is_computed(tmp_path):
    write_data(tmp_path, ("trellis-decoders",))
    mesh, _ = block()
    for inputs, words in [
        ({"prompt": "a tower"}, "pull trellis-text-large clip-vit-large-patch14"),
        ({"images": (picture(),)}, "pull trellis-image-large dinov2-with-registers-large"),
    ]:
        with pytest.raises(MaquetteError, match=words) as caught:
            run("trellis-vary", tmp_path, STEPS, Progress(), mesh=mesh, **inputs)
        assert caught.value.remedy == "pull_weights"
    with pytest.raises(MaquetteError, match="neither a prompt nor a picture"):
        run("trellis-vary", tmp_path, STEPS, Progress(), mesh=mesh)


def test_every_recipe_names_weights_with_their_size_and_licence():
    named = {
        name: description(name).weights for name in ("trellis-image", "trellis-text", "trellis-text-xlarge")
    }
    sizes = {
        name: weights.total_bytes([weights.find(part) for part in parts]) for name, parts in named.items()
    }
    assert sizes["trellis-image"] == 2_334_525_976 + 500_946_336 + 1_217_537_888
    assert sizes["trellis-text"] < sizes["trellis-text-xlarge"]
    for name, parts in named.items():
        assert all(weights.find(part).is_permissive for part in parts), name
