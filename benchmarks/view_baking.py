"""Baking from views against a known texture, and filling against OpenCV's inpainting.

The object is balls and a ring that hide each other; its colours are functions of the place, so that every
texel has a truth. CPU seconds of this process, with one thread each.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import TypeVar

import cv2
import numpy as np
import numpy.typing as npt

from maquette.assets import Material, Mesh
from maquette.geometry.extraction.dual_contouring import extract
from maquette.geometry.simplify.simplification import simplify
from maquette.geometry.unwrap.unwrapping import unwrap
from maquette.metrics.held_out import held_out
from maquette.metrics.relit import compare_materials
from maquette.metrics.seams import seam_error
from maquette.metrics.texels import compare_texels
from maquette.progress import Progress
from maquette.texture.gutter import fill
from maquette.texture.target import padding_of
from maquette.texture.views import blend, complete, orbit, plan_views, project_texels, render_views
from maquette.texture.views.texel_points import texel_points

from .table import Row, at_least, at_most

Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]
Result = TypeVar("Result")

TRIANGLES = 20_000
VIEW_SIZE = 1024
AXES = ((0.0, 0.0), (90.0, 0.0), (180.0, 0.0), (270.0, 0.0), (0.0, 90.0), (0.0, -90.0))
INPAINT_RADIUS = 3  # texels, what generators' exporters use
GUTTER_ROUNDS = 3


@dataclass(frozen=True)
class Painted:
    """A mesh with its true texture."""

    mesh: Mesh
    truth: Floats  # [S, S, 3]
    on_mesh: Bools  # [S, S]


def rows() -> list[Row]:
    """Gutter and hidden texels against TELEA, and the round trip through ten views."""
    cv2.setNumThreads(1)
    return [_gutter(2048), _hidden(1024), *_round_trip(1024), _relit(1024)]


def _gutter(size: int) -> Row:
    scene = _painted(size, _smooth)
    image = _bytes(scene.truth * scene.on_mesh[..., None])
    padding = padding_of(size)
    empty = (~scene.on_mesh).astype(np.uint8)
    ours, theirs = [], []
    for _ in range(GUTTER_ROUNDS):
        ours.append(_timed(lambda: fill([image], scene.on_mesh, padding))[0])
        theirs.append(_timed(lambda: cv2.inpaint(image, empty, INPAINT_RADIUS, cv2.INPAINT_TELEA))[0])
    compared = f"cv2.inpaint TELEA {min(theirs):.2f} s, ours {min(ours):.2f} s, one map"
    return at_least(f"gutter fill {size}^2", min(theirs) / min(ours), "x faster", 4.0, compared)


def _hidden(size: int) -> Row:
    """Six views along the axes; what none sees is filled and compared."""
    scene = _painted(size, _smooth)
    projection = project_texels(scene.mesh, orbit(scene.mesh, AXES), size, VIEW_SIZE)
    seen = np.zeros(size * size, bool)
    for view in projection.views:
        seen[projection.texels[view.texel]] = True
    seen = seen.reshape(size, size)
    hidden = scene.on_mesh & ~seen
    known = scene.truth * seen[..., None]
    seconds, ours = _timed(lambda: complete(scene.mesh, known, seen, padding_of(size)))
    theirs = cv2.inpaint(_bytes(known), (~seen).astype(np.uint8), INPAINT_RADIUS, cv2.INPAINT_TELEA)
    db = compare_texels(ours, scene.truth, hidden).psnr_db
    peer = compare_texels(theirs.astype(np.float32) / 255, scene.truth, hidden).psnr_db
    share = hidden.sum() / scene.on_mesh.sum()
    compared = f"{db:.1f} dB in {seconds:.1f} s, TELEA in the texture {peer:.1f} dB; {share:.0%} hidden"
    return at_least("hidden texels, smooth colours", db - peer, "dB better", 8.0, compared)


def _round_trip(size: int) -> list[Row]:
    scene = _painted(size, _detailed)
    mesh, truth = scene.mesh, scene.truth
    cameras = plan_views(mesh, extra=0)
    images = render_views(mesh, truth, cameras, VIEW_SIZE)
    seconds, projection = _timed(lambda: project_texels(mesh, cameras, size, VIEW_SIZE))
    blending, baked = _timed(lambda: blend(projection, images))
    whole = complete(mesh, baked.texture, baked.covered, padding_of(size))
    db = compare_texels(whole, truth, baked.covered).psnr_db
    seen = baked.covered.sum() / scene.on_mesh.sum()
    seam, true_seam = seam_error(mesh, whole).seam, seam_error(mesh, truth).seam
    outside = held_out(mesh, whole, truth, VIEW_SIZE)
    random = np.random.default_rng(0)
    gains = random.uniform(0.92, 1.08, (len(images), 1, 1, 3)).astype(np.float32)
    unlike = np.clip(images * gains, 0, 1)
    plain, matched = (
        compare_texels(done.texture, truth, done.covered).psnr_db
        for done in (blend(projection, unlike, match_colours=choice) for choice in (False, True))
    )
    return [
        at_least(
            "round trip through 10 views, texels",
            db,
            "dB",
            33.0,
            f"truth; {seen:.1%} covered; project {seconds:.1f} s, blend {blending:.1f} s",
        ),
        at_most(
            "round trip, seam error off truth's",
            abs(seam / true_seam - 1) * 100,
            "%",
            15.0,
            f"{seam:.4f} and {true_seam:.4f}",
        ),
        at_least("round trip, six views held out", outside.psnr_db, "dB", 30.0, f"SSIM {outside.ssim:.3f}"),
        at_least(
            "views 8 % apart in colour, matched",
            matched - plain,
            "dB better",
            0.0,
            f"unmatched {plain:.1f} dB",
        ),
    ]


def _relit(size: int) -> Row:
    """Base colour, roughness and metallic through ten views, under lights from elsewhere."""
    colors, scalars = _painted(size, _detailed), _painted(size, _smooth)
    mesh = colors.mesh
    cameras = plan_views(mesh, extra=0)
    projection = project_texels(mesh, cameras, size, VIEW_SIZE)

    def returned(truth: Floats, median: bool) -> Floats:
        baked = blend(projection, render_views(mesh, truth, cameras, VIEW_SIZE), not median, median)
        return complete(mesh, baked.texture, baked.covered, padding_of(size))

    made = _material(returned(colors.truth, False), returned(scalars.truth, True))
    report = compare_materials(mesh, made, _material(colors.truth, scalars.truth), VIEW_SIZE // 2)
    errors = f"roughness off by {report.roughness_error:.4f}, metallic by {report.metallic_error:.4f}"
    return at_least("round trip of a material, relit", report.psnr_db, "dB", 33.0, errors)


def _material(color: Floats, scalars: Floats) -> Material:
    """Flat and unshadowed; the first two scalars are roughness and metallic."""
    orm = np.concatenate([np.ones_like(scalars[..., :1]), scalars[..., :2]], axis=2)
    flat = np.full_like(color, 0.5)
    flat[..., 2] = 1
    return Material(_bytes(color), _bytes(orm), _bytes(flat))


@cache
def _mesh() -> Mesh:
    bounds = np.array([[-0.6] * 3, [0.6] * 3], np.float32)
    progress = Progress()
    vertices, faces = simplify(*extract(_distance, bounds, 1.2 / 128, progress), TRIANGLES, progress)
    return Mesh(vertices, faces, unwrap(vertices, faces, 2048, padding_of(2048), progress))


def _painted(size: int, color: Callable[[Floats], Floats]) -> Painted:
    points = texel_points(_mesh(), size)
    flat, on_mesh = np.zeros((size * size, 3), np.float32), np.zeros(size * size, bool)
    flat[points.texels], on_mesh[points.texels] = color(points.positions), True
    mask = on_mesh.reshape(size, size)
    [truth] = fill([flat.reshape(size, size, 3)], mask, padding_of(size))
    return Painted(_mesh(), truth, mask)


def _distance(points: Floats) -> Floats:
    x, y, z = points.T
    balls = [((0, 0, 0), 0.33), ((0.3, 0.05, 0.2), 0.16), ((-0.25, -0.2, 0.3), 0.13)]
    solids = [
        np.linalg.norm(points - np.array(center, np.float32), axis=1) - radius for center, radius in balls
    ]
    ring = np.hypot(np.hypot(x, y) - 0.42, z + 0.1) - 0.07
    return np.asarray(np.minimum.reduce([*solids, ring]), dtype=np.float32)


def _smooth(points: Floats, frequency: float = 4.0) -> Floats:
    x, y, z = (points * frequency).T
    waves = [np.sin(x + np.sin(2.1 * y)), np.sin(1.3 * y + z), np.sin(1.7 * z - 0.7 * x)]
    return np.asarray(0.5 + 0.4 * np.stack(waves, axis=1), dtype=np.float32)


def _detailed(points: Floats) -> Floats:
    """Waves under checks with hard borders."""
    checks = (np.floor(points * 14).sum(axis=1) % 2)[:, None] * np.float32(0.3)
    return np.asarray(np.clip(_smooth(points, 9.0) * np.float32(0.7) + checks, 0, 1), dtype=np.float32)


def _bytes(image: Floats) -> npt.NDArray[np.uint8]:
    return (image * 255 + np.float32(0.5)).astype(np.uint8)


def _timed(work: Callable[[], Result]) -> tuple[float, Result]:
    """CPU seconds and the result."""
    start = time.process_time()
    result = work()
    return time.process_time() - start, result
