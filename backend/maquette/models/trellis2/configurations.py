"""The published networks by the names of their files, as arguments for `build`.

The same numbers travel with the weights; these serve where no weights are: sizes, memory, tests and timings.
"""

from typing import Any, Final

Published = tuple[str, dict[str, Any]]

_WIDTHS: Final = [1024, 512, 256, 128, 64]  # of the autoencoders, from coarse to fine
_BLOCKS: Final = [4, 16, 8, 4, 0]
_CHECKPOINTED: Final = [False, False, False, True, True]  # says nothing here, but the files hold it


def published() -> dict[str, Published]:
    """All nine: (class name, arguments) by the file's name without suffix."""
    shape, texture = "slat_flow_img2shape_dit_1_3B", "slat_flow_imgshape2tex_dit_1_3B"
    flow = "ElasticSLatFlowModel"
    return {
        "ss_flow_img_dit_1_3B_64_bf16": ("SparseStructureFlowModel", _flow(16, 8, 8)),
        f"{shape}_512_bf16": (flow, _flow(32, 32, 32)),
        f"{shape}_1024_bf16": (flow, _flow(64, 32, 32)),
        f"{texture}_512_bf16": (flow, _flow(32, 64, 32)),
        f"{texture}_1024_bf16": (flow, _flow(32, 64, 32)),
        "shape_enc_next_dc_f16c32_fp16": ("FlexiDualGridVaeEncoder", _encoder()),
        "shape_dec_next_dc_f16c32_fp16": ("FlexiDualGridVaeDecoder", {"resolution": 256} | _decoder()),
        "tex_enc_next_dc_f16c32_fp16": ("SparseUnetVaeEncoder", {"in_channels": 6} | _encoder()),
        "tex_dec_next_dc_f16c32_fp16": (
            "SparseUnetVaeDecoder",
            {"out_channels": 6, "pred_subdiv": False} | _decoder(),
        ),
    }


def _flow(resolution: int, in_channels: int, out_channels: int) -> dict[str, Any]:
    return {
        "resolution": resolution,
        "in_channels": in_channels,
        "out_channels": out_channels,
        "model_channels": 1536,
        "cond_channels": 1024,
        "num_blocks": 30,
        "num_heads": 12,
        "mlp_ratio": 5.3334,
        "pe_mode": "rope",
        "share_mod": True,
        "initialization": "scaled",
        "qk_rms_norm": True,
        "qk_rms_norm_cross": True,
        "dtype": "bfloat16",
    }


def _decoder() -> dict[str, Any]:
    return _autoencoder(_WIDTHS, _BLOCKS, _CHECKPOINTED) | {"up_block_type": ["SparseResBlockC2S3d"] * 4}


def _encoder() -> dict[str, Any]:
    return _autoencoder(_WIDTHS[::-1], _BLOCKS[::-1], _CHECKPOINTED[::-1]) | {
        "down_block_type": ["SparseResBlockS2C3d"] * 4
    }


def _autoencoder(widths: list[int], blocks: list[int], checkpointed: list[bool]) -> dict[str, Any]:
    return {
        "model_channels": widths,
        "latent_channels": 32,
        "num_blocks": blocks,
        "block_type": ["SparseConvNeXtBlock3d"] * len(widths),
        "block_args": [{"use_checkpoint": value} for value in checkpointed],
        "use_fp16": True,
    }
