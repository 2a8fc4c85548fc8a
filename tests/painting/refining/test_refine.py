"""The recipe with networks that know the surface: what comes out has a ground truth."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

pytest.importorskip("diffusers")
pytest.importorskip("torch")

import torch
from transformers import Swin2SRForImageSuperResolution

from maquette.assets import Asset, Material
from maquette.assets.color import linear_to_srgb, srgb_to_linear
from maquette.metrics.identity import compare_meshes, digest
from maquette.metrics.light_leak import light_leak
from maquette.metrics.pictures import sharpness
from maquette.metrics.seams import seam_error
from maquette.metrics.texels import compare_texels
from maquette.painting.refining.larger import fitting_side
from maquette.progress import CancelledError, Progress
from maquette.protocol import MaquetteError
from maquette.recipes import Request
from maquette.recipes.texture_refine import RECIPE
from maquette.texture.controls import draw_controls
from maquette.texture.enlarge import enlarge
from maquette.texture.views import plan_views, render_views
from maquette.texture.views.texel_points import texel_points
from tests.fakes.analytic_editor import LedDenoiser
from tests.texture.views.scenes import ball, box, painted, together

pytestmark = pytest.mark.torch

SIZE = VIEW = 256
QUICK = {"texture_size": str(SIZE), "view_size": VIEW, "steps": 2, "views": 4, "detail": 0.0}


def fine(positions: Any) -> Any:
    """Detail that a blur takes away."""
    return (0.5 + 0.3 * np.sin(positions * 30)).astype(np.float32)


@pytest.fixture(scope="module")
def mesh() -> Any:
    return together((ball(16), (0, 0, 0)), (box(4, 0.3), (1.1, 0, 0.2)))


@pytest.fixture(scope="module")
def cameras(mesh: Any) -> Any:
    return plan_views(mesh, 4, 4)


@pytest.fixture(scope="module")
def truth(mesh: Any) -> Any:
    return painted(mesh, SIZE, fine)


def wearing(color: Any) -> Material:
    """The colour [S, S, 3] with other maps of some content."""
    size = len(color)
    orm = np.random.default_rng(0).integers(0, 256, (size, size, 3), np.uint8)
    normal = np.full((size, size, 3), (140, 120, 250), np.uint8)
    return Material(np.rint(color * 255).astype(np.uint8), orm, normal)


def request(mesh: Any, data: Path, worn: Any, mask: Any = None, **values: Any) -> Request:
    given = RECIPE.description.validated({**QUICK, **values})
    return Request("carved stone", given, 3, mesh=mesh, data=data, maps=worn, mask=mask)


def colors(asset: Asset) -> Any:
    return asset.material.base_color[..., :3].astype(np.float32) / 255


@pytest.mark.parametrize(
    ("tier", "method"),
    [("batched", "gather"), pytest.param("sequential", "adam", marks=pytest.mark.slow), ("cpu", "gather")],
)
def test_a_blurred_surface_becomes_sharp(
    mesh: Any, cameras: Any, truth: Any, exact_weights: Path, tier: str, method: str
) -> None:
    texture, on_mesh = truth
    blurred = np.asarray(gaussian_filter(texture, (1.5, 1.5, 0)))
    worn = wearing(blurred)
    views = render_views(mesh, texture, cameras, VIEW)
    with LedDenoiser(draw_controls(mesh, cameras, VIEW).depth, views).in_place():
        asset = RECIPE.run(request(mesh, exact_weights, worn, tier=tier, method=method), Progress())
    gained = compare_texels(colors(asset), texture, on_mesh).psnr_db
    assert gained > compare_texels(blurred, texture, on_mesh).psnr_db + 10
    assert sharpness(colors(asset), on_mesh) == pytest.approx(sharpness(texture, on_mesh), rel=0.07)
    assert sharpness(blurred, on_mesh) < 0.75 * sharpness(texture, on_mesh)
    assert seam_error(mesh, colors(asset)).excess < seam_error(mesh, blurred).excess
    assert compare_meshes(asset.mesh, mesh).holds
    assert asset.provenance["uvs"] == "kept"
    assert np.array_equal(asset.material.orm, worn.orm)
    assert np.array_equal(asset.material.normal, worn.normal)


def test_light_that_is_painted_in_is_left_out(mesh: Any, cameras: Any, exact_weights: Path) -> None:
    """Each view comes back sharp, and lit from its own upper left."""
    texture, on_mesh = painted(mesh, SIZE, lambda p: 0.5 + 0.3 * (fine(p) - 0.5))
    blurred = np.asarray(gaussian_filter(texture, (1.5, 1.5, 0)))
    drawn = draw_controls(mesh, cameras, VIEW)
    views = render_views(mesh, texture, cameras, VIEW)
    towards = np.array([-0.5, 0.6, 0.62], np.float32)
    light = 0.45 + 0.75 * np.maximum((drawn.normal * 2 - 1) @ towards, 0)
    lit = linear_to_srgb(np.clip(srgb_to_linear(views) * light[..., None], 0, 1)).astype(np.float32)
    lit[~drawn.covered] = views[~drawn.covered]
    made = []
    with LedDenoiser(drawn.depth, lit).in_place():
        for amount in (0.0, 1.0):
            wish = request(mesh, exact_weights, wearing(blurred), tier="batched", delight=amount, rounds=1)
            made.append(colors(RECIPE.run(wish, Progress())))
    points = texel_points(mesh, SIZE)
    leaks = [light_leak(c.reshape(-1, 3)[points.texels], points.normals) for c in made]
    before = light_leak(blurred.reshape(-1, 3)[points.texels], points.normals)
    assert leaks[0] > before + 0.15
    assert leaks[1] < before + 0.03
    errors = [compare_texels(c, texture, on_mesh).psnr_db for c in made]
    assert errors[1] > errors[0] + 7


def test_larger_maps_have_the_detail_that_the_network_sees(
    mesh: Any, cameras: Any, exact_weights: Path
) -> None:
    """The network answers with the true view, four times as large; the result is compared with the truth."""
    texture, on_mesh = painted(mesh, 2 * SIZE, lambda p: (0.5 + 0.3 * np.sin(p * 100)).astype(np.float32))
    small = texture.reshape(SIZE, 2, SIZE, 2, 3).mean(axis=(1, 3))
    side = fitting_side(mesh, cameras[0], SIZE)
    large = torch.from_numpy(render_views(mesh, texture, cameras, 4 * side)).permute(0, 3, 1, 2)
    shown = torch.nn.functional.avg_pool2d(large, 4)

    def know(network: Any, pixel_values: Any) -> Any:
        assert pixel_values.shape[2] % network.config.window_size == 0
        inner = pixel_values[:, :, :side, :side]
        centre = slice(side // 4, -side // 4)
        apart = (inner[..., centre, centre] - shown[..., centre, centre]).abs().mean(dim=(1, 2, 3))
        return SimpleNamespace(reconstruction=large[int(apart.argmin())][None])

    values = {"texture_size": str(2 * SIZE), "super_resolution": True, "rounds": 0}
    with patch.object(Swin2SRForImageSuperResolution, "forward", know):
        asset = RECIPE.run(request(mesh, exact_weights, wearing(small), **values), Progress())
    plain = enlarge(small.astype(np.float32), 2 * SIZE)
    gained = compare_texels(colors(asset), texture, on_mesh).psnr_db
    assert gained > compare_texels(plain, texture, on_mesh).psnr_db + 4
    made, before = seam_error(mesh, colors(asset)), seam_error(mesh, plain)
    assert made.seam / made.interior < 1.15 * before.seam / before.interior
    assert {entry["name"] for entry in asset.provenance["weights"]} == {"swin2sr-x4"}  # type: ignore[index, union-attr, call-overload]


@pytest.mark.usefixtures("few_views")
def test_all_maps_grow_together(mesh: Any, truth: Any, random_weights: Path) -> None:
    worn = replace(wearing(truth[0]), emissive=np.full((SIZE, SIZE, 3), 30, np.uint8))
    values = {"texture_size": "512", "super_resolution": True, "rounds": 1, "views": 2, "view_size": 64}
    asset = RECIPE.run(request(mesh, random_weights, worn, tier="cpu", detail=1.0, **values), Progress())
    made = asset.material
    assert made.emissive is not None
    assert {len(m) for m in (made.base_color, made.orm, made.normal, made.emissive)} == {512}
    assert (made.emissive == 30).all()
    lengths = np.linalg.norm(made.normal.astype(float) / 127.5 - 1, axis=2)
    assert np.abs(lengths - 1).max() < 0.02
    assert (np.abs(made.normal.astype(int) - (140, 120, 250)) > 2).any()


@pytest.mark.usefixtures("few_views")
def test_what_a_mask_protects_and_what_belongs_to_others_stays(
    mesh: Any, truth: Any, random_weights: Path
) -> None:
    """The box alone is refined, in an atlas that it shares with the ball."""
    alone = replace(mesh, faces=mesh.faces[-192:], uvs=mesh.uvs[-192:])
    worn = wearing(truth[0])
    mask = np.zeros((SIZE, SIZE), np.uint8)
    mask[:, : SIZE * 3 // 4] = 255
    values = {"tier": "batched", "rounds": 1, "views": 3, "view_size": 64, "detail": 1.0}
    made = RECIPE.run(request(alone, random_weights, worn, mask, **values), Progress()).material
    changed = np.any(
        [(getattr(made, n) != getattr(worn, n)).any(axis=2) for n in ("base_color", "normal")], axis=0
    )
    assert changed.sum() > 500
    assert not changed[mask == 0].any()
    whole = RECIPE.run(request(alone, random_weights, worn, **values), Progress()).material
    of_ball = np.zeros((SIZE, SIZE), bool)
    of_ball.reshape(-1)[
        texel_points(replace(mesh, faces=mesh.faces[:-192], uvs=mesh.uvs[:-192]), SIZE).texels
    ] = True
    for name in ("base_color", "orm", "normal"):
        assert np.array_equal(getattr(whole, name)[of_ball], getattr(worn, name)[of_ball])


@pytest.mark.usefixtures("few_views")
def test_the_same_seed_gives_the_same_bytes(mesh: Any, truth: Any, random_weights: Path) -> None:
    values = {"tier": "cpu", "views": 2, "view_size": 64, "method": "adam", "rounds": 1}
    made = [
        RECIPE.run(request(mesh, random_weights, wearing(truth[0]), **values), Progress()) for _ in range(2)
    ]
    assert digest(made[0].mesh, made[0].material) == digest(made[1].mesh, made[1].material)


@pytest.mark.usefixtures("few_views")
def test_it_is_cancelled_in_any_stage(mesh: Any, truth: Any, random_weights: Path) -> None:
    values = {"super_resolution": True, "views": 2, "view_size": 64, "tier": "batched", "steps": 1}
    worn = wearing(truth[0][::4, ::4])
    for stop_at in RECIPE.description.stages:
        seen: list[str] = []

        def report(stage: str, step: int, steps: int, note: str, preview: bytes) -> None:
            seen.append(stage)  # noqa: B023

        progress = Progress(report, lambda: stop_at in seen)  # noqa: B023
        with pytest.raises(CancelledError):
            RECIPE.run(request(mesh, random_weights, worn, **values), progress)
        assert seen[-1] == stop_at


@pytest.mark.usefixtures("few_views")
def test_steps_that_are_announced_are_the_steps_that_are_taken(
    mesh: Any, truth: Any, random_weights: Path
) -> None:
    seen: dict[str, tuple[int, int]] = {}

    def report(stage: str, step: int, steps: int, note: str, preview: bytes) -> None:
        seen[stage] = (step, steps)

    for tier in ("batched", "cpu"):
        values = {"rounds": 2, "views": 2, "view_size": 64, "tier": tier, "steps": 3}
        RECIPE.run(request(mesh, random_weights, wearing(truth[0]), **values), Progress(report))
        assert all(step == steps for step, steps in seen.values()), seen


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"mesh": None}, "select one"),
        ({"maps": None}, "wears none"),
        ({"uvs": None}, "has no UVs"),
        ({"tiling": True}, "cannot be worked on"),
        ({"rounds": 0}, "have 256 texels already"),
    ],
)
def test_what_cannot_be_refined_is_told(
    mesh: Any, truth: Any, random_weights: Path, change: dict[str, Any], words: str
) -> None:
    asked = request(mesh, random_weights, wearing(truth[0]))
    if "uvs" in change or "tiling" in change:
        asked = replace(asked, mesh=replace(mesh, uvs=None if "uvs" in change else mesh.uvs * 3))
    elif "rounds" in change:
        asked = replace(asked, parameters={**asked.parameters, "rounds": 0})
    else:
        asked = replace(asked, **change)
    with pytest.raises(MaquetteError, match=words):
        RECIPE.run(asked, Progress())
