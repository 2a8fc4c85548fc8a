"""Mixed precision as TRELLIS was published: the weights of the trunk are half, all the rest is float32."""

import torch
from torch import nn

from maquette.nn.convolution import PointConv3d, SubmanifoldConv3d

_HALVED = (nn.Linear, nn.Conv3d, SubmanifoldConv3d, PointConv3d)


def trunk_dtype(use_fp16: bool, dtype: torch.dtype | None) -> torch.dtype:
    """The trunk's precision: `dtype` if given, else as published."""
    return dtype or (torch.float16 if use_fp16 else torch.float32)


def cast_trunk(trunk: nn.Module, dtype: torch.dtype) -> None:
    """Turns linear and convolution weights; norms keep float32."""
    for module in trunk.modules():
        if isinstance(module, _HALVED):
            module.to(dtype)
