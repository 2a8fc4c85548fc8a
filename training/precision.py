"""The precision that networks are trained in."""

import torch
from torch.amp.autocast_mode import autocast


def mixed(device: torch.device) -> autocast:
    """Products in bfloat16 where the device has them in hardware; elsewhere they are slower than float32."""
    return torch.autocast(device.type, torch.bfloat16, enabled=has_bfloat16(device))


def has_bfloat16(device: torch.device) -> bool:
    """Whether products in bfloat16 are worth it."""
    if device.type == "cpu":
        return torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported()
    return device.type != "cuda" or torch.cuda.is_bf16_supported(including_emulation=False)
