"""What a person asked of TRELLIS, read from the parameters of its recipes."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast

from maquette.models.trellis import TrellisPipeline
from maquette.models.trellis.stages import Memory
from maquette.protocol import Json
from maquette.sampling.flow_euler import FlowEuler, Mode


@dataclass(frozen=True)
class Sampling:
    """Steps and guidance of the two flows."""

    structure_steps: int
    structure_guidance: float
    latent_steps: int
    latent_guidance: float
    mode: Mode  # how several pictures share the steps

    def applied_to(self, pipeline: TrellisPipeline) -> TrellisPipeline:
        """The pipeline with these instead of the published ones."""

        def changed(sampler: FlowEuler, steps: int, guidance: float) -> FlowEuler:
            return dataclasses.replace(sampler, steps=steps, guidance=guidance)

        return dataclasses.replace(
            pipeline,
            structure_sampler=changed(
                pipeline.structure_sampler, self.structure_steps, self.structure_guidance
            ),
            slat_sampler=changed(pipeline.slat_sampler, self.latent_steps, self.latent_guidance),
        )


@dataclass(frozen=True)
class Looks:
    """What becomes of colours: whose they are, and what is added to make a material of them."""

    colors: Literal["splats", "mesh"]
    delight: float
    roughness: float
    metallic: float


@dataclass(frozen=True)
class Wish:
    """Everything that is not words, pictures or a mesh."""

    seed: int
    sampling: Sampling
    looks: Looks
    triangles: int
    texture_size: int
    memory: Memory | None  # None: as much as is free


def read_wish(values: Mapping[str, Json], seed: int) -> Wish:
    """The parameters are validated: each is there, of its type and in range."""

    def number(name: str) -> float:
        return float(cast(float, values[name]))

    memory = str(values["memory"])
    return Wish(
        seed=seed,
        sampling=Sampling(
            structure_steps=int(number("structure_steps")) if "structure_steps" in values else 0,
            structure_guidance=number("structure_guidance") if "structure_guidance" in values else 0.0,
            latent_steps=int(number("latent_steps")),
            latent_guidance=number("latent_guidance"),
            mode=cast(Mode, str(values.get("several", "stochastic"))),
        ),
        looks=Looks(
            colors="mesh" if values["colors"] == "mesh" else "splats",
            delight=number("delight"),
            roughness=number("roughness"),
            metallic=number("metallic"),
        ),
        triangles=int(number("triangles")),
        texture_size=int(str(values["texture_size"])),
        memory=None if memory == "auto" else cast(Memory, memory),
    )
