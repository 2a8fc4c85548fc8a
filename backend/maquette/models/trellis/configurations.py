"""The published networks by the names of their files, as arguments for `build`.

The same numbers travel with the weights; these serve where no weights are: sizes, memory, tests and timings.
"""

from typing import Any, Final

Published = tuple[str, dict[str, Any]]

_WIDTHS: Final = {"B": (768, 12, 12), "L": (1024, 24, 16), "XL": (1280, 28, 16)}  # width, blocks, heads
_CONTEXT: Final = {"img": 1024, "txt": 768}
_FLOWS: Final = (("img", "L"), ("txt", "B"), ("txt", "L"), ("txt", "XL"))

_GAUSSIANS: Final = {
    "lr": {"_xyz": 1.0, "_features_dc": 1.0, "_opacity": 1.0, "_scaling": 1.0, "_rotation": 0.1},
    "perturb_offset": True,
    "voxel_size": 1.5,
    "num_gaussians": 32,
    "2d_filter_kernel_size": 0.1,
    "3d_filter_kernel_size": 0.0009,
    "scaling_bias": 0.004,
    "opacity_bias": 0.1,
    "scaling_activation": "softplus",
}


def published() -> dict[str, Published]:
    """All fourteen: (class name, arguments) by the file's name without suffix."""
    networks: dict[str, Published] = {}
    for condition, size in _FLOWS:
        name = f"{condition}_dit_{size}"
        networks[f"ss_flow_{name}_16l8_fp16"] = _structure_flow(condition, size)
        networks[f"slat_flow_{name}_64l8p2_fp16"] = _slat_flow(condition, size)
    return networks | {
        "ss_enc_conv3d_16l8_fp16": ("SparseStructureEncoder", _structure_vae("in", [32, 128, 512])),
        "ss_dec_conv3d_16l8_fp16": ("SparseStructureDecoder", _structure_vae("out", [512, 128, 32])),
        "slat_enc_swin8_B_64l8_fp16": ("ElasticSLatEncoder", {"in_channels": 1024, **_slat_vae()}),
        "slat_dec_gs_swin8_B_64l8gs32_fp16": (
            "ElasticSLatGaussianDecoder",
            _slat_vae() | {"representation_config": _GAUSSIANS},
        ),
        "slat_dec_rf_swin8_B_64l8r16_fp16": (
            "ElasticSLatRadianceFieldDecoder",
            _slat_vae() | {"representation_config": {"rank": 16, "dim": 8}},
        ),
        "slat_dec_mesh_swin8_B_64l8m256c_fp16": (
            "ElasticSLatMeshDecoder",
            _slat_vae() | {"representation_config": {"use_color": True}},
        ),
    }


def _flow(condition: str, size: str) -> dict[str, Any]:
    width, blocks, heads = _WIDTHS[size]
    return {
        "in_channels": 8,
        "out_channels": 8,
        "model_channels": width,
        "cond_channels": _CONTEXT[condition],
        "num_blocks": blocks,
        "num_heads": heads,
        "mlp_ratio": 4,
        "pe_mode": "ape",
        "qk_rms_norm": True,
        "use_fp16": True,
    }


def _structure_flow(condition: str, size: str) -> Published:
    args = _flow(condition, size) | {"resolution": 16, "patch_size": 1}
    return "SparseStructureFlowModel", args | ({"qk_rms_norm_cross": True} if size == "XL" else {})


def _slat_flow(condition: str, size: str) -> Published:
    blocks, width = (3, 256) if size == "XL" else (2, 128)
    packing = {"num_io_res_blocks": blocks, "io_block_channels": [width]}
    return "ElasticSLatFlowModel", _flow(condition, size) | {"resolution": 64, "patch_size": 2} | packing


def _structure_vae(end: str, channels: list[int]) -> dict[str, Any]:
    return {
        f"{end}_channels": 1,
        "latent_channels": 8,
        "num_res_blocks": 2,
        "num_res_blocks_middle": 2,
        "channels": channels,
        "use_fp16": True,
    }


def _slat_vae() -> dict[str, Any]:
    return {
        "resolution": 64,
        "model_channels": 768,
        "latent_channels": 8,
        "num_blocks": 12,
        "num_heads": 12,
        "mlp_ratio": 4,
        "attn_mode": "swin",
        "window_size": 8,
        "use_fp16": True,
    }
