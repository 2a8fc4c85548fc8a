"""From conditions to surfaces and splats: structure, latents on it, decoders.

Noise is drawn on the CPU from one generator, the structure's first and the latents' in the order of their
places, so that a seed means the same on every device.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import torch
from torch import Tensor

from maquette.models.repositories import Find, Pipeline, open_pipeline
from maquette.nn.sparse import SparseVoxels
from maquette.progress import Progress
from maquette.protocol import bad_input
from maquette.representations.splats import Splats
from maquette.sampling.flow_euler import Conditioning, FlowEuler, Mode, read_sampler

from .mesh_decoder import RawMesh
from .stages import Memory, Stages, choose_memory
from .voxels import voxelize

STRUCTURE_FLOW: Final = "sparse_structure_flow_model"
STRUCTURE_DECODER: Final = "sparse_structure_decoder"
SLAT_FLOW: Final = "slat_flow_model"
MESH_DECODER: Final = "slat_decoder_mesh"
SPLAT_DECODER: Final = "slat_decoder_gs"
ROLES: Final = (STRUCTURE_FLOW, STRUCTURE_DECODER, SLAT_FLOW, MESH_DECODER, SPLAT_DECODER)


@dataclass(frozen=True, eq=False)
class TrellisResult:
    """One asset, Z up, within the unit cube around the origin."""

    coords: Tensor  # [N, 4] int32 active voxels, sorted
    slat: SparseVoxels  # [N, 8] structured latents
    mesh: RawMesh
    splats: Splats


@dataclass(frozen=True, eq=False)
class TrellisPipeline:
    """Conditions are tokens: of pictures [1374, 1024] or of a text [77, 768] in the published models."""

    source: Pipeline
    stages: Stages
    structure_sampler: FlowEuler
    slat_sampler: FlowEuler
    slat_mean: Tensor  # [8]
    slat_std: Tensor  # [8]

    @classmethod
    def from_pretrained(
        cls,
        folder_or_repo: str | Path,
        device: str = "cpu",
        dtype: torch.dtype | None = None,
        memory: Memory | None = None,
        find: Find | None = None,
    ) -> "TrellisPipeline":
        """From a folder with `pipeline.json` as published, or the name of a repository on the hub.

        `find` gives the files of repositories, by default from the weights on this disk. Networks are loaded
        when they are needed. The trunk's precision is by default the published one on CUDA and float32
        elsewhere. Raises bad_input where the folder is none of TRELLIS's, missing_weights.
        """
        pipeline = open_pipeline(folder_or_repo, find=find)
        args = json.loads(pipeline.file.read_text(encoding="utf-8"))["args"]
        if absent := [role for role in ROLES if role not in args["models"]]:
            raise bad_input(
                f"{pipeline.file} names no {', '.join(absent)}: choose a folder as it was published"
            )
        stems = {role: pipeline.stem(args["models"][role]) for role in ROLES}
        precision = dtype or (None if device.startswith("cuda") else torch.float32)
        return cls(
            source=pipeline,
            stages=Stages(stems, device, precision, memory or choose_memory(device)),
            structure_sampler=read_sampler(args["sparse_structure_sampler"]),
            slat_sampler=read_sampler(args["slat_sampler"]),
            slat_mean=torch.tensor(args["slat_normalization"]["mean"]),
            slat_std=torch.tensor(args["slat_normalization"]["std"]),
        )

    @torch.no_grad()
    def sample(
        self,
        cond: Tensor | Sequence[Tensor],
        neg_cond: Tensor,
        seed: int,
        mode: Mode = "stochastic",
        progress: Progress | None = None,
    ) -> TrellisResult:
        """From conditions [n, L, C] of one asset and a negative one [1, L, C].

        With several, `mode` says how they share the steps. Raises bad_input where nothing came out.
        """
        progress = progress or Progress()
        conditioning = self.conditioning(cond, neg_cond, mode)
        generator = torch.Generator().manual_seed(seed)
        coords = self._structure(conditioning, generator, progress)
        return self._on_structure(coords, conditioning, generator, progress)

    @torch.no_grad()
    def vary(
        self,
        vertices: Any,
        faces: Any,
        cond: Tensor | Sequence[Tensor],
        neg_cond: Tensor,
        seed: int,
        mode: Mode = "stochastic",
        progress: Progress | None = None,
    ) -> TrellisResult:
        """New detail and colours on the coarse shape of a mesh; what it looked like is not used."""
        progress = progress or Progress()
        conditioning = self.conditioning(cond, neg_cond, mode)
        generator = torch.Generator().manual_seed(seed)
        resolution = self.stages.resolution(SLAT_FLOW)
        coords = torch.nn.functional.pad(voxelize(vertices, faces, resolution), (1, 0))
        return self._on_structure(coords, conditioning, generator, progress)

    def conditioning(self, cond: Tensor | Sequence[Tensor], neg_cond: Tensor, mode: Mode) -> Conditioning:
        """Each condition on its own, on the device."""
        together = cond if isinstance(cond, Tensor) else torch.cat(list(cond))
        device = self.stages.device
        return Conditioning(together.to(device).split(1), neg_cond[:1].to(device), mode)

    def _structure(
        self,
        conditioning: Conditioning,
        generator: torch.Generator,
        progress: Progress,
    ) -> Tensor:
        """Active voxels [N, 4], sorted."""
        progress.stage("structure", self.structure_sampler.steps + 1)
        with self.stages.network(STRUCTURE_FLOW, progress) as flow:
            shape = (1, flow.config.in_channels, *[flow.config.resolution] * 3)
            noise = torch.randn(shape, generator=generator).to(self.stages.device)
            latent = self.structure_sampler.sample(flow, noise, conditioning, progress)
        with self.stages.network(STRUCTURE_DECODER, progress) as decoder:
            coords = (decoder(latent)[:, 0] > 0).nonzero().int()
        if not len(coords):
            raise bad_input("the structure came out empty: choose another seed or another picture")
        progress.step()
        return coords

    def _on_structure(
        self,
        coords: Tensor,
        conditioning: Conditioning,
        generator: torch.Generator,
        progress: Progress,
    ) -> TrellisResult:
        """Latents on active voxels, decoded."""
        slat = self._latents(coords, conditioning, generator, progress)
        result: TrellisResult = self.decode(slat, progress)
        return result

    @torch.no_grad()
    def decode(self, slat: SparseVoxels, progress: Progress) -> TrellisResult:
        """Latents [N, 8] to a surface and splats."""
        progress.stage("decode", 2)
        with self.stages.network(MESH_DECODER, progress) as decoder:
            mesh: RawMesh = decoder(slat)[0]
        progress.step()
        with self.stages.network(SPLAT_DECODER, progress) as decoder:
            splats: Splats = decoder(slat)[0]
        progress.step()
        return TrellisResult(slat.coords, slat, mesh, splats)

    def _latents(
        self,
        coords: Tensor,
        conditioning: Conditioning,
        generator: torch.Generator,
        progress: Progress,
    ) -> SparseVoxels:
        progress.stage("latents", self.slat_sampler.steps)
        device = self.stages.device
        with self.stages.network(SLAT_FLOW, progress) as flow:
            noise = torch.randn(len(coords), flow.config.in_channels, generator=generator)
            voxels = SparseVoxels(coords.to(device), noise.to(device))

            def velocity(feats: Tensor, t: Tensor, condition: Tensor) -> Tensor:
                return flow(voxels.with_feats(feats), t, condition).feats

            feats = self.slat_sampler.sample(velocity, voxels.feats, conditioning, progress)
        return voxels.with_feats(self.denormalised(feats))

    def normalised(self, latents: Tensor) -> Tensor:
        """Latents [N, 8] as flows see them."""
        return (latents - self.slat_mean.to(latents.device)) / self.slat_std.to(latents.device)

    def denormalised(self, feats: Tensor) -> Tensor:
        """The way back."""
        return feats * self.slat_std.to(feats.device) + self.slat_mean.to(feats.device)
