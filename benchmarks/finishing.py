"""From a generator's raw mesh to an asset: decimating, repairing, and the whole way to four maps.

CPU seconds of this process, whose threads count in full.
"""

import time
from collections.abc import Callable
from typing import Final

import fast_simplification
import numpy as np
import trimesh

from maquette.assets import Mesh
from maquette.assets.mesh import Floats, Ints
from maquette.geometry.repair.clean import check
from maquette.geometry.repair.repairing import RepairOptions, repair
from maquette.geometry.simplify.simplification import decimate, simplify
from maquette.geometry.unwrap.unwrapping import unwrap
from maquette.procedural import patterns
from maquette.procedural.materials import MATERIALS
from maquette.progress import Progress
from maquette.texture.bake import bake_field
from maquette.texture.high_to_low import bake_high_to_low
from maquette.texture.surface import SurfaceSample
from maquette.texture.target import padding_of
from maquette.texture.uv_raster import rasterize_uv, surface_points

from .blob import distance, raw_blob
from .table import Row, at_most

BUDGET: Final = 20_000
SIZE: Final = 2048
ROUNDS: Final = 5
REACH: Final = 0.01  # metres that a texel may lie off the field
BALL_SIZE: Final = 1024
_QUIET: Final = Progress()


def rows() -> list[Row]:
    """Decimation, repair of a soup, the whole way, and normals baked from a detailed mesh to a simple one."""
    return [*_decimation(), _soup(), *_whole(), _normals()]


def _decimation() -> list[Row]:
    vertices, faces = raw_blob()
    ours = _least(lambda: simplify(vertices, faces, BUDGET, _QUIET))
    alone = _least(lambda: fast_simplification.simplify(vertices, faces, target_count=BUDGET))
    fewer = simplify(vertices, faces, BUDGET, _QUIET)
    raw = fast_simplification.simplify(vertices, faces, target_count=BUDGET)
    crowded = check(np.asarray(raw[0], np.float32), np.ascontiguousarray(raw[1], np.int32))
    told = f"fast-simplification alone {alone:.2f} s, manifold: {_yes(crowded.sound)}"
    name = f"decimate {_thousands(faces)} to {BUDGET // 1000}k + repair"
    broken = float(not (check(*fewer).solid and len(fewer[1]) <= BUDGET))
    return [
        at_most(name, ours, "CPU s", 0.5, told),
        at_most(f"{name}: not manifold or over budget", broken, "meshes", 0, "1 mesh"),
    ]


def _soup() -> Row:
    """Every face with vertices of its own, 17 in 100 turned, 1 in 1000 lost."""
    vertices, faces = raw_blob()
    rng = np.random.default_rng(0)
    kept = faces[rng.random(len(faces)) > 1e-3]
    kept = np.where(rng.random((len(kept), 1)) < 0.17, kept[:, ::-1], kept)
    soup = vertices[kept].reshape(-1, 3)
    numbers = np.arange(len(soup), dtype=np.int32).reshape(-1, 3)
    seconds = _least(lambda: repair(soup, numbers, RepairOptions(), _QUIET), rounds=2)
    mended = repair(soup, numbers, RepairOptions(), _QUIET)
    told = f"{mended[2].words}; solid: {_yes(check(*mended[:2]).solid)}"
    return Row(f"repair a soup of {_thousands(kept)} faces", seconds, "CPU s", told, "", True)


def _whole() -> list[Row]:
    vertices, faces = raw_blob()
    name = f"raw {_thousands(faces)} to {BUDGET // 1000}k, UVs, four {SIZE} maps of a field"
    _finish(vertices, faces, 256)  # compiled code is loaded
    wall, laps = time.perf_counter(), _finish(vertices, faces, SIZE)
    wall = time.perf_counter() - wall
    told = ", ".join(f"{stage} {seconds:.2f}" for stage, seconds in laps.items())
    return [at_most(name, sum(laps.values()), "CPU s", 12.0, f"one run, {wall:.1f} s by the clock: {told}")]


def _finish(vertices: Floats, faces: Ints, size: int) -> dict[str, float]:
    """CPU seconds of each stage."""
    laps: dict[str, float] = {}
    started = time.process_time()

    def lap(stage: str) -> None:
        laps[stage] = time.process_time() - started - sum(laps.values())

    vertices, faces, _ = repair(vertices, faces, RepairOptions(), _QUIET)
    lap("repair")
    vertices, faces = decimate(vertices, faces, BUDGET, _QUIET)
    lap("decimate")
    padding = padding_of(size)
    mesh = Mesh(vertices, faces, unwrap(vertices, faces, size, padding, _QUIET))
    lap("unwrap")
    maps = bake_field(mesh, distance, None, _glowing_rust, size, padding, REACH, _QUIET)
    assert maps.emissive is not None
    lap("bake")
    return laps


def _glowing_rust(points: Floats, normals: Floats) -> SurfaceSample:
    """Rusty iron of the library that glows where it is bare."""
    color, roughness, metallic, height = patterns.apply(
        MATERIALS["rusty iron"], points, normals, grain="z", seed=1, unit=1.0, texel=1e-3, detail=1.0
    )
    return SurfaceSample(color, roughness, metallic, height, emissive_srgb=color * metallic[:, None])


def _normals() -> Row:
    """A ball with waves onto a plain one: how far the baked normals lie off those of the formula."""
    fine, coarse = trimesh.creation.icosphere(6), trimesh.creation.icosphere(3)
    high = Mesh(_wavy(fine.vertices)[0].astype(np.float32), fine.faces.astype(np.int32))
    vertices, faces = coarse.vertices.astype(np.float32), coarse.faces.astype(np.int32)
    padding = padding_of(BALL_SIZE)
    low = Mesh(vertices, faces, unwrap(vertices, faces, BALL_SIZE, padding, _QUIET))
    started = time.process_time()
    maps = bake_high_to_low(high, None, low, BALL_SIZE, padding, _QUIET)
    seconds = time.process_time() - started
    assert low.uvs is not None
    points = surface_points(low, rasterize_uv(low.faces, low.uvs, BALL_SIZE))
    x, y, z = (maps.normal.reshape(-1, 3)[points.texels] / 127.5 - 1).T[..., None]
    bitangent = np.cross(points.normals, points.tangents[:, :3]) * points.tangents[:, 3:]
    shaded = x * points.tangents[:, :3] + y * bitangent + z * points.normals
    true = _wavy(points.positions / np.linalg.norm(points.positions, axis=1, keepdims=True))[1]
    cosine = (shaded * true).sum(axis=1) / np.linalg.norm(shaded, axis=1)
    off = np.degrees(np.arccos(np.clip(cosine, -1, 1)))
    told = f"8 bits allow 0.3; worst 1 in 100 {np.quantile(off, 0.99):.2f}; {seconds:.2f} CPU s"
    return Row("normals baked from high to low, off", float(np.median(off)), "degrees", told, "", True)


def _wavy(directions: np.ndarray[tuple[int, ...], np.dtype[np.floating]]) -> tuple[Floats, Floats]:
    """Points [N, 3] of the surface |p| = R(p / |p|) in the unit directions [N, 3], and its normals there."""
    waves, height = 9.0, 0.012
    s, c = np.sin(waves * directions), np.cos(waves * directions)
    radius = 1 + height * s.prod(axis=1, keepdims=True)
    slope = np.stack(
        [c[:, 0] * s[:, 1] * s[:, 2], s[:, 0] * c[:, 1] * s[:, 2], s[:, 0] * s[:, 1] * c[:, 2]], axis=1
    )
    slope *= height * waves
    slope -= directions * (slope * directions).sum(axis=1, keepdims=True)
    normals = directions - slope / radius
    return directions * radius, normals / np.linalg.norm(normals, axis=1, keepdims=True)


def _least(work: Callable[[], object], rounds: int = ROUNDS) -> float:
    """CPU seconds of the fastest of some rounds."""
    times = []
    for _ in range(rounds):
        started = time.process_time()
        work()
        times.append(time.process_time() - started)
    return min(times)


def _thousands(faces: Ints) -> str:
    return f"{len(faces) / 1000:.0f}k"


def _yes(holds: bool) -> str:
    return "yes" if holds else "no"
