"""Pictures as tokens, through DINOv3 from its published folder, in float32.

Nothing is downloaded, and no code that travels with weights runs.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional
from transformers import DINOv3ViTModel

_MEAN: Final = (0.485, 0.456, 0.406)  # of ImageNet
_STD: Final = (0.229, 0.224, 0.225)


@dataclass(frozen=True, eq=False)
class PictureEncoder:
    """DINOv3 ViT-L/16 (`facebook/dinov3-vitl16-pretrain-lvd1689m`)."""

    model: Any

    @classmethod
    def from_pretrained(cls, folder: str | Path, device: str = "cpu") -> "PictureEncoder":
        """From the publisher's folder."""
        model = DINOv3ViTModel.from_pretrained(
            folder, local_files_only=True, use_safetensors=True, dtype=torch.float32
        )
        return cls(model.to(device).train(False))

    @torch.no_grad()
    def encode(self, pictures: Sequence[npt.NDArray[np.uint8]], side: int) -> Tensor:
        """[S, S, 3] each, as of `preprocess`, to all tokens of them at `side` pixels, 512 or 1024:
        [n, 5 + (side / 16)^2, 1024]: class, registers, patches.

        They are taken before the model's own last norm and normed without its parameters.
        """
        device = self.model.device
        sized = [
            np.asarray(Image.fromarray(picture).resize((side, side), Image.Resampling.LANCZOS))
            for picture in pictures
        ]
        values = torch.from_numpy(np.stack(sized)).to(device).permute(0, 3, 1, 2).float() / 255
        mean, std = (torch.tensor(three, device=device)[:, None, None] for three in (_MEAN, _STD))
        seen: list[Tensor] = []
        hook = self.model.norm.register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
        try:
            self.model((values - mean) / std)
        finally:
            hook.remove()
        return functional.layer_norm(seen[0], seen[0].shape[-1:])
