"""Local edits: part of an object's shape and looks made anew, everything outside of it kept.

The authors describe them and never released them: the latents of structure and of the structured latents are
painted anew where the edit is, by RePaint. What is kept comes from the encoders of both.
"""

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import torch
from torch import Tensor
from torch.nn import functional

from maquette.nn.sparse import SparseVoxels
from maquette.progress import Progress
from maquette.protocol import bad_input
from maquette.sampling.flow_euler import Conditioning, sparse_deviation
from maquette.sampling.repaint import REPEATS, repaint

from .pipeline import SLAT_FLOW, STRUCTURE_DECODER, STRUCTURE_FLOW, TrellisPipeline, TrellisResult

STRUCTURE_ENCODER: Final = "sparse_structure_encoder"
SLAT_ENCODER: Final = "slat_encoder"

_HOME: Final = "microsoft/TRELLIS-image-large"  # no pipeline names the encoders
_PUBLISHED: Final = {
    STRUCTURE_ENCODER: "ckpts/ss_enc_conv3d_16l8_fp16",
    SLAT_ENCODER: "ckpts/slat_enc_swin8_B_64l8_fp16",
}


@dataclass(frozen=True, eq=False)
class Edit:
    """What is made anew. Without `shape` the voxels stay and only what is on them changes."""

    region: Tensor  # [R, R, R] bool, of the latents' grid
    shape: bool = True
    repeats: int = REPEATS


def with_encoders(pipeline: TrellisPipeline) -> TrellisPipeline:
    """The pipeline that can also encode. Raises missing_weights."""
    stems = {role: _encoder_stem(pipeline, path) for role, path in _PUBLISHED.items()}
    stages = dataclasses.replace(pipeline.stages, stems={**pipeline.stages.stems, **stems})
    return dataclasses.replace(pipeline, stages=stages)


@torch.no_grad()
def encode(pipeline: TrellisPipeline, coords: Tensor, features: Tensor) -> SparseVoxels:
    """Structured latents [N, 8] of voxels [N, 4] that pictures were taken of: features [N, 1024]."""
    device = pipeline.stages.device
    with pipeline.stages.network(SLAT_ENCODER) as encoder:
        mean: SparseVoxels = encoder(SparseVoxels(coords.to(device), features.float().to(device)))[0]
    return mean


@torch.no_grad()
def edit(
    pipeline: TrellisPipeline,  # as of `with_encoders`
    original: SparseVoxels,  # [N, 8] latents of the object, coords sorted
    change: Edit,
    conditioning: Conditioning,
    seed: int,
    progress: Progress | None = None,
) -> TrellisResult:
    """The object with a new part. Voxels and latents outside the region are those of the original.

    Raises bad_input where the region holds nothing to change.
    """
    progress = progress or Progress()
    generator = torch.Generator().manual_seed(seed)
    coords = original.coords
    if change.shape:
        coords = _structure(pipeline, coords, change, conditioning, generator, progress)
    region = change.region.to(coords.device)
    x, y, z = coords[:, 1:].long().unbind(1)
    if not bool(region[x, y, z].any()):
        raise bad_input("the chosen part holds nothing of the object: choose a larger one")
    slat = _latents(pipeline, original, coords, change, conditioning, generator, progress)
    result: TrellisResult = pipeline.decode(slat, progress)
    return result


def _structure(
    pipeline: TrellisPipeline,
    coords: Tensor,
    change: Edit,
    conditioning: Conditioning,
    generator: torch.Generator,
    progress: Progress,
) -> Tensor:
    """Active voxels [M, 4], sorted: outside the region those that were there, in it new ones."""
    stages, sampler = pipeline.stages, pipeline.structure_sampler
    progress.stage("structure", sampler.steps + 2)
    occupied = torch.zeros(change.region.shape, device=stages.device)
    occupied[tuple(coords[:, 1:].long().T.to(stages.device))] = 1
    with stages.network(STRUCTURE_ENCODER, progress) as encoder:
        known = encoder(occupied[None, None])[0]  # [1, 8, r, r, r]
    progress.step()
    region = change.region.to(stages.device)
    cells = region.shape[0] // known.shape[-1]
    kept = functional.max_pool3d(region[None, None].float(), cells) == 0
    with stages.network(STRUCTURE_FLOW, progress) as flow:
        latent = repaint(sampler, flow, known, kept, conditioning, generator, change.repeats, progress)
    with stages.network(STRUCTURE_DECODER, progress) as decoder:
        made = decoder(latent)[0, 0] > 0
    progress.step()
    found = torch.where(region, made, occupied > 0).nonzero().int()
    if not len(found):
        raise bad_input("nothing is left of the object: choose another seed or a smaller part")
    return functional.pad(found, (1, 0))


def _latents(
    pipeline: TrellisPipeline,
    original: SparseVoxels,
    coords: Tensor,
    change: Edit,
    conditioning: Conditioning,
    generator: torch.Generator,
    progress: Progress,
) -> SparseVoxels:
    """[M, 8], outside the region those of the original."""
    device, sampler = pipeline.stages.device, pipeline.slat_sampler
    progress.stage("latents", sampler.steps)
    side = change.region.shape[0]
    table = torch.full((side**3,), -1, dtype=torch.int64, device=device)
    table[_keys(original.coords.to(device), side)] = torch.arange(len(original.coords), device=device)
    voxels = SparseVoxels(coords.to(device), original.feats.new_zeros(len(coords), 0).to(device))
    keys = _keys(voxels.coords, side)
    row = table[keys]
    kept = ((row >= 0) & ~change.region.to(device).flatten()[keys])[:, None]
    latents = original.feats.to(device)[row.clamp(min=0)]
    with pipeline.stages.network(SLAT_FLOW, progress) as flow:

        def velocity(feats: Tensor, t: Tensor, condition: Tensor) -> Tensor:
            moved: SparseVoxels = flow(voxels.with_feats(feats), t, condition)
            return moved.feats

        feats = repaint(
            sampler,
            velocity,
            pipeline.normalised(latents),
            kept,
            conditioning,
            generator,
            change.repeats,
            progress,
            sparse_deviation,
        )
    return voxels.with_feats(torch.where(kept, latents, pipeline.denormalised(feats)))


def _keys(coords: Tensor, side: int) -> Tensor:
    """Raster numbers [N] of voxels [N, 4] of one sample."""
    x, y, z = coords[:, 1:].long().unbind(1)
    return (x * side + y) * side + z


def _encoder_stem(pipeline: TrellisPipeline, path: str) -> Path:
    beside = pipeline.source.file.parent / f"{path}.json"
    return pipeline.source.stem(path if beside.is_file() else f"{_HOME}/{path}")
