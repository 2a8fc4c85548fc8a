"""Checkpoints in the published layout, loaded from the disk, paint pictures."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from maquette.priors.checkpoints import FindFolder, is_here, load_sd15, load_sdxl
from maquette.priors.intrinsics import Decomposer
from maquette.priors.painter import Control, Order, Painter
from maquette.priors.pictures import LatentCodec, to_pictures, to_tensor
from maquette.priors.placement import Placement
from maquette.progress import CancelledError, Progress
from maquette.protocol import MaquetteError
from tests.fakes.exact_vae import exact_small_vae, exact_vae

pytestmark = pytest.mark.torch

SIZE = 64
BATCHED = Placement("batched", "cpu", torch.float32)
SMALL = Placement("cpu", "cpu", torch.float32)


def pictures(count: int, seed: int = 0) -> Any:
    return np.random.default_rng(seed).random((count, SIZE, SIZE, 3), dtype=np.float32)


def order(count: int = 2, steps: int = 2, **changes: Any) -> Order:
    controls = [
        Control("depth", pictures(count, 1), 0.7, 0.8),
        Control("normal", pictures(count, 2), 0.4, 0.6),
    ]
    return replace(Order([f"view {n}" for n in range(count)], SIZE, steps, 3.0, 5, controls), **changes)


@pytest.fixture(scope="module")
def painter(find: FindFolder) -> Painter:
    return Painter(load_sdxl(find, BATCHED, fast=False, reference=False), BATCHED)


@pytest.fixture(scope="module")
def small(find: FindFolder) -> Painter:
    return Painter(load_sd15(find, SMALL, ("depth", "tile")), SMALL)


def test_pictures_follow_prompt_controls_and_seed(painter: Painter) -> None:
    first = painter.paint(order(), Progress())
    assert first.shape == (2, SIZE, SIZE, 3)
    assert first.dtype == np.float32
    assert 0 <= first.min() <= first.max() <= 1
    assert np.array_equal(painter.paint(order(), Progress()), first)
    changed = [
        order(seed=6),
        order(prompts=["a", "b"]),
        order(controls=[Control("depth", pictures(2, 9), 0.7)]),
        order(controls=[Control("tile", pictures(2, 1), 0.7)]),
        order(negative_prompt="red"),
    ]
    for other in changed:
        assert not np.array_equal(painter.paint(other, Progress()), first)


def test_a_views_noise_does_not_depend_on_the_batch(painter: Painter) -> None:
    both = painter.paint(order(), Progress())
    alone = order(1)
    alone = replace(alone, controls=[replace(c, pictures=c.pictures[:1]) for c in order().controls])
    np.testing.assert_allclose(painter.paint(alone, Progress())[0], both[0], atol=1e-4)


def test_pieces_of_a_batch_give_the_same_pictures(find: FindFolder, painter: Painter) -> None:
    cut = replace(BATCHED, chunk=1)
    other = Painter(load_sdxl(find, cut, fast=False, reference=False), cut)
    np.testing.assert_allclose(
        other.paint(order(), Progress()), painter.paint(order(), Progress()), atol=1e-4
    )


@pytest.mark.parametrize("family", ["sdxl", "sd15"])
def test_what_the_mask_does_not_hold_stays(find_exact: FindFolder, family: str) -> None:
    placement = BATCHED if family == "sdxl" else SMALL
    parts = load_sdxl(find_exact, BATCHED, False, False) if family == "sdxl" else load_sd15(find_exact, SMALL)
    there = pictures(1, 8)
    mask = np.zeros((1, SIZE, SIZE), np.float32)
    mask[:, :, 32:] = 1
    controls = [Control("depth", pictures(1), 0.7)]
    masked = order(1, 4, controls=controls, images=there, masks=mask)
    made = Painter(parts, placement).paint(masked, Progress())
    np.testing.assert_allclose(made[:, :, :32], there[:, :, :32], atol=0.01)
    assert np.abs(made[:, :, 32:] - there[:, :, 32:]).mean() > 0.1


def test_a_low_strength_runs_the_last_steps_alone(painter: Painter) -> None:
    steps: list[int] = []
    progress = Progress(lambda stage, step, *_: steps.append(step))
    progress.stage("paint", 10)
    over = order(1, 10, images=pictures(1), strength=0.3)
    painter.paint(over, progress)
    assert over.steps_run == 3
    assert steps == [0, 1, 2, 3]


def test_the_watcher_sees_every_step_and_its_wish_is_followed(painter: Painter) -> None:
    shares: list[float] = []

    def watch(share: float, decode: Callable[[], Any]) -> Any:
        shares.append(share)
        assert decode().shape == (2, SIZE, SIZE, 3)
        return None

    untouched = painter.paint(order(2, 4), Progress(), watch)
    assert shares == [0.0, 0.25, 0.5, 0.75]
    np.testing.assert_allclose(untouched, painter.paint(order(2, 4), Progress()), atol=1e-4)


def test_what_the_watcher_wishes_is_where_the_pictures_end(find_exact: FindFolder) -> None:
    def without_small(name: str) -> Path:  # its soft clamp bends what a random network comes up with
        if name == "taesdxl":
            raise MaquetteError("missing_weights", "taesdxl is not here", "pull_weights")
        return find_exact(name)

    painter = Painter(load_sdxl(without_small, BATCHED, False, False), BATCHED)
    assert "taesdxl" not in painter.names
    wanted = pictures(2, 4) * 0.6 + 0.2
    made = painter.paint(order(2, 6), Progress(), lambda share, decode: wanted)
    assert np.abs(made - wanted).mean() < 0.05  # Euler's last step leaves a little of the noise
    alone = painter.paint(order(2, 6), Progress())
    assert np.abs(alone - wanted).mean() > 0.15


def test_a_cancel_stops_between_steps(painter: Painter) -> None:
    seen: list[int] = []
    progress = Progress(lambda stage, step, *_: seen.append(step), lambda: len(seen) >= 3)
    progress.stage("paint", 50)
    with pytest.raises(CancelledError):
        painter.paint(order(1, 50), progress)
    assert seen == [0, 1, 2]
    assert painter.paint(order(), Progress()).shape == (2, SIZE, SIZE, 3)


def test_a_reference_picture_is_followed(find: FindFolder) -> None:
    painter = Painter(load_sdxl(find, BATCHED, fast=True, reference=True), BATCHED)
    assert {"ip-adapter-sdxl", "sdxl-lightning", "taesdxl"} <= set(painter.names)
    shown = [np.full((40, 40, 3), grey, np.uint8) for grey in (30, 220)]
    dark, light = (painter.paint(order(1, reference=picture), Progress()) for picture in shown)
    assert not np.array_equal(dark, light)
    off = [
        painter.paint(order(1, reference=picture, reference_strength=0.0), Progress()) for picture in shown
    ]
    np.testing.assert_allclose(off[0], off[1], atol=1e-4)


def test_the_small_model_paints_with_one_control_or_two(small: Painter) -> None:
    one = order(1, 4, controls=[Control("depth", pictures(1), 0.7)], guidance_scale=1.0)
    two = replace(one, controls=[*one.controls, Control("tile", pictures(1, 3), 0.6)])
    first, second = (small.paint(wanted, Progress()) for wanted in (one, two))
    assert first.shape == second.shape == (1, SIZE, SIZE, 3)
    assert not np.array_equal(first, second)
    with pytest.raises(MaquetteError, match="no control for normal"):
        small.paint(order(1), Progress())


def test_missing_weights_are_named_before_anything_is_loaded(find: FindFolder) -> None:
    def without(name: str) -> Path:
        if name == "sdxl-lightning":
            raise MaquetteError("missing_weights", "sdxl-lightning is not here", "pull_weights")
        return find(name)

    with pytest.raises(MaquetteError, match="sdxl-lightning"):
        load_sdxl(without, BATCHED, fast=True, reference=False)
    assert is_here(find, "taesd")
    assert not is_here(without, "sdxl-lightning")
    with pytest.raises(MaquetteError, match="unknown"):
        is_here(find, "no-such-weights")


def test_materials_are_told_from_pictures_one_by_one(find: FindFolder) -> None:
    steps: list[int] = []
    progress = Progress(lambda stage, step, *_: steps.append(step))
    progress.stage("materials", 2)
    decomposer = Decomposer(find, SMALL)
    found = decomposer.decompose(pictures(2), 0, progress)
    assert found.albedo.shape == (2, SIZE, SIZE, 3)
    assert found.roughness.shape == found.metallic.shape == (2, SIZE, SIZE, 1)
    assert not np.array_equal(found.roughness, found.metallic)
    assert steps == [0, 1, 2]
    decomposer.close()


def test_latents_of_either_autoencoder_are_pictures_and_back() -> None:
    shown = pictures(3)
    for codec in (LatentCodec(exact_vae(), None, 2), LatentCodec(exact_vae(), exact_small_vae(), 2)):
        latents = codec.encode(shown, torch.zeros(1))
        np.testing.assert_allclose(codec.decode(latents), shown, atol=2e-3)
    assert np.array_equal(to_pictures(to_tensor(shown)), shown)
