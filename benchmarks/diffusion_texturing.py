"""`texture-sdxl` with networks that know the surface: all but the learned functions, against the truth.

The pipelines, schedulers, synchronisation and bakes are those of the recipe; the networks return a known
surface's colours (tests/fakes/analytic_denoiser.py), and the autoencoders lose nothing.
"""

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np

from maquette.assets import Asset, Mesh
from maquette.assets.color import linear_to_srgb, srgb_to_linear
from maquette.metrics.held_out import held_out
from maquette.metrics.identity import compare_meshes
from maquette.metrics.light_leak import light_leak
from maquette.metrics.seams import seam_error
from maquette.metrics.texels import compare_texels
from maquette.progress import Progress
from maquette.recipes import Request
from maquette.recipes.texture_sdxl import RECIPE
from maquette.texture.controls import draw_controls
from maquette.texture.gutter import fill
from maquette.texture.views import plan_views, render_views
from maquette.texture.views.texel_points import texel_points
from tests.fakes.analytic_denoiser import AnalyticDenoiser
from tests.fakes.tiny_diffusers import SDXL, write_weights
from tests.texture.views.scenes import ball, box, painted, together

from .table import Row, at_least, at_most

SIZE: Final = 512
VIEW: Final = 256
STEPS: Final = 8
GUTTER: Final = 8  # texels
TINT: Final = 0.08  # how far each view's network is off in colour, in the test of synchronisation
SUN: Final = np.array([0.4, -0.6, 0.7]) / np.linalg.norm([0.4, -0.6, 0.7])


@dataclass(frozen=True)
class _Surface:
    mesh: Mesh
    cameras: Any
    texture: Any  # [S, S, 3] the truth
    on_mesh: Any  # [S, S]
    points: Any


def rows() -> list[Row]:
    """Runs the recipe once for each question."""
    surface = _surface()
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        write_weights(data, SDXL, pixel_vae=True)
        return [*_round_trip(surface, data), *_agreement(surface, data), *_light(surface, data)]


def _surface() -> _Surface:
    mesh = together((ball(), (0, 0, 0)), (box(6, 0.3), (1.1, 0, 0.2)))
    texture, on_mesh = painted(mesh, SIZE, _paint)
    return _Surface(mesh, plan_views(mesh, 10, 4), texture, on_mesh, texel_points(mesh, SIZE))


def _paint(positions: Any) -> Any:
    """Boards with grain: fine detail, edges, and no relation to the direction of the surface."""
    rings = np.sin(40 * np.linalg.norm(positions[:, :2] - 0.1, axis=1) + 2 * np.sin(5 * positions[:, 2]))
    board = np.floor(positions[:, 2] * 6) % 3
    base = np.array([[0.55, 0.36, 0.2], [0.42, 0.27, 0.15], [0.62, 0.45, 0.28]])[board.astype(int)]
    return np.clip(base + 0.08 * rings[:, None] * [1, 0.8, 0.5], 0, 1).astype(np.float32)


def _run(surface: _Surface, data: Path, views: Any, **values: Any) -> tuple[Asset, float]:
    """The asset and the CPU seconds it took."""
    given = {"texture_size": str(SIZE), "view_size": VIEW, "steps": STEPS, "tier": "batched", "delight": 0.0}
    parameters = RECIPE.description.validated(given | values)
    network = AnalyticDenoiser(draw_controls(surface.mesh, surface.cameras, VIEW).depth, views)
    started = time.process_time()
    with network.in_place():
        asset = RECIPE.run(Request("boards", parameters, 1, mesh=surface.mesh, data=data), Progress())
    return asset, time.process_time() - started


def _colors(asset: Asset) -> Any:
    return asset.material.base_color.astype(np.float32) / 255


def _round_trip(surface: _Surface, data: Path) -> list[Row]:
    truth = render_views(surface.mesh, surface.texture, surface.cameras, VIEW)
    asset, cpu_s = _run(surface, data, truth)
    found = _colors(asset)
    texels = compare_texels(found, surface.texture, surface.on_mesh)
    unseen = held_out(surface.mesh, found, surface.texture, VIEW * 2)
    errors = [seam_error(surface.mesh, texture).seam for texture in (found, surface.texture)]
    untouched = compare_meshes(asset.mesh, surface.mesh)
    return [
        at_least("analytic texture-sdxl: texels", texels.psnr_db, "dB", 33, "the known texture"),
        at_least("analytic texture-sdxl: held-out views", unseen.psnr_db, "dB", 33, "the known texture"),
        at_most("analytic texture-sdxl: seam error", errors[0] / errors[1], "x", 1.15, "the known texture's"),
        at_most(
            "analytic texture-sdxl: vertices and UVs moved", float(not untouched.holds), "", 0, "as sent"
        ),
        Row("analytic texture-sdxl: CPU", cpu_s, "s", f"{SIZE} px, {len(surface.cameras)} views", "", True),
    ]


def _agreement(surface: _Surface, data: Path) -> list[Row]:
    """Views whose networks have colours of their own: with synchronisation, and painted one by one."""
    truth = render_views(surface.mesh, surface.texture, surface.cameras, VIEW)
    tints = np.random.default_rng(0).uniform(-TINT, TINT, (len(truth), 1, 1, 3)).astype(np.float32)
    covered = draw_controls(surface.mesh, surface.cameras, VIEW).covered[..., None]
    views = np.clip(truth + tints * covered, 0, 1)
    spreads = []
    for values in ({"tier": "batched"}, {"tier": "sequential", "steps": 4}):
        asset, _ = _run(surface, data, views, **values)
        error = _colors(asset)[surface.on_mesh] - surface.texture[surface.on_mesh]
        spreads.append(float((error - error.mean(axis=0)).std()))
    alone = float(tints.std())
    return [
        at_most(
            "views that disagree: colour spread, synchronised", spreads[0] / alone, "x", 0.6, "the views'"
        ),
        Row("views that disagree: one by one", spreads[1] / alone, "x", "the views'", "", True),
    ]


def _light(surface: _Surface, data: Path) -> list[Row]:
    points = surface.points
    flat = surface.texture.reshape(-1, 3)
    lit = flat.copy()
    shade = 0.35 + 0.9 * np.maximum(points.normals @ SUN, 0)
    lit[points.texels] = linear_to_srgb(
        np.clip(srgb_to_linear(flat[points.texels]) * shade[:, None], 0, 1)
    ).astype(np.float32)
    [shaded] = fill([lit.reshape(SIZE, SIZE, 3)], surface.on_mesh, GUTTER)
    views = render_views(surface.mesh, shaded, surface.cameras, VIEW)
    found = []
    for tier, name in (("batched", "together"), ("sequential", "one by one")):
        leaks = []
        for amount in (0.0, 1.0):
            asset, _ = _run(surface, data, views, tier=tier, delight=amount)
            leaks.append(light_leak(_colors(asset).reshape(-1, 3)[points.texels], points.normals))
        question = f"lit views painted {name}: light leak with delight"
        found.append(at_most(question, leaks[1], "R^2", 0.05, f"{leaks[0]:.2f} without"))
    return found
