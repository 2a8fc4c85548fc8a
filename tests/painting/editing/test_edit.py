"""The recipe with networks that know what the surface shall become, and how it was."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest

pytest.importorskip("diffusers")
pytest.importorskip("torch")

from maquette.assets import Asset, Material
from maquette.metrics.identity import compare_meshes, digest
from maquette.metrics.texels import compare_texels
from maquette.painting.editing.framing import closer, frame_region
from maquette.painting.editing.region import find_region
from maquette.priors.denoiser import LatentPrior
from maquette.progress import CancelledError, Progress
from maquette.protocol import MaquetteError
from maquette.recipes import Request
from maquette.recipes.texture_edit import RECIPE
from maquette.texture.controls import draw_controls
from maquette.texture.views import orbit, render_views
from maquette.texture.views.texel_points import texel_points
from tests.fakes.analytic_editor import LedDenoiser, PromptedDenoiser
from tests.texture.views.scenes import ball, box, painted, together, waves

pytestmark = pytest.mark.torch

SIZE, VIEW = 256, 128
QUICK = {"view_size": VIEW, "detail": 0.0, "strength": 1.0}
MAPS = ("base_color", "orm", "normal", "emissive")


@pytest.fixture(scope="module")
def mesh() -> Any:
    return together((ball(16), (0, 0, 0)), (box(4, 0.3), (1.1, 0, 0.2)))


@pytest.fixture(scope="module")
def mask(mesh: Any) -> Any:
    """The upper half of the ball."""
    points = texel_points(mesh, SIZE)
    flat = np.zeros(SIZE * SIZE, np.uint8)
    flat[points.texels[(points.positions[:, 2] > 0.05) & (points.positions[:, 0] < 0.6)]] = 255
    return flat.reshape(SIZE, SIZE)


@pytest.fixture(scope="module")
def worn(mesh: Any) -> Material:
    """All maps, with content everywhere, and alpha."""
    noise = np.random.default_rng(0).integers(0, 256, (SIZE, SIZE, 4), np.uint8)
    color = noise.copy()
    color[..., :3] = np.rint(painted(mesh, SIZE)[0] * 255)
    normal = np.full((SIZE, SIZE, 3), (140, 120, 250), np.uint8)
    return Material(color, noise[..., :3].copy(), normal, noise[..., 1:].copy(), "MASK")


@pytest.fixture(scope="module")
def wanted(mesh: Any) -> Any:
    return painted(mesh, SIZE, lambda positions: 1 - waves(positions))[0]


def request(mesh: Any, data: Path, worn: Any, mask: Any, **values: Any) -> Request:
    given = RECIPE.description.validated({**QUICK, **values})
    return Request("rusty iron", given, 3, mesh=mesh, data=data, maps=worn, mask=mask)


def colors(material: Material) -> Any:
    return material.base_color[..., :3].astype(np.float32) / 255


@contextmanager
def knowing(mesh: Any, worn: Material, wanted: Any, mask: Any, by_prompt: bool) -> Iterator[None]:
    """Networks that lead to what is wanted: always, or where the prompt asks for rust."""
    cameras = frame_region(mesh, find_region(mesh, mask, SIZE).texels, 8, Progress())
    depth = draw_controls(mesh, cameras, VIEW).depth
    after = render_views(mesh, wanted, cameras, VIEW)
    if not by_prompt:
        with LedDenoiser(depth, after).in_place():
            yield
        return
    denoiser = PromptedDenoiser(depth, render_views(mesh, colors(worn), cameras, VIEW), after)
    published = LatentPrior.describe

    def describe(prior: Any, prompts: Any) -> Any:
        words = published(prior, prompts)
        if "rusty" in prompts[0]:
            denoiser.learn(words.tokens)
        return words

    with denoiser.in_place(), patch.object(LatentPrior, "describe", describe):
        yield


def check_untouched(asset: Asset, worn: Material, mask: Any) -> None:
    """Every texel that the mask protects, in every map, bit for bit."""
    for name in MAPS:
        made, before = getattr(asset.material, name), getattr(worn, name)
        assert np.array_equal(made[mask <= 127], before[mask <= 127]), name
    assert np.array_equal(asset.material.base_color[..., 3], worn.base_color[..., 3])
    assert asset.material.alpha_mode == worn.alpha_mode


@pytest.mark.parametrize("tier", ["batched", "cpu"])
def test_inpainting_makes_the_inside_what_is_wanted_and_leaves_the_rest(
    mesh: Any, worn: Material, wanted: Any, mask: Any, exact_weights: Path, tier: str
) -> None:
    with knowing(mesh, worn, wanted, mask, by_prompt=False):
        asset = RECIPE.run(request(mesh, exact_weights, worn, mask, tier=tier, steps=4), Progress())
    inside = find_region(mesh, mask, SIZE).texels
    assert compare_texels(colors(asset.material), wanted, inside).psnr_db > 40
    check_untouched(asset, worn, mask)
    assert compare_meshes(asset.mesh, mesh).holds


@pytest.mark.parametrize(("method", "tier"), [("dds", "cpu"), ("pds", "batched")])
def test_distillation_moves_the_inside_towards_the_target(
    mesh: Any, worn: Material, wanted: Any, mask: Any, exact_weights: Path, method: str, tier: str
) -> None:
    values = {"method": method, "tier": tier, "steps": 120, "guidance_scale": 1.0, "learning_rate": 0.03}
    with knowing(mesh, worn, wanted, mask, by_prompt=True):
        asset = RECIPE.run(
            request(mesh, exact_weights, worn, mask, identity_weight=0.0, **values), Progress()
        )
    inside = find_region(mesh, mask, SIZE).texels
    before = compare_texels(colors(worn), wanted, inside).psnr_db
    assert compare_texels(colors(asset.material), wanted, inside).psnr_db > before + 15
    check_untouched(asset, worn, mask)


def test_an_identity_weight_holds_on_to_what_is_there(
    mesh: Any, worn: Material, wanted: Any, mask: Any, exact_weights: Path
) -> None:
    inside = find_region(mesh, mask, SIZE).texels
    near = []
    for held in (0.0, 2.0):
        values = {"method": "pds", "tier": "cpu", "steps": 40, "guidance_scale": 1.0, "learning_rate": 0.03}
        with knowing(mesh, worn, wanted, mask, by_prompt=True):
            asset = RECIPE.run(
                request(mesh, exact_weights, worn, mask, identity_weight=held, **values), Progress()
            )
        near.append(compare_texels(colors(asset.material), colors(worn), inside).psnr_db)
    assert near[1] > near[0] + 8


def test_equal_prompts_change_nothing(mesh: Any, worn: Material, mask: Any, random_weights: Path) -> None:
    """With one prompt on both sides delta denoising is exactly 0, whatever the networks answer."""
    asked = request(
        mesh, random_weights, worn, mask, method="dds", tier="cpu", steps=2, materials=False,
        source_prompt="rusty iron",
    )  # fmt: skip
    assert digest(mesh, RECIPE.run(asked, Progress()).material) == digest(mesh, worn)


@pytest.mark.parametrize("values", [{"method": "inpaint"}, {"method": "dds", "steps": 2}])
def test_random_networks_stay_inside_and_repeat_themselves(
    mesh: Any, worn: Material, mask: Any, random_weights: Path, values: dict[str, Any]
) -> None:
    wish = {"tier": "batched", "steps": 3, "views": 2, "view_size": 64, "detail": 1.0, **values}
    made = [RECIPE.run(request(mesh, random_weights, worn, mask, **wish), Progress()) for _ in range(2)]
    check_untouched(made[0], worn, mask)
    assert (made[0].material.base_color != worn.base_color).any(axis=2).sum() > 500
    assert digest(made[0].mesh, made[0].material) == digest(made[1].mesh, made[1].material)
    if values["method"] == "inpaint":
        assert (made[0].material.orm != worn.orm).any()
        assert (made[0].material.normal != worn.normal).any()


def test_without_a_mask_all_may_change(mesh: Any, worn: Material, random_weights: Path) -> None:
    wish = {"tier": "batched", "steps": 2, "views": 4, "view_size": 64}
    asset = RECIPE.run(request(mesh, random_weights, worn, None, **wish), Progress())
    points = texel_points(mesh, SIZE)
    changed = (asset.material.base_color != worn.base_color).any(axis=2).reshape(-1)[points.texels]
    assert changed.mean() > 0.9


def test_it_is_cancelled_in_any_stage(mesh: Any, worn: Material, mask: Any, random_weights: Path) -> None:
    wish = {"tier": "batched", "steps": 1, "views": 1, "view_size": 64}
    for stop_at, method in [*((stage, "inpaint") for stage in RECIPE.description.stages), ("edit", "pds")]:
        seen: list[str] = []

        def report(stage: str, step: int, steps: int, note: str, preview: bytes) -> None:
            seen.append(stage)  # noqa: B023

        asked = request(mesh, random_weights, worn, mask, method=method, **wish)
        with pytest.raises(CancelledError):
            RECIPE.run(asked, Progress(report, lambda: stop_at in seen))  # noqa: B023
        assert seen[-1] == stop_at


def test_steps_that_are_announced_are_the_steps_that_are_taken(
    mesh: Any, worn: Material, mask: Any, random_weights: Path
) -> None:
    for method, tier in (("inpaint", "cpu"), ("dds", "batched")):
        seen: dict[str, tuple[int, int]] = {}

        def report(stage: str, step: int, steps: int, note: str, preview: bytes) -> None:
            seen[stage] = (step, steps)  # noqa: B023

        wish = {"tier": tier, "steps": 3, "views": 2, "view_size": 64, "method": method, "strength": 0.6}
        RECIPE.run(request(mesh, random_weights, worn, mask, **wish), Progress(report))
        assert all(step == steps for step, steps in seen.values()), seen


def test_a_small_part_is_looked_at_from_near(mesh: Any) -> None:
    points = texel_points(mesh, SIZE)
    spot = np.zeros(SIZE * SIZE, bool)
    spot[points.texels[np.linalg.norm(points.positions - (0, -0.5, 0), axis=1) < 0.08]] = True
    cameras = frame_region(mesh, spot.reshape(SIZE, SIZE), 8, Progress())
    whole = 1 / orbit(mesh, [(0.0, 0.0)])[0].projection[0, 0]
    assert cameras
    for camera in cameras:
        assert 1 / camera.projection[0, 0] <= whole / 3
        middle = camera.project(np.array([[0, -0.5, 0]]))[0]
        assert np.abs(middle[:2]).max() < 0.3
        assert np.abs(camera.project(mesh.vertices)[:, 2]).max() <= 1  # nothing that hides is cut off


def test_points_that_fill_the_picture_leave_the_camera_as_it_is(mesh: Any) -> None:
    camera = orbit(mesh, [(30.0, 20.0)])[0]
    assert closer(camera, mesh.vertices) is camera


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"prompt": " "}, "the prompt is empty"),
        ({"maps": None}, "wears none"),
        ({"mask": np.zeros((8, 8), np.uint8)}, "the mask protects all"),
    ],
)
def test_what_cannot_be_edited_is_told(
    mesh: Any, worn: Material, random_weights: Path, change: dict[str, Any], words: str
) -> None:
    with pytest.raises(MaquetteError, match=words):
        RECIPE.run(replace(request(mesh, random_weights, worn, None), **change), Progress())
