"""What TRELLIS is made of against the straightforward way, in CPU seconds on one thread.

A sparse convolution and a block of the latents' flow stand beside a loop over the 27 offsets of the kernel
that looks up each voxel's neighbour in a table, gathers all rows (zeros where nothing is) and multiplies; and
beside one that gathers, multiplies and scatters only what is there. FlexiCubes on sparse cubes stand beside
the whole grid, as the published code builds it.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

from .table import Row, at_least, at_most

SIZES: Final = (5_000, 20_000, 60_000)
CHANNELS: Final = 128  # of TRELLIS's packing convolutions
LINEAR: Final = 1.35  # times as long for each voxel of the largest size as of the smallest
RESOLUTION: Final = 256
ROUNDS: Final = 4
_PINNED: Final = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


def rows() -> list[Row]:
    """Each part in a child process: threads are pinned before anything is loaded, memory is its own."""
    found = _child("layers")
    sparse, full = _child("sparse"), _child("full")
    return [*_layer_rows(found), *_extraction_rows(sparse, full)]


def _layer_rows(found: dict[str, Any]) -> list[Row]:
    made = []
    for name in ("sparse convolution", "SLat flow block"):
        times = found[name]
        for entry in times:
            ours = f"ours {1e3 * entry['ours']:.0f} ms, {entry['pairs']:.1f} neighbours a voxel"
            told = f"{ours}; gather and scatter of what is there {entry['scatter'] / entry['ours']:.1f} x"
            ratio = entry["loop"] / entry["ours"]
            made.append(at_least(f"{name}, {entry['voxels']} voxels, gather loop", ratio, "x", 3, told))
        first, last = times[0], times[-1]
        growth = last["ours"] / last["voxels"] / (first["ours"] / first["voxels"])
        told = f"{last['voxels']} voxels against {first['voxels']}"
        made.append(at_most(f"{name}: time for a voxel", growth, "x", LINEAR, told))
    return made


def _extraction_rows(sparse: dict[str, Any], full: dict[str, Any]) -> list[Row]:
    told = f"{sparse['faces']} faces of {sparse['cubes']} cubes; {sparse['s']:.2f} s and {full['s']:.2f} s"
    memory = f"{sparse['bytes'] / 1e6:.0f} MB and {full['bytes'] / 1e6:.0f} MB above the input"
    return [
        at_least(f"sparse FlexiCubes, full grid {RESOLUTION}^3", full["s"] / sparse["s"], "x", 5, told),
        at_least("its memory, full grid", full["bytes"] / sparse["bytes"], "x", 5, memory),
        at_most("its output differs", int(sparse["digest"] != full["digest"]), "", 0, "bit for bit"),
    ]


def _child(part: str) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.structured_latents", part]
    child = subprocess.run(command, env={**os.environ, **_PINNED}, check=True, stdout=subprocess.PIPE)
    found: dict[str, Any] = json.loads(child.stdout)
    return found


def _layers() -> dict[str, Any]:
    import torch

    from maquette.models.trellis.slat_flow import SparseResBlock
    from maquette.nn.convolution import SubmanifoldConv3d
    from maquette.nn.sparse import SparseVoxels

    torch.set_num_threads(1)
    torch.set_grad_enabled(False)
    torch.manual_seed(0)
    conv = SubmanifoldConv3d(CHANNELS, CHANNELS)
    block = SparseResBlock(CHANNELS, CHANNELS, CHANNELS, "none")
    signal = torch.randn(1, CHANNELS)
    found: dict[str, Any] = {"sparse convolution": [], "SLat flow block": []}
    for size in SIZES:
        coords = _surface(size)
        voxels = SparseVoxels(coords, torch.randn(len(coords), CHANNELS))
        about = {"voxels": len(coords), "pairs": 2 * _pairs(voxels) / len(coords) + 1}
        for name, ours, theirs in (
            ("sparse convolution", partial(_ours, conv, voxels), partial(_theirs, conv, voxels)),
            (
                "SLat flow block",
                partial(_our_block, block, voxels, signal),
                partial(_block, block, voxels, signal),
            ),
        ):
            for convolve in (_gather_loop, _gather_scatter):
                torch.testing.assert_close(theirs(convolve), ours(), atol=1e-4, rtol=1e-4)
            ways = {
                "ours": ours,
                "loop": partial(theirs, _gather_loop),
                "scatter": partial(theirs, _gather_scatter),
            }
            found[name].append({**about, **_fastest(ways)})
    return found


def _fastest(ways: Mapping[str, Callable[[], Any]]) -> dict[str, float]:
    """CPU seconds of each, the least of rounds in which they take turns."""
    best = dict.fromkeys(ways, float("inf"))
    for _ in range(ROUNDS):
        for name, way in ways.items():
            started = time.process_time()
            way()
            best[name] = min(best[name], time.process_time() - started)
    return best


def _surface(count: int) -> Any:
    """Coords [N, 4] of at least `count` voxels that a ball's surface passes."""
    import torch
    import trimesh

    from maquette.models.trellis import voxelize

    ball = trimesh.creation.icosphere(5)
    resolution = int((count / 5) ** 0.5)
    while len(cells := voxelize(ball.vertices, ball.faces, resolution)) < count:
        resolution += 1
    return torch.nn.functional.pad(cells, (1, 0))


def _pairs(voxels: Any) -> int:
    return sum(len(rows) for rows, _ in voxels.grid.neighbours.pairs)


def _table(voxels: Any) -> Any:
    """The row of each cell, -1 where nothing is, with a margin."""
    import torch

    x, y, z = (voxels.coords[:, 1:].long() + 1).unbind(1)
    table = torch.full((int(voxels.coords.max()) + 3,) * 3, -1, dtype=torch.int64)
    table[x, y, z] = torch.arange(len(x))
    return table


def _gather_loop(conv: Any, voxels: Any) -> Any:
    import torch

    from maquette.nn.neighbours import OFFSETS

    table, places = _table(voxels), voxels.coords[:, 1:].long() + 1
    padded = torch.cat([voxels.feats, voxels.feats.new_zeros(1, voxels.feats.shape[1])])
    out = conv.bias.expand(len(voxels.feats), -1).clone()
    for number, offset in enumerate(OFFSETS):
        x, y, z = (places + torch.tensor(offset)).unbind(1)
        out += padded[table[x, y, z]] @ conv.weight.flatten(1, 3)[:, number].T
    return out


def _gather_scatter(conv: Any, voxels: Any) -> Any:
    import torch

    from maquette.nn.neighbours import OFFSETS

    table, places = _table(voxels), voxels.coords[:, 1:].long() + 1
    out = conv.bias.expand(len(voxels.feats), -1).clone()
    for number, offset in enumerate(OFFSETS):
        x, y, z = (places + torch.tensor(offset)).unbind(1)
        found = table[x, y, z]
        rows = (found >= 0).nonzero()[:, 0]
        made = voxels.feats[found[rows]] @ conv.weight.flatten(1, 3)[:, number].T
        out.index_add_(0, rows, made)
    return out


def _ours(conv: Any, voxels: Any) -> Any:
    return conv(voxels).feats


def _theirs(conv: Any, voxels: Any, convolve: Callable[[Any, Any], Any]) -> Any:
    return convolve(conv, voxels)


def _our_block(block: Any, voxels: Any, signal: Any) -> Any:
    return block(voxels, signal, None).feats


def _block(block: Any, voxels: Any, signal: Any, convolve: Callable[[Any, Any], Any]) -> Any:
    """The block as it is written down, with another convolution."""
    from torch.nn.functional import silu

    scale, shift = block.emb_layers(signal).chunk(2, dim=-1)
    h = convolve(block.conv1.conv, voxels.with_feats(silu(block.norm1(voxels.feats))))
    moved = block.norm2(h) * (1 + scale) + shift
    h = convolve(block.conv2.conv, voxels.with_feats(silu(moved)))
    return h + block.skip_connection(voxels.feats)


def _extraction(way: Callable[[Any, Any], Any]) -> dict[str, Any]:
    """One extraction: CPU seconds, memory above what was there before, and a digest of what came out."""
    import hashlib

    import torch

    from maquette.representations.flexicubes_tables import build_tables

    torch.set_num_threads(1)
    torch.set_grad_enabled(False)
    build_tables()
    coords, feats = _cubes()
    before = _forget_peak()
    started = time.process_time()
    vertices, faces, attributes = way(coords, feats)
    seconds = time.process_time() - started
    peak = _status("VmHWM")
    digest = hashlib.sha256()
    for part in (vertices, faces, attributes):
        digest.update(part.contiguous().numpy().tobytes())
    return {
        "s": seconds,
        "bytes": max(1, peak - before),
        "faces": len(faces),
        "cubes": len(coords),
        "digest": digest.hexdigest(),
    }


def _forget_peak() -> int:
    """Makes the highest resident memory start anew from what is resident now, which is told in bytes."""
    Path("/proc/self/clear_refs").write_text("5")
    return _status("VmRSS")


def _status(name: str) -> int:
    """A memory of this process in bytes, as Linux tells it."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith(name))


def _cubes() -> tuple[Any, Any]:
    """What a mesh decoder gives of a ball: the cubes [N, 3] of its voxels, and features [N, 101]."""
    import torch

    side = RESOLUTION // 4
    coarse = _surface(15_000)[:, 1:]
    coarse = coarse - coarse.amin(0)
    coarse = coarse[(coarse < side).all(1)]
    eight = torch.cartesian_prod(*[torch.arange(4)] * 3)
    coords = (coarse[:, None] * 4 + eight).reshape(-1, 3)
    generator = torch.Generator().manual_seed(0)
    feats = 0.1 * torch.randn(len(coords), 101, generator=generator)
    corners = torch.tensor([(c & 1, c >> 1 & 1, c >> 2 & 1) for c in range(8)])
    places = (coords[:, None] + corners) / RESOLUTION - 0.5
    feats[:, :8] = places.norm(dim=2) - 0.45 + 0.002 * feats[:, :8]
    return coords, feats


def _sparse(coords: Any, feats: Any) -> Any:
    from maquette.representations.cube_features import extract_from_cubes

    return extract_from_cubes(coords, feats, RESOLUTION)


def _full(coords: Any, feats: Any) -> Any:
    """Every cube and every vertex of the grid, as the published code has them."""
    import torch

    from maquette.representations.flexicubes import (
        SurfaceCubes,
        cube_keys,
        extract_surface,
        vertex_keys,
        vertex_positions,
    )

    side = RESOLUTION + 1
    cells = torch.cartesian_prod(*[torch.arange(RESOLUTION)] * 3)
    corners = vertex_keys(cells, RESOLUTION)  # [R^3, 8]
    own = vertex_keys(coords, RESOLUTION).flatten()
    values = torch.cat(
        [feats[:, :8, None] - 1 / RESOLUTION, feats[:, 8:32].view(-1, 8, 3), feats[:, 53:].view(-1, 8, 6)], 2
    )
    sums = torch.zeros(side**3, 10).index_add_(0, own, values.flatten(0, 1))
    counts = torch.bincount(own, minlength=side**3)
    means = sums / counts.clamp(min=1)[:, None]
    means[counts == 0, 0] = 1.0
    weights = torch.zeros(RESOLUTION**3, 21)
    weights[cube_keys(coords, RESOLUTION)] = feats[:, 32:53]
    inside = means[corners, 0] < 0  # [R^3, 8]
    passed = inside.any(1) & ~inside.all(1)
    cubes = SurfaceCubes(
        coords=cells[passed],
        weights=weights[passed],
        corners=corners[passed],
        sdf=means[:, 0],
        positions=vertex_positions(torch.arange(side**3), means[:, 1:4], RESOLUTION),
        attributes=torch.sigmoid(means[:, 4:].contiguous()),
    )
    return extract_surface(cubes, RESOLUTION)


def main() -> None:
    """Prints what a part measured as one line of JSON."""
    part = sys.argv[1]
    found = _layers() if part == "layers" else _extraction(_sparse if part == "sparse" else _full)
    print(json.dumps(found))


if __name__ == "__main__":
    main()
