"""Memory of TRELLIS's and TRELLIS.2's networks at their published sizes, computed on `meta` tensors.

Objects are balls, whose surface passes more voxels than a chair's. A stage holds its activations and the
weights of its network, which `memory = low` loads for the stage alone. Extraction of meshes is left out.
"""

from collections.abc import Callable, Iterator
from typing import Any, Final

import torch
from torch import nn

from maquette.models import trellis, trellis2
from maquette.models.footprint import Footprint, footprint
from maquette.models.trellis.configurations import published as published_v1
from maquette.models.trellis2.configurations import published as published_v2
from maquette.models.trellis2.vae import guide_to
from maquette.nn.sparse import Grid, SparseVoxels

from .table import Row, at_most

GB: Final = 1 << 30
LIMIT_GB: Final = {"TRELLIS.2 at 512": 8.0}  # what it is to stay under
TOKENS: Final = {1: 1374, 2: 1029}  # of a picture: DINOv2 at 518 pixels, DINOv3 at 512
RADIUS: Final = 0.42  # of a ball, in sides of the grid
BAND: Final = 0.87  # voxels from the surface: half a voxel's diagonal
_BUILD: Final = {1: (published_v1, trellis.build), 2: (published_v2, trellis2.build)}


def rows() -> list[Row]:
    """The largest stage of each pipeline, and its parts."""
    pipelines = {
        "TRELLIS image-large": _first(),
        "TRELLIS.2 at 512": _second(512),
        "TRELLIS.2 at 1024": _second(1024),
    }
    return [row for name, stages in pipelines.items() for row in _rows(name, list(stages))]


def _rows(name: str, stages: list[tuple[str, Footprint]]) -> list[Row]:
    told = [
        Row(
            f"{name}: {stage}",
            found.peak / GB,
            "GB",
            f"weights {found.weights / GB:.2f}, work {found.work / GB:.2f}",
            "",
            True,
        )
        for stage, found in stages
    ]
    largest = max(found.peak for _, found in stages) / GB
    together = (sum(found.weights for _, found in stages) + max(found.work for _, found in stages)) / GB
    compared = f"one network at a time; all on the device: {together:.1f}"
    if name in LIMIT_GB:
        return [*told, at_most(f"{name}: peak", largest, "GB", LIMIT_GB[name], compared)]
    return [*told, Row(f"{name}: peak", largest, "GB", compared, "", True)]


def _first() -> Iterator[tuple[str, Footprint]]:
    """TRELLIS in half precision: a structure of 16^3, latents on the surface at 64^3, a mesh at 256^3."""
    grid = ball(64)
    yield _measured(1, "ss_flow_img_dit_L_16l8_fp16", _of_volume(1, 8, 16))
    yield _measured(1, "ss_dec_conv3d_16l8_fp16", lambda n: n(torch.empty(1, 8, 16, 16, 16, device="meta")))
    yield _measured(1, "slat_flow_img_dit_L_64l8p2_fp16", _of_voxels(1, grid, 8))
    for name in ("slat_dec_gs_swin8_B_64l8gs32_fp16", "slat_dec_mesh_swin8_B_64l8m256c_fp16"):
        yield _measured(1, name, lambda n: n.head(_voxels(grid, 8)))


def _second(resolution: int) -> Iterator[tuple[str, Footprint]]:
    """TRELLIS.2: latents sixteen times as coarse as the dual grid, whose voxels guide both decoders."""
    guide = guide_to(ball(resolution), 4)
    coarse = guide[0].grid
    yield _measured(2, "ss_flow_img_dit_1_3B_64_bf16", _of_volume(2, 8, 16))
    yield _measured(2, f"slat_flow_img2shape_dit_1_3B_{resolution}_bf16", _of_voxels(2, coarse, 32))
    yield _measured(2, f"slat_flow_imgshape2tex_dit_1_3B_{resolution}_bf16", _of_voxels(2, coarse, 64))
    for name in ("shape_dec_next_dc_f16c32_fp16", "tex_dec_next_dc_f16c32_fp16"):
        yield _measured(2, name, lambda n: n.decode(_voxels(coarse, 32), guide))


def _measured(version: int, name: str, call: Callable[[Any], Any]) -> tuple[str, Footprint]:
    networks, build = _BUILD[version]
    with torch.device("meta"):
        network: nn.Module = build(*networks()[name]).train(False)
    return name, footprint(network, lambda: call(network))


def _of_volume(version: int, channels: int, side: int) -> Callable[[Any], Any]:
    volume = torch.empty(1, channels, side, side, side, device="meta")
    return lambda network: network(volume, torch.ones(1), _context(version))


def _of_voxels(version: int, grid: Grid, channels: int) -> Callable[[Any], Any]:
    return lambda network: network(_voxels(grid, channels), torch.ones(1), _context(version))


def _context(version: int) -> torch.Tensor:
    return torch.empty(1, TOKENS[version], 1024, device="meta")


def _voxels(grid: Grid, channels: int) -> SparseVoxels:
    fresh = Grid(grid.coords)  # what it builds counts for this stage
    return SparseVoxels(grid.coords, torch.empty(len(grid.coords), channels, device="meta"), fresh)


def ball(resolution: int) -> Grid:
    """The voxels that the surface of a ball passes, slice by slice."""
    middle, radius = (resolution - 1) / 2, RADIUS * resolution
    y, z = torch.meshgrid(*[torch.arange(resolution)] * 2, indexing="ij")
    flat = (y - middle) ** 2 + (z - middle) ** 2
    slices = []
    for x in range(resolution):
        at = ((flat + (x - middle) ** 2).sqrt() - radius).abs().lt(BAND).nonzero()
        slices.append(torch.nn.functional.pad(at, (1, 0), value=x))
    return Grid(torch.nn.functional.pad(torch.cat(slices), (1, 0)).int())
