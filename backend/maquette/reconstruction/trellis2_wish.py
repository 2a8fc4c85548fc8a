"""What a person asked of TRELLIS.2, read from the parameters of its recipes."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal, cast

from maquette.models.trellis.stages import Memory
from maquette.models.trellis2 import Trellis2Pipeline
from maquette.models.trellis2.pipeline import Resolution
from maquette.protocol import Json
from maquette.sampling.flow_euler import FlowEuler, Mode
from maquette.texture.target import UvChoice

Kind = Literal["generate", "texture", "edit"]

PICTURE_ENCODER: Final = "dinov3-vitl16"

_BESIDES: Final[dict[Kind, tuple[str, ...]]] = {  # flows, their decoders, and what pictures are seen with
    "generate": ("trellis-decoders",),
    "texture": ("trellis2-encoder",),
    "edit": ("trellis-decoders", "trellis-encoders", "trellis2-encoder", "trellis2-texture-encoder"),
}


@dataclass(frozen=True)
class Sampling:
    """Steps and guidance of a flow; a strength of 1 leaves guidance out."""

    steps: int
    strength: float

    def applied_to(self, sampler: FlowEuler) -> FlowEuler:
        """The sampler with these instead of the published ones."""
        return replace(sampler, steps=self.steps, guidance=self.strength - 1)


@dataclass(frozen=True)
class Wish:
    """Everything that is not pictures or a mesh."""

    seed: int
    resolution: Resolution
    structure: Sampling
    shape: Sampling
    texture: Sampling
    mode: Mode  # how several pictures share the steps
    triangles: int
    texture_size: int
    uvs: UvChoice
    opacity: bool  # whether things may be looked through
    memory: Memory | None  # None: as much as is free

    def applied_to(self, pipeline: Trellis2Pipeline) -> Trellis2Pipeline:
        """The pipeline with samplers as asked; one that textures meshes has a single one."""
        structure, shape = pipeline.structure_sampler, pipeline.shape_sampler
        return replace(
            pipeline,
            structure_sampler=None if structure is None else self.structure.applied_to(structure),
            shape_sampler=None if shape is None else self.shape.applied_to(shape),
            texture_sampler=self.texture.applied_to(pipeline.texture_sampler),
        )


def read_wish(values: Mapping[str, Json], seed: int) -> Wish:
    """The parameters of a recipe, validated; those of stages that it lacks do not matter."""

    def number(name: str, default: float) -> float:
        return float(cast(float, values.get(name, default)))

    def sampling(name: str) -> Sampling:
        return Sampling(int(number(f"{name}_steps", 1)), number(f"{name}_guidance", 1.0))

    memory = str(values["memory"])
    return Wish(
        seed=seed,
        resolution=cast(Resolution, str(values["resolution"])),
        structure=sampling("structure"),
        shape=sampling("shape"),
        texture=sampling("texture"),
        mode=cast(Mode, str(values["several"])),
        triangles=int(number("triangles", 0)),
        texture_size=int(str(values["texture_size"])),
        uvs=cast(UvChoice, str(values.get("uvs", "new"))),
        opacity=bool(values["transparency"]),
        memory=None if memory == "auto" else cast(Memory, memory),
    )


def needed_weights(resolution: Resolution, kind: Kind) -> tuple[str, ...]:
    """The registry's names of what has to be on the disk."""
    latents = ("texture",) if kind == "texture" else ("shape", "texture")
    sides = ("512",) if resolution == "512" else ("512", "1024")
    flows = [f"trellis2-{latent}-{side}" for side in sides for latent in latents]
    return (*_BESIDES[kind], *flows, PICTURE_ENCODER)


def needed_looks(resolution: Resolution, kind: Kind) -> tuple[int, ...]:
    """At how many pixels pictures are looked at: structure is found at 512 in any case."""
    if resolution == "512":
        return (512,)
    return (1024,) if kind == "texture" else (512, 1024)
