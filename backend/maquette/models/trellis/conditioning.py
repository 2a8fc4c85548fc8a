"""Conditions as tokens: pictures through DINOv2 with registers, texts through CLIP, from published folders.

Both run in float32. Nothing is downloaded, and no code that travels with weights runs.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional
from transformers import CLIPTextModel, CLIPTokenizer, Dinov2WithRegistersModel

_MEAN: Final = (0.485, 0.456, 0.406)  # of ImageNet
_STD: Final = (0.229, 0.224, 0.225)
_LONGEST_TEXT: Final = 77


@dataclass(frozen=True, eq=False)
class PictureEncoder:
    """DINOv2 ViT-L/14 with registers (`facebook/dinov2-with-registers-large`)."""

    model: Any

    @classmethod
    def from_pretrained(cls, folder: str | Path, device: str = "cpu") -> "PictureEncoder":
        """From the publisher's folder."""
        model = Dinov2WithRegistersModel.from_pretrained(
            folder, local_files_only=True, use_safetensors=True, dtype=torch.float32
        )
        return cls(model.to(device).train(False))

    @torch.no_grad()
    def encode(self, pictures: npt.NDArray[np.uint8]) -> Tensor:
        """[n, 518, 518, 3] as of `preprocess` to all tokens [n, 1374, 1024]: class, registers, patches.

        They are taken before the model's own last norm and normed without its parameters.
        """
        states = self._states(pictures)
        return functional.layer_norm(states, states.shape[-1:])

    @torch.no_grad()
    def encode_patches(self, pictures: npt.NDArray[np.uint8]) -> Tensor:
        """[n, 518, 518, 3] to the patches' tokens [n, 1024, 37, 37], rows from the top, as they are."""
        states = self._states(pictures)[:, 1 + self.model.config.num_register_tokens :]
        side = pictures.shape[1] // self.model.config.patch_size
        return states.mT.unflatten(2, (side, side))

    def _states(self, pictures: npt.NDArray[np.uint8]) -> Tensor:
        """What goes into the model's last norm."""
        device = self.model.device
        values = torch.from_numpy(pictures).to(device).permute(0, 3, 1, 2).float() / 255
        mean, std = (torch.tensor(three, device=device)[:, None, None] for three in (_MEAN, _STD))
        states: Tensor = self.model((values - mean) / std, output_hidden_states=True).hidden_states[-1]
        return states


@dataclass(frozen=True, eq=False)
class TextEncoder:
    """CLIP ViT-L/14's text side (`openai/clip-vit-large-patch14`)."""

    model: Any
    tokenizer: Any

    @classmethod
    def from_pretrained(cls, folder: str | Path, device: str = "cpu") -> "TextEncoder":
        """From the publisher's folder."""
        model = CLIPTextModel.from_pretrained(
            folder, local_files_only=True, use_safetensors=True, dtype=torch.float32
        )
        tokenizer = CLIPTokenizer.from_pretrained(folder, local_files_only=True)
        return cls(model.to(device).train(False), tokenizer)

    @torch.no_grad()
    def encode(self, texts: list[str]) -> Tensor:
        """[n, 77, 768]; the empty text is the negative condition. Padding is not masked, as in training."""
        tokens = self.tokenizer(
            texts, max_length=_LONGEST_TEXT, padding="max_length", truncation=True, return_tensors="pt"
        )
        return self.model(input_ids=tokens["input_ids"].to(self.model.device)).last_hidden_state
