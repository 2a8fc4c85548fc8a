"""From pictures to surfaces with materials, and to materials of given surfaces: structure, shape latents,
texture latents on the same voxels, decoders.

Noise is drawn on the CPU from one generator, the structure's first, then that of each stage in the order of
its voxels, so that a seed means the same on every device.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import torch
from torch import Tensor
from torch.nn import functional

from maquette.models.repositories import Find, Pipeline, open_pipeline
from maquette.models.trellis.stages import GB, Memory, Stages, choose_memory
from maquette.nn.sparse import Grid, SparseVoxels, voxels_on
from maquette.progress import Progress
from maquette.protocol import bad_input
from maquette.representations.meshes.dual_grid import STEPS as VOXEL_STEPS
from maquette.representations.meshes.dual_grid import dual_grid_of
from maquette.representations.voxel_field import VoxelField
from maquette.sampling.flow_euler import Conditioning, FlowEuler, Mode, read_sampler, sparse_deviation

from .loading import load
from .results import Latents, Trellis2Result
from .surface import Surface, read_head, surface_of
from .vae import Guide, centred, guide_to

Resolution = Literal["512", "1024", "1024_cascade", "1536_cascade"]
"""Of the surface; a cascade samples the shape at 512 first and refines it."""

STRUCTURE_FLOW: Final = "sparse_structure_flow_model"
STRUCTURE_DECODER: Final = "sparse_structure_decoder"
SHAPE_FLOW: Final = "shape_slat_flow_model_{}"
SHAPE_ENCODER: Final = "shape_slat_encoder"
SHAPE_DECODER: Final = "shape_slat_decoder"
TEXTURE_FLOW: Final = "tex_slat_flow_model_{}"
TEXTURE_DECODER: Final = "tex_slat_decoder"
COARSER: Final = 16  # voxels of the surface to a side of a latent one
LEVELS: Final = 4  # of halving between them

# Of a CUDA device's free memory, by `benchmarks/trellis_memory.py` and a third on top:
_FAST_FROM: Final = 17 * GB  # all networks, and decoding at 1024
_BALANCED_FROM: Final = 6 * GB  # one network at a time, and decoding at 1024
_MOST_TOKENS: Final = 49152
_COARSE: Final = 512  # of a cascade's first shape
_LOWEST: Final = 1024  # of its second one, however many tokens that are
_STEP: Final = 128


@dataclass(frozen=True, eq=False)
class Trellis2Pipeline:
    """Conditions are tokens of pictures, [1029, 1024] at 512 pixels and [4101, 1024] at 1024."""

    stages: Stages
    structure_sampler: FlowEuler | None  # none where given meshes are textured
    shape_sampler: FlowEuler | None
    texture_sampler: FlowEuler
    shape_latents: Latents
    texture_latents: Latents

    @classmethod
    def from_pretrained(
        cls,
        folder_or_repo: str | Path,
        device: str = "cpu",
        dtype: torch.dtype | None = None,
        memory: Memory | None = None,
        find: Find | None = None,
        file: str = "pipeline.json",
    ) -> "Trellis2Pipeline":
        """From a folder with `pipeline.json` as published, or the name of a repository on the hub; `file` is
        `texturing_pipeline.json` for `texture`.

        `find` gives the files of repositories, by default from the weights on this disk. Networks are looked
        for and loaded when they are needed. The trunk's precision is by default the published one on CUDA and
        float32 elsewhere. Raises bad_input where the folder is none of TRELLIS.2's, missing_weights.
        """
        pipeline = open_pipeline(folder_or_repo, file, find)
        args = json.loads(pipeline.file.read_text(encoding="utf-8"))["args"]
        if absent := [name for name in ("tex_slat_sampler", "shape_slat_normalization") if name not in args]:
            raise bad_input(
                f"{pipeline.file} has no {', '.join(absent)}: choose a folder as it was published"
            )
        precision = dtype or (None if device.startswith("cuda") else torch.float32)
        memory = memory or choose_memory(device, _FAST_FROM, _BALANCED_FROM)
        stems = Stems(pipeline, args["models"])
        return cls(
            stages=Stages(stems, device, precision, memory, load),
            structure_sampler=_sampler(args, "sparse_structure_sampler"),
            shape_sampler=_sampler(args, "shape_slat_sampler"),
            texture_sampler=read_sampler(args["tex_slat_sampler"]),
            shape_latents=_latents(args["shape_slat_normalization"]),
            texture_latents=_latents(args["tex_slat_normalization"]),
        )

    @torch.no_grad()
    def sample(
        self,
        cond: Tensor | Sequence[Tensor],
        neg_cond: Tensor,
        seed: int,
        resolution: Resolution = "512",
        cond_1024: Tensor | Sequence[Tensor] | None = None,
        mode: Mode = "stochastic",
        max_tokens: int = _MOST_TOKENS,
        progress: Progress | None = None,
    ) -> Trellis2Result:
        """From conditions [n, L, C] of one asset and a negative one; more than 512 needs them at 1024
        pixels as well.

        With several, `mode` says how they share the steps. `max_tokens` bounds a cascade's second shape, by
        lowering its resolution down to 1024. Raises bad_input where nothing came out.
        """
        progress = progress or Progress()
        low = self.conditioning(cond, neg_cond, mode)
        high = low if cond_1024 is None else self.conditioning(cond_1024, neg_cond, mode)
        if resolution != "512" and cond_1024 is None:
            raise bad_input(f"resolution {resolution} needs conditions at 1024 pixels as well: give them")
        generator = torch.Generator().manual_seed(seed)
        is_cascade = resolution.endswith("_cascade")
        side = int(resolution.removesuffix("_cascade"))
        coords = self._structure(low, generator, (_COARSE if is_cascade else side) // COARSER, progress)
        if is_cascade:
            coarse = self._shape(coords, low, generator, 512, "shape", progress)
            coords, side = self._refined(coarse, side, max_tokens, progress)
        name = "refine" if is_cascade else "shape"
        condition = low if resolution == "512" else high
        shape = self._shape(coords, condition, generator, 512 if side == 512 else 1024, name, progress)
        texture = self._texture(shape, condition, generator, 512 if side == 512 else 1024, progress)
        progress.stage("decode", 2)
        result: Trellis2Result = self.decode(shape, texture, side, progress)
        return result

    @torch.no_grad()
    def decode(
        self, shape: SparseVoxels, texture: SparseVoxels, side: int, progress: Progress | None = None
    ) -> Trellis2Result:
        """The surface and materials of latents as decoded, [N, 32] on the same voxels. Reports two steps."""
        progress = progress or Progress()
        mesh, subdivisions = self._decoded_shape(shape, side, progress)
        progress.step()
        materials = self._decoded_texture(texture, subdivisions, side, progress)
        progress.step()
        return Trellis2Result(shape.coords, shape, texture, mesh, materials, side)

    @torch.no_grad()
    def texture(
        self,
        vertices: Any,  # [V, 3] within the unit cube around the origin, Z up
        faces: Any,  # [F, 3]
        cond: Tensor | Sequence[Tensor],
        neg_cond: Tensor,
        seed: int,
        resolution: Literal[512, 1024] = 512,
        mode: Mode = "stochastic",
        progress: Progress | None = None,
    ) -> VoxelField:
        """Materials around a given surface, from conditions at as many pixels as `resolution`.

        Raises bad_input where the mesh is too small to cross any voxel's edge.
        """
        progress = progress or Progress()
        conditioning = self.conditioning(cond, neg_cond, mode)
        generator = torch.Generator().manual_seed(seed)
        progress.stage("voxels", VOXEL_STEPS + 1)
        shape, guide = self.encode_shape(vertices, faces, resolution, progress)
        progress.step()
        latents = self._texture(shape, conditioning, generator, resolution, progress)
        progress.stage("decode", 1)
        materials = self._decoded_texture(latents, guide, resolution, progress)
        progress.step()
        return materials

    @torch.no_grad()
    def encode_shape(
        self, vertices: Any, faces: Any, resolution: int, progress: Progress | None = None
    ) -> tuple[SparseVoxels, Guide]:
        """The latents of a mesh in the unit cube, as decoded, and the guide back to its voxels."""
        dual = dual_grid_of(vertices, faces, resolution, progress)
        if not len(dual.coords):
            raise bad_input("the mesh is too small to be seen at this resolution: choose a larger one")
        device = self.stages.device
        grid = Grid(functional.pad(dual.coords, (1, 0)).to(device))
        with self.stages.network(SHAPE_ENCODER, progress) as encoder:
            features = centred(dual.places, dual.crossed).to(device)
            shape: SparseVoxels = encoder(voxels_on(grid, features))[0]
        return shape, guide_to(grid, LEVELS)

    def conditioning(self, cond: Tensor | Sequence[Tensor], neg_cond: Tensor, mode: Mode) -> Conditioning:
        """Each condition on its own, on the device."""
        together = cond if isinstance(cond, Tensor) else torch.cat(list(cond))
        device = self.stages.device
        return Conditioning(together.to(device).split(1), neg_cond[:1].to(device), mode)

    def _structure(
        self, conditioning: Conditioning, generator: torch.Generator, side: int, progress: Progress
    ) -> Tensor:
        """Active voxels [N, 4] of a grid of `side`, sorted."""
        sampler = _needed(self.structure_sampler)
        progress.stage("structure", sampler.steps + 1)
        with self.stages.network(STRUCTURE_FLOW, progress) as flow:
            shape = (1, flow.config.in_channels, *[flow.config.resolution] * 3)
            noise = torch.randn(shape, generator=generator).to(self.stages.device)
            latent = sampler.sample(flow, noise, conditioning, progress)
        with self.stages.network(STRUCTURE_DECODER, progress) as decoder:
            coords = pooled(decoder(latent)[0, 0] > 0, side).nonzero().int()
        if not len(coords):
            raise bad_input("the structure came out empty: choose another seed or another picture")
        progress.step()
        return functional.pad(coords, (1, 0))

    def _shape(
        self,
        coords: Tensor,
        conditioning: Conditioning,
        generator: torch.Generator,
        trained_at: int,
        name: str,
        progress: Progress,
    ) -> SparseVoxels:
        """Latents on active voxels, as decoded."""
        sampler = _needed(self.shape_sampler)
        progress.stage(name, sampler.steps)
        grid = Grid(coords.to(self.stages.device))
        with self.stages.network(SHAPE_FLOW.format(trained_at), progress) as flow:
            found = self._sampled(
                flow, sampler, grid, flow.config.in_channels, None, conditioning, generator, progress
            )
        return self.shape_latents.decoded(found)

    def _texture(
        self,
        shape: SparseVoxels,  # as decoded
        conditioning: Conditioning,
        generator: torch.Generator,
        trained_at: int,
        progress: Progress,
    ) -> SparseVoxels:
        """Latents of the material on the voxels of a shape, as decoded."""
        progress.stage("texture", self.texture_sampler.steps)
        known = self.shape_latents.normed(shape)
        with self.stages.network(TEXTURE_FLOW.format(trained_at), progress) as flow:
            channels = flow.config.in_channels - known.feats.shape[1]
            found = self._sampled(
                flow, self.texture_sampler, shape.grid, channels, known, conditioning, generator, progress
            )
        return self.texture_latents.decoded(found)

    def _sampled(
        self,
        flow: Callable[..., SparseVoxels],
        sampler: FlowEuler,
        grid: Grid,
        channels: int,
        known: SparseVoxels | None,
        conditioning: Conditioning,
        generator: torch.Generator,
        progress: Progress,
    ) -> SparseVoxels:
        noise = torch.randn(len(grid.coords), channels, generator=generator).to(self.stages.device)

        def velocity(feats: Tensor, t: Tensor, condition: Tensor) -> Tensor:
            return flow(voxels_on(grid, feats), t, condition, known).feats

        feats = sampler.sample(velocity, noise, conditioning, progress, sparse_deviation)
        return voxels_on(grid, feats)

    def _refined(
        self, coarse: SparseVoxels, side: int, max_tokens: int, progress: Progress
    ) -> tuple[Tensor, int]:
        """Where the latents of a finer surface are [N, 4], and its resolution."""
        with self.stages.network(SHAPE_DECODER, progress) as decoder:
            fine = decoder.upsample(coarse, LEVELS).coords
        while True:
            places = ((fine[:, 1:] + 0.5) / _COARSE * (side // COARSER)).int()
            coords = torch.unique(torch.cat([fine[:, :1], places], dim=1), dim=0)
            if len(coords) < max_tokens or side <= _LOWEST:
                return coords, side
            side -= _STEP

    def _decoded_shape(self, shape: SparseVoxels, side: int, progress: Progress) -> tuple[Surface, Guide]:
        with self.stages.network(SHAPE_DECODER, progress) as decoder:
            head, subdivisions = decoder(shape)
        mesh = surface_of(read_head(head, side)[0])
        if not len(mesh.faces):
            raise bad_input("no surface came out: choose another seed or another picture")
        return mesh, subdivisions

    def _decoded_texture(
        self, latents: SparseVoxels, guide: Guide, side: int, progress: Progress
    ) -> VoxelField:
        with self.stages.network(TEXTURE_DECODER, progress) as decoder:
            fine: SparseVoxels = decoder(latents, guide)
        return VoxelField(fine.coords[:, 1:], (fine.feats.float() * 0.5 + 0.5).clamp(0, 1), side)


@dataclass(frozen=True)
class Stems(Mapping[str, Path]):
    """Networks by role, looked for when asked for: nobody needs those of all resolutions."""

    pipeline: Pipeline
    values_of: dict[str, str]

    def __getitem__(self, role: str) -> Path:
        if role not in self.values_of:
            raise bad_input(f"{self.pipeline.file} names no {role}: choose a folder as it was published")
        return self.pipeline.stem(self.values_of[role])

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_of)

    def __len__(self) -> int:
        return len(self.values_of)


def pooled(occupied: Tensor, side: int) -> Tensor:
    """[R, R, R] bool at a resolution that divides R: occupied where any of its cells is."""
    size = occupied.shape[0] // side
    return functional.max_pool3d(occupied[None, None].float(), size)[0, 0] > 0


def _sampler(args: dict[str, Any], name: str) -> FlowEuler | None:
    return read_sampler(args[name]) if name in args else None


def _needed(sampler: FlowEuler | None) -> FlowEuler:
    if sampler is None:
        raise bad_input("this pipeline only textures given meshes: open pipeline.json instead")
    return sampler


def _latents(normalisation: dict[str, list[float]]) -> Latents:
    return Latents(torch.tensor(normalisation["mean"]), torch.tensor(normalisation["std"]))
