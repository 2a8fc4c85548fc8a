"""`texture-refine` and `texture-edit` with networks that know the surface: what is won, and what stays."""

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from scipy.ndimage import gaussian_filter

from maquette.assets import Material, Mesh
from maquette.metrics.held_out import held_out
from maquette.metrics.pictures import sharpness
from maquette.metrics.texels import compare_texels
from maquette.painting.editing.framing import frame_region
from maquette.painting.editing.region import find_region
from maquette.progress import Progress
from maquette.recipes import Request
from maquette.recipes.texture_edit import RECIPE as EDIT
from maquette.recipes.texture_refine import RECIPE as REFINE
from maquette.texture.controls import draw_controls
from maquette.texture.views import plan_views, render_views
from maquette.texture.views.texel_points import texel_points
from tests.fakes.analytic_editor import LedDenoiser
from tests.fakes.tiny_diffusers import SDXL, write_weights
from tests.texture.views.scenes import ball, box, painted, together

from .table import Row, at_least, at_most

SIZE: Final = 512
VIEW: Final = 384
BLUR: Final = 2.0  # texels


@dataclass(frozen=True)
class _Surface:
    mesh: Mesh
    texture: Any  # [S, S, 3] the truth
    on_mesh: Any  # [S, S]
    blurred: Any  # [S, S, 3]

    @property
    def worn(self) -> Material:
        """Blurred colours, and other maps with content everywhere."""
        orm = np.random.default_rng(0).integers(0, 256, (SIZE, SIZE, 3), np.uint8)
        normal = np.full((SIZE, SIZE, 3), (128, 128, 255), np.uint8)
        return Material(np.rint(self.blurred * 255).astype(np.uint8), orm, normal)


def rows() -> list[Row]:
    """Runs each recipe by its methods."""
    mesh = together((ball(), (0, 0, 0)), (box(6, 0.3), (1.1, 0, 0.2)))
    texture, on_mesh = painted(mesh, SIZE, lambda p: (0.5 + 0.3 * np.sin(p * 45)).astype(np.float32))
    surface = _Surface(mesh, texture, on_mesh, np.asarray(gaussian_filter(texture, (BLUR, BLUR, 0))))
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        write_weights(data, SDXL, pixel_vae=True)
        return [
            *_refined(surface, data, "gather"),
            *_refined(surface, data, "adam"),
            *_edited(surface, data),
        ]


def _refined(surface: _Surface, data: Path, method: str) -> list[Row]:
    cameras = plan_views(surface.mesh, 10, 4)
    truth = render_views(surface.mesh, surface.texture, cameras, VIEW)
    given = {"texture_size": str(SIZE), "view_size": VIEW, "tier": "batched", "method": method, "steps": 2}
    found, cpu_s = _run(REFINE, surface, data, draw_controls(surface.mesh, cameras, VIEW).depth, truth, given)
    won, was = (
        compare_texels(colors, surface.texture, surface.on_mesh).psnr_db
        for colors in (found, surface.blurred)
    )
    edges = [sharpness(colors, surface.on_mesh) for colors in (found, surface.texture)]
    views = [held_out(surface.mesh, colors, surface.texture, VIEW) for colors in (found, surface.blurred)]
    name = f"refine a blurred texture by {method}"
    return [
        at_least(f"{name}: texels", won - was, "dB won", 10, f"{was:.1f} dB before"),
        at_least(
            f"{name}: held-out views",
            views[0].psnr_db - views[1].psnr_db,
            "dB won",
            6,
            f"{views[1].psnr_db:.1f} before",
        ),
        at_least(f"{name}: sharpness", edges[0] / edges[1], "x", 0.9, "the known texture's"),
        Row(f"{name}: CPU", cpu_s, "s", f"{SIZE} px, {len(cameras)} views, 2 rounds", "", True),
    ]


def _edited(surface: _Surface, data: Path) -> list[Row]:
    """The upper half of the ball is painted anew."""
    points = texel_points(surface.mesh, SIZE)
    mask = np.zeros(SIZE * SIZE, np.uint8)
    mask[points.texels[(points.positions[:, 2] > 0.05) & (points.positions[:, 0] < 0.6)]] = 255
    mask = mask.reshape(SIZE, SIZE)
    region = find_region(surface.mesh, mask, SIZE)
    cameras = frame_region(surface.mesh, region.texels, 8, Progress())
    truth = render_views(surface.mesh, surface.texture, cameras, VIEW)
    given = {"view_size": VIEW, "tier": "batched", "strength": 1.0, "steps": 4}
    depth = draw_controls(surface.mesh, cameras, VIEW).depth
    found, _ = _run(EDIT, surface, data, depth, truth, given, mask)
    inside = region.share >= 1
    before = np.rint(surface.blurred * 255) / np.float32(255)
    touched = (np.abs(found - before).max(axis=2) > 1e-6) & (mask <= 127)
    report = compare_texels(found, surface.texture, inside)
    return [
        at_least("edit by inpainting: inside the mask", report.psnr_db, "dB", 30, "what was wanted"),
        at_most("edit by inpainting: texels changed outside", float(touched.sum()), "", 0, "as sent"),
    ]


def _run(
    recipe: Any,
    surface: _Surface,
    data: Path,
    depth: Any,
    views: Any,
    given: dict[str, Any],
    mask: Any = None,
) -> tuple[Any, float]:
    """The new base colour, and the CPU seconds it took."""
    parameters = recipe.description.validated({"detail": 0.0} | given)
    wish = Request("waves", parameters, 1, mesh=surface.mesh, maps=surface.worn, mask=mask, data=data)
    started = time.process_time()
    with LedDenoiser(depth, views).in_place():
        asset = recipe.run(wish, Progress())
    return asset.material.base_color.astype(np.float32) / 255, time.process_time() - started
