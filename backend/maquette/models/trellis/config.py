"""The arguments of TRELLIS networks, by the names of the published `ckpts/*.json`."""

from collections.abc import Mapping, Set
from dataclasses import MISSING, dataclass, fields
from typing import Any, Final, TypeVar

from maquette.protocol import bad_input

Config = TypeVar("Config")

_OF_TRAINING: Final = {"use_checkpoint"}
_ONLY: Final = {"pe_mode": "ape", "share_mod": False}  # nothing else was ever published


@dataclass(frozen=True)
class StructureFlowConfig:
    """Flow over the dense latent of the occupancy."""

    resolution: int
    in_channels: int
    model_channels: int
    cond_channels: int
    out_channels: int
    num_blocks: int
    num_heads: int
    mlp_ratio: float = 4
    patch_size: int = 1
    qk_rms_norm: bool = False
    qk_rms_norm_cross: bool = False
    use_fp16: bool = False


@dataclass(frozen=True)
class SLatFlowConfig:
    """Flow over the latents on active voxels; `patch_size` is a power of two, a level of packing each."""

    resolution: int
    in_channels: int
    model_channels: int
    cond_channels: int
    out_channels: int
    num_blocks: int
    num_heads: int
    io_block_channels: tuple[int, ...]
    num_io_res_blocks: int = 2
    mlp_ratio: float = 4
    patch_size: int = 2
    qk_rms_norm: bool = False
    qk_rms_norm_cross: bool = False
    use_fp16: bool = False


@dataclass(frozen=True)
class StructureEncoderConfig:
    """Occupancy to its dense latent."""

    in_channels: int
    latent_channels: int
    num_res_blocks: int
    channels: tuple[int, ...]
    num_res_blocks_middle: int = 2
    norm_type: str = "layer"
    use_fp16: bool = False


@dataclass(frozen=True)
class StructureDecoderConfig:
    """A dense latent to occupancy logits."""

    out_channels: int
    latent_channels: int
    num_res_blocks: int
    channels: tuple[int, ...]
    num_res_blocks_middle: int = 2
    norm_type: str = "layer"
    use_fp16: bool = False


@dataclass(frozen=True)
class SLatConfig:
    """Encoder or decoder between features or things on active voxels and their latents."""

    resolution: int
    model_channels: int
    latent_channels: int
    num_blocks: int
    num_heads: int
    in_channels: int = 0  # of the encoder
    mlp_ratio: float = 4
    attn_mode: str = "swin"
    window_size: int = 8
    qk_rms_norm: bool = False
    use_fp16: bool = False


@dataclass(frozen=True)
class GaussianConfig:
    """What a voxel's 32 splats are made of."""

    num_gaussians: int
    voxel_size: float
    perturb_offset: bool
    scaling_bias: float
    opacity_bias: float
    scaling_activation: str
    kernel_3d: float
    rotation_rate: float


def read_config(
    kind: type[Config],
    args: dict[str, Any],
    only: Mapping[str, object] = _ONLY,
    of_training: Set[str] = _OF_TRAINING,
) -> Config:
    """The dataclass `kind` from published arguments: those in `only` have one value that this version can
    do, those `of_training` say nothing here. Raises bad_input for what this version cannot do.
    """
    for name, value in only.items():
        if args.get(name, value) != value:
            raise bad_input(f"{name} {args[name]!r} of a network is not supported: only {value!r} is")
    known = {field.name: field for field in fields(kind)}  # type: ignore[arg-type]
    given = {name: value for name, value in args.items() if name not in of_training | set(only)}
    given.pop("representation_config", None)
    if unknown := sorted(set(given) - set(known)):
        raise bad_input(f"a network's arguments {', '.join(unknown)} are unknown: update Maquette")
    required = {name for name, field in known.items() if field.default is MISSING}
    if missing := sorted(required - set(given)):
        raise bad_input(f"a network's arguments lack {', '.join(missing)}: its file is damaged")
    return kind(**{name: tuple(v) if isinstance(v, list) else v for name, v in given.items()})


def read_gaussians(representation: dict[str, Any]) -> GaussianConfig:
    """From the decoder's published `representation_config`."""
    config = GaussianConfig(
        num_gaussians=representation["num_gaussians"],
        voxel_size=representation["voxel_size"],
        perturb_offset=representation["perturb_offset"],
        scaling_bias=representation["scaling_bias"],
        opacity_bias=representation["opacity_bias"],
        scaling_activation=representation["scaling_activation"],
        kernel_3d=representation["3d_filter_kernel_size"],
        rotation_rate=representation["lr"]["_rotation"],
    )
    if config.scaling_activation != "softplus":
        raise bad_input(
            f"scaling_activation {config.scaling_activation!r} is not supported: only softplus is"
        )
    return config
