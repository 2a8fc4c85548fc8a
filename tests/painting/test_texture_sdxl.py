"""The recipe with networks that know the surface: what comes out has a ground truth."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from maquette.assets import Asset, Material
from maquette.assets.color import linear_to_srgb, srgb_to_linear
from maquette.metrics.identity import compare_meshes, digest
from maquette.metrics.light_leak import light_leak
from maquette.metrics.texels import compare_texels
from maquette.progress import CancelledError, Progress
from maquette.protocol import MaquetteError
from maquette.recipes import Request
from maquette.recipes.texture_sd15 import RECIPE as SD15
from maquette.recipes.texture_sdxl import RECIPE as SDXL
from maquette.texture.controls import draw_controls
from maquette.texture.gutter import fill
from maquette.texture.views import plan_views, render_views
from maquette.texture.views.texel_points import texel_points
from tests.fakes.analytic_denoiser import AnalyticDenoiser
from tests.texture.views.scenes import ball, box, painted, together, waves

pytestmark = pytest.mark.torch

SIZE, VIEW = 256, 128
SUN = np.array([0.4, -0.6, 0.7]) / np.linalg.norm([0.4, -0.6, 0.7])
QUICK = {"texture_size": str(SIZE), "view_size": VIEW, "delight": 0.0, "detail": 0.0}


@pytest.fixture(scope="module")
def mesh() -> Any:
    return together((ball(16), (0, 0, 0)), (box(4, 0.3), (1.1, 0, 0.2)))


@pytest.fixture(scope="module")
def cameras(mesh: Any) -> Any:
    return plan_views(mesh, 10, 4)


def knowing(mesh: Any, cameras: Any, texture: Any, views: Any = None) -> AnalyticDenoiser:
    pictures = render_views(mesh, texture, cameras, VIEW) if views is None else views
    return AnalyticDenoiser(draw_controls(mesh, cameras, VIEW).depth, pictures)


def request(mesh: Any, data: Path, recipe: Any = SDXL, **values: Any) -> Request:
    extra = {name: values.pop(name) for name in ("maps", "views", "images", "mask") if name in values}
    known = {parameter.name for parameter in recipe.description.parameters}
    given = {name: value for name, value in {**QUICK, **values}.items() if name in known}
    return Request("paint", recipe.description.validated(given), 3, mesh=mesh, data=data, **extra)


def colors(asset: Asset) -> Any:
    return asset.material.base_color.astype(np.float32) / 255


@pytest.mark.parametrize(("tier", "steps", "least_db"), [("batched", 8, 45.0), ("sequential", 4, 43.0)])
def test_a_known_surface_comes_back(
    mesh: Any, cameras: Any, exact_weights: Path, tier: str, steps: int, least_db: float
) -> None:
    texture, on_mesh = painted(mesh, SIZE)
    with knowing(mesh, cameras, texture).in_place():
        asset = SDXL.run(request(mesh, exact_weights, tier=tier, steps=steps), Progress())
    report = compare_texels(colors(asset), texture, on_mesh)
    assert report.psnr_db > least_db
    assert report.bleeding == 0
    assert compare_meshes(asset.mesh, mesh).holds
    assert asset.provenance["uvs"] == "kept"


def test_the_small_model_brings_it_back_too(mesh: Any, cameras: Any, exact_weights: Path) -> None:
    texture, on_mesh = painted(mesh, SIZE)
    with knowing(mesh, cameras, texture).in_place():
        asset = SD15.run(request(mesh, exact_weights, SD15), Progress())
    assert compare_texels(colors(asset), texture, on_mesh).psnr_db > 43
    assert asset.provenance["recipe"] == "texture-sd15"
    assert asset.provenance["tier"] == "cpu"


def test_views_that_disagree_are_brought_together(mesh: Any, cameras: Any, exact_weights: Path) -> None:
    """Every view's network has colours of its own; one texture after each step makes them one."""
    texture, on_mesh = painted(mesh, SIZE)
    truth = render_views(mesh, texture, cameras, VIEW)
    tint = np.random.default_rng(0).uniform(-0.12, 0.12, (len(truth), 1, 1, 3)).astype(np.float32)
    views = np.clip(truth + tint * draw_controls(mesh, cameras, VIEW).covered[..., None], 0, 1)
    with knowing(mesh, cameras, texture, views).in_place():
        together_made = SDXL.run(request(mesh, exact_weights, tier="batched", steps=8), Progress())
    spread = views_spread(mesh, cameras, together_made)
    assert spread < 0.12
    assert compare_texels(colors(together_made), texture, on_mesh).psnr_db > 22


def views_spread(mesh: Any, cameras: Any, asset: Asset) -> float:
    """How far the texture is from the views that it was made of: large where they disagree."""
    count = len(cameras)
    from maquette.painting.sheet import from_sheet

    assert asset.views is not None
    pictures = from_sheet(asset.views, count)
    shown = render_views(mesh, colors(asset), cameras, VIEW)
    covered = draw_controls(mesh, cameras, VIEW).covered
    return float(np.abs(pictures - shown)[covered].mean())


@pytest.mark.parametrize("tier", ["batched", "sequential"])
def test_lit_views_leave_no_light_in_the_base_colour(
    mesh: Any, cameras: Any, exact_weights: Path, tier: str
) -> None:
    def checks(positions: Any) -> Any:
        odd = np.floor(positions * 6).sum(axis=1) % 2
        return np.where(odd[:, None] > 0, [0.75, 0.6, 0.4], [0.4, 0.32, 0.22]).astype(np.float32)

    texture, on_mesh = painted(mesh, SIZE, checks)
    points = texel_points(mesh, SIZE)
    flat = texture.reshape(-1, 3)
    lit = flat.copy()
    light = 0.35 + 0.9 * np.maximum(points.normals @ SUN, 0)
    lit[points.texels] = linear_to_srgb(np.clip(srgb_to_linear(flat[points.texels]) * light[:, None], 0, 1))
    [shaded] = fill([lit.reshape(SIZE, SIZE, 3)], on_mesh, 8)
    with knowing(mesh, cameras, shaded).in_place():
        baked, clean = (
            SDXL.run(request(mesh, exact_weights, tier=tier, steps=4, delight=amount), Progress())
            for amount in (0.0, 1.0)
        )
    leaks = [light_leak(colors(a).reshape(-1, 3)[points.texels], points.normals) for a in (baked, clean)]
    assert leaks[0] > 0.3
    assert leaks[1] < 0.05


def test_one_view_is_made_again_and_other_texels_stay(mesh: Any, cameras: Any, exact_weights: Path) -> None:
    texture, _ = painted(mesh, SIZE)
    with knowing(mesh, cameras, texture).in_place():
        first = SDXL.run(request(mesh, exact_weights, tier="batched", steps=5), Progress())
    other, _ = painted(mesh, SIZE, lambda positions: 1 - waves(positions))
    assert first.views is not None
    alpha = np.full((*first.views.shape[:2], 1), 255, np.uint8)
    again = request(
        mesh,
        exact_weights,
        tier="batched",
        steps=5,
        redo_view=2,
        maps=first.material,
        views=np.concatenate([first.views, alpha], axis=2),
    )
    with knowing(mesh, cameras, other).in_place():
        second = SDXL.run(again, Progress())
    changed = (second.material.base_color != first.material.base_color).any(axis=2)
    assert changed.sum() > 500
    from maquette.painting.maps import seen_by
    from maquette.texture.views import project_texels

    seen = seen_by(project_texels(mesh, cameras, SIZE, VIEW), [2])
    assert not (changed & ~seen).any()
    for name in ("orm", "normal"):
        same = getattr(second.material, name) == getattr(first.material, name)
        assert same[~seen].all()


@pytest.mark.usefixtures("few_views")
def test_the_same_seed_gives_the_same_bytes(mesh: Any, random_weights: Path) -> None:
    made = [
        SDXL.run(request(mesh, random_weights, tier="batched", steps=2, views=3, view_size=64), Progress())
        for _ in range(2)
    ]
    assert digest(made[0].mesh, made[0].material) == digest(made[1].mesh, made[1].material)


@pytest.mark.usefixtures("few_views")
def test_a_mesh_without_uvs_gets_new_ones_and_keeps_its_shape(mesh: Any, random_weights: Path) -> None:
    bare = replace(mesh, uvs=None)
    asset = SDXL.run(
        request(bare, random_weights, tier="batched", steps=1, views=2, view_size=64), Progress()
    )
    assert asset.provenance["uvs"] == "new"
    assert asset.mesh.uvs is not None
    assert np.array_equal(asset.mesh.vertices, mesh.vertices)
    assert np.array_equal(asset.mesh.faces, mesh.faces)


@pytest.mark.usefixtures("few_views")
def test_relief_and_occlusion_that_the_mesh_wore_stay(mesh: Any, random_weights: Path) -> None:
    generator = np.random.default_rng(0)
    normal = np.full((SIZE, SIZE, 3), (140, 120, 250), np.uint8)
    orm = generator.integers(0, 256, (SIZE, SIZE, 3), np.uint8)
    worn = Material(np.zeros((SIZE, SIZE, 3), np.uint8), orm, normal)
    quick = {"tier": "batched", "steps": 1, "views": 2, "view_size": 64}
    asset = SDXL.run(request(mesh, random_weights, maps=worn, **quick), Progress())
    assert np.array_equal(asset.material.orm[..., 0], orm[..., 0])
    lean = normal[0, 0].astype(float) / 127.5 - 1
    expected = np.rint((lean / np.linalg.norm(lean) * 0.5 + 0.5) * 255)
    assert np.abs(asset.material.normal.astype(float) - expected).max() <= 1


@pytest.mark.usefixtures("few_views")
def test_what_a_mask_protects_stays_bit_for_bit(mesh: Any, random_weights: Path) -> None:
    generator = np.random.default_rng(0)
    worn = Material(*(generator.integers(0, 256, (SIZE, SIZE, 3), np.uint8) for _ in range(3)))
    mask = np.zeros((SIZE, SIZE), np.uint8)
    mask[: SIZE // 2] = 255
    quick = {"tier": "batched", "steps": 1, "views": 2, "view_size": 64, "texture_size": "512"}
    asset = SDXL.run(request(mesh, random_weights, maps=worn, mask=mask, **quick), Progress())
    for name in ("base_color", "orm", "normal"):
        made, old = getattr(asset.material, name), getattr(worn, name)
        assert np.array_equal(made[SIZE // 2 :], old[SIZE // 2 :]), name
        assert (made[: SIZE // 2] != old[: SIZE // 2]).any(), name
    with pytest.raises(MaquetteError, match="a mask but no texture"):
        SDXL.run(request(mesh, random_weights, mask=mask, **quick), Progress())


class Stopper:
    """Stops the work at the first report after a stage was entered."""

    def __init__(self, stage: str) -> None:
        self.stage, self.seen = stage, ""

    def report(self, stage: str, *_: Any) -> None:
        self.seen = stage

    @property
    def progress(self) -> Progress:
        return Progress(self.report, lambda: self.seen == self.stage)


@pytest.mark.parametrize(
    ("tier", "stage"),
    [("batched", stage) for stage in ("load", "prepare", "paint", "materials", "bake")]
    + [("sequential", "paint")],
)
@pytest.mark.usefixtures("few_views")
def test_it_is_cancelled_in_every_stage(mesh: Any, random_weights: Path, tier: str, stage: str) -> None:
    stopper = Stopper(stage)
    with pytest.raises(CancelledError):
        SDXL.run(request(mesh, random_weights, tier=tier, steps=2, views=1, view_size=64), stopper.progress)
    assert stopper.seen == stage


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"redo_view": 3}, "redo_view 3 needs the views"),
        ({"redo_view": 12, "views": np.zeros((384, 512, 4), np.uint8)}, "beyond the last view"),
        ({"redo_view": 1, "views": np.zeros((300, 512, 4), np.uint8)}, "do not hold the 10 views"),
        ({"redo_view": 1, "views": np.zeros((768, 1024, 4), np.uint8)}, "256 pixels wide, not 128"),
    ],
)
def test_what_cannot_be_done_again_is_told(
    mesh: Any, random_weights: Path, values: dict[str, Any], words: str
) -> None:
    with pytest.raises(MaquetteError, match=words):
        SDXL.run(request(mesh, random_weights, tier="batched", **values), Progress())


def test_the_small_model_refuses_a_reference(mesh: Any, random_weights: Path) -> None:
    picture = np.zeros((8, 8, 4), np.uint8)
    with pytest.raises(MaquetteError, match="takes no reference"):
        SDXL.run(request(mesh, random_weights, tier="cpu", images=(picture,)), Progress())


def test_neither_prompt_nor_reference_is_refused(mesh: Any, random_weights: Path) -> None:
    with pytest.raises(MaquetteError, match="neither a prompt nor a reference"):
        SDXL.run(replace(request(mesh, random_weights), prompt=" "), Progress())
