"""Local edits: part of an object's shape and materials made anew, everything outside of it kept.

The authors never released any. What is kept comes from the encoders of structure, shape and material; each of
the three latents is then sampled anew where the edit is, by RePaint.
"""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, Literal

import torch
from torch import Tensor
from torch.nn import functional

from maquette.nn.sparse import Grid, SparseVoxels, voxels_on
from maquette.progress import Progress
from maquette.protocol import bad_input
from maquette.representations.meshes.dual_grid import dual_grid_of
from maquette.representations.voxel_table import VoxelTable
from maquette.sampling.flow_euler import Conditioning, FlowEuler, sparse_deviation
from maquette.sampling.repaint import REPEATS, repaint

from .pipeline import (
    SHAPE_ENCODER,
    SHAPE_FLOW,
    STRUCTURE_DECODER,
    STRUCTURE_FLOW,
    TEXTURE_FLOW,
    Stems,
    Trellis2Pipeline,
    pooled,
)
from .results import Latents, Trellis2Result
from .vae import centred

Materials = Callable[[Tensor], Tensor]
"""Points [P, 3] on a mesh in the unit cube to base colour (sRGB), metallic, roughness, alpha [P, 6], 0..1."""

STRUCTURE_ENCODER: Final = "sparse_structure_encoder"
TEXTURE_ENCODER: Final = "tex_slat_encoder"

_OCCUPANCY: Final = 64  # cells to a side that the structure's encoder takes
_FIRST: Final = "microsoft/TRELLIS-image-large"  # whose structure's networks the publisher took over
_PUBLISHED: Final = {
    STRUCTURE_ENCODER: "ckpts/ss_enc_conv3d_16l8_fp16",
    SHAPE_ENCODER: "ckpts/shape_enc_next_dc_f16c32_fp16",
    TEXTURE_ENCODER: "ckpts/tex_enc_next_dc_f16c32_fp16",
}


@dataclass(frozen=True, eq=False)
class Original:
    """An object's latents as decoded, on the same voxels, and where its surface is."""

    shape: SparseVoxels  # [N, 32]
    texture: SparseVoxels  # [N, 32]
    fine: Tensor  # [M, 3] int32, of a grid of `resolution` a side
    resolution: Literal[512, 1024]


@dataclass(frozen=True, eq=False)
class Edit:
    """What is made anew. Without `shape` the surface stays and only its materials change."""

    region: Tensor  # [R, R, R] bool, of the latents' grid: `resolution` / 16 a side
    shape: bool = True
    repeats: int = REPEATS


def with_encoders(pipeline: Trellis2Pipeline) -> Trellis2Pipeline:
    """The pipeline of `pipeline.json` that can also encode."""
    stems = pipeline.stages.stems
    assert isinstance(stems, Stems), "pipelines are made by from_pretrained"
    named = dict(_PUBLISHED)
    first = named[STRUCTURE_ENCODER]
    if not (stems.pipeline.file.parent / f"{first}.json").is_file():
        named[STRUCTURE_ENCODER] = f"{_FIRST}/{first}"
    more = Stems(stems.pipeline, stems.values_of | named)
    return dataclasses.replace(pipeline, stages=dataclasses.replace(pipeline.stages, stems=more))


@torch.no_grad()
def encode(
    pipeline: Trellis2Pipeline,  # as of `with_encoders`
    vertices: Any,  # [V, 3] within the unit cube around the origin, Z up
    faces: Any,  # [F, 3]
    materials: Materials,
    resolution: Literal[512, 1024] = 512,
    progress: Progress | None = None,
) -> Original:
    """Latents of a mesh and what it wears. Raises bad_input where it is too small to cross any voxel's edge.

    Reports the steps of `dual_grid_of`.
    """
    dual = dual_grid_of(vertices, faces, resolution, progress)
    if not len(dual.coords):
        raise bad_input("the mesh is too small to be seen at this resolution: choose a larger one")
    device = pipeline.stages.device
    grid = Grid(functional.pad(dual.coords, (1, 0)).to(device))
    with pipeline.stages.network(SHAPE_ENCODER, progress) as encoder:
        shape = encoder(voxels_on(grid, centred(dual.places, dual.crossed).to(device)))[0]
    seen = materials((dual.coords + dual.places) / resolution - 0.5).to(device)
    with pipeline.stages.network(TEXTURE_ENCODER, progress) as encoder:
        texture = encoder(voxels_on(grid, 2 * seen.float() - 1))[0]
    return Original(shape, texture, dual.coords, resolution)


@torch.no_grad()
def edit(
    pipeline: Trellis2Pipeline,  # as of `with_encoders`
    original: Original,
    change: Edit,
    low: Conditioning,  # of pictures at 512 pixels
    high: Conditioning | None,  # and at 1024, for that resolution
    seed: int,
    progress: Progress | None = None,
) -> Trellis2Result:
    """The object with a new part. Latents of voxels outside the region are those of the original.

    Raises bad_input where the region holds nothing to change.
    """
    progress = progress or Progress()
    generator = torch.Generator().manual_seed(seed)
    seen = low if high is None else high
    coords = original.shape.coords
    if change.shape:
        coords = _structure(pipeline, original, change, low, generator, progress)
    region = change.region.to(coords.device)
    changes = region[coords[:, 1:].long().unbind(1)]
    if not bool(changes.any()):
        what = "nothing came out in" if change.shape else "nothing of the object is in"
        raise bad_input(f"{what} the chosen part: choose a larger one or another seed")
    grid = Grid(coords)
    shape = voxels_on(grid, _carried(original.shape, coords)[0])
    if change.shape:
        flow, sampler = SHAPE_FLOW.format(original.resolution), pipeline.shape_sampler
        assert sampler is not None, "pipeline.json has one"
        progress.stage("shape", sampler.steps)
        part = _Part(flow, sampler, pipeline.shape_latents, None, changes, change.repeats)
        shape = _anew(pipeline, original.shape, grid, part, seen, generator, progress)
    known = pipeline.shape_latents.normed(shape)
    flow, sampler = TEXTURE_FLOW.format(original.resolution), pipeline.texture_sampler
    progress.stage("texture", sampler.steps)
    part = _Part(flow, sampler, pipeline.texture_latents, known, changes, change.repeats)
    texture = _anew(pipeline, original.texture, grid, part, seen, generator, progress)
    progress.stage("decode", 2)
    result: Trellis2Result = pipeline.decode(shape, texture, original.resolution, progress)
    return result


def _structure(
    pipeline: Trellis2Pipeline,
    original: Original,
    change: Edit,
    conditioning: Conditioning,
    generator: torch.Generator,
    progress: Progress,
) -> Tensor:
    """Voxels [N, 4] of the latents, sorted: outside the region those that were there, in it new ones."""
    stages, sampler = pipeline.stages, pipeline.structure_sampler
    assert sampler is not None, "pipeline.json has one"
    progress.stage("structure", sampler.steps + 2)
    cells = (original.fine.long() // (original.resolution // _OCCUPANCY)).to(stages.device)
    occupied = torch.zeros([_OCCUPANCY] * 3, device=stages.device)
    occupied[cells.unbind(1)] = 1
    with stages.network(STRUCTURE_ENCODER, progress) as encoder:
        known = encoder(occupied[None, None])[0]  # [1, 8, r, r, r]
    progress.step()
    region = change.region.to(stages.device)
    kept = ~pooled(region, known.shape[-1])
    with stages.network(STRUCTURE_FLOW, progress) as flow:
        latent = repaint(sampler, flow, known, kept, conditioning, generator, change.repeats, progress)
    side = region.shape[0]
    with stages.network(STRUCTURE_DECODER, progress) as decoder:
        made = pooled(decoder(latent)[0, 0] > 0, side)
    progress.step()
    was = torch.zeros_like(region)
    was[original.shape.coords[:, 1:].long().unbind(1)] = True
    found = torch.where(region, made, was).nonzero().int()
    if not len(found):
        raise bad_input("nothing is left of the object: choose another seed or a smaller part")
    return functional.pad(found, (1, 0))


@dataclass(frozen=True, eq=False)
class _Part:
    """How one of the latents is sampled anew."""

    flow: str
    sampler: FlowEuler
    latents: Latents
    known: SparseVoxels | None  # what its flow is told besides
    changes: Tensor  # [N] bool
    repeats: int


def _anew(
    pipeline: Trellis2Pipeline,
    before: SparseVoxels,  # as decoded
    grid: Grid,
    part: _Part,
    conditioning: Conditioning,
    generator: torch.Generator,
    progress: Progress,
) -> SparseVoxels:
    """Latents on `grid`, as decoded: those of before but where a voxel changes or is new."""
    carried, there = _carried(before, grid.coords)
    kept = (there & ~part.changes)[:, None]
    with pipeline.stages.network(part.flow, progress) as flow:

        def velocity(feats: Tensor, t: Tensor, condition: Tensor) -> Tensor:
            moved: SparseVoxels = flow(voxels_on(grid, feats), t, condition, part.known)
            return moved.feats

        feats = repaint(
            part.sampler,
            velocity,
            part.latents.normed(voxels_on(grid, carried)).feats,
            kept,
            conditioning,
            generator,
            part.repeats,
            progress,
            sparse_deviation,
        )
    made = part.latents.decoded(voxels_on(grid, feats))
    return made.with_feats(torch.where(kept, carried, made.feats))


def _carried(before: SparseVoxels, coords: Tensor) -> tuple[Tensor, Tensor]:
    """Latents [N, C] of the places that were there before, and which those are [N]."""
    rows = VoxelTable(before.coords[:, 1:]).rows(coords[:, 1:])
    return before.feats[rows.clamp(min=0)], rows >= 0
