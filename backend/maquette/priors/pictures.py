"""Between pictures as numpy arrays [N, H, W, C] from 0 to 1 and the tensors and latents of pipelines."""

from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from diffusers import AutoencoderTiny
from torch import Tensor

Floats = npt.NDArray[np.float32]


class LatentCodec:
    """Decodes and encodes a pipeline's scaled latents, a few pictures at a time.

    It uses the small autoencoder where there is one, and the pipeline's own otherwise.
    """

    def __init__(self, vae: Any, small_vae: AutoencoderTiny | None, chunk: int = 4) -> None:
        self._vae, self._small, self._chunk = vae, small_vae, chunk

    @torch.no_grad()
    def decode(self, latents: Tensor) -> Floats:  # [N, C, h, w] -> [N, H, W, 3]
        """Early estimates reach beyond 0..1; they are not cut off, so that a change reaches all of them."""
        return np.concatenate([_to_array(self._decode(part)) for part in latents.split(self._chunk)])

    @torch.no_grad()
    def encode(self, pictures: Floats, like: Tensor) -> Tensor:  # [N, H, W, 3] -> [N, C, h, w]
        """Latents on the device and of the type of `like`."""
        tensor = to_tensor(pictures)
        return torch.cat([self._encode(part) for part in tensor.split(self._chunk)]).to(like)

    def _decode(self, latents: Tensor) -> Tensor:
        if self._small is not None:
            return self._small.decode(latents.to(self._small.device, self._small.dtype)).sample / 2 + 0.5
        scaled = latents.to(self._vae.device, self._vae.dtype) / self._vae.config.scaling_factor
        return self._vae.decode(scaled).sample / 2 + 0.5

    def _encode(self, pictures: Tensor) -> Tensor:
        signed = pictures * 2 - 1
        if self._small is not None:
            return self._small.encode(signed.to(self._small.device, self._small.dtype)).latents
        encoded = self._vae.encode(signed.to(self._vae.device, self._vae.dtype)).latent_dist.mode()
        return encoded * self._vae.config.scaling_factor


def to_tensor(pictures: Floats) -> Tensor:  # [N, H, W, C] -> [N, C, H, W] float32
    return torch.from_numpy(np.ascontiguousarray(pictures.transpose(0, 3, 1, 2), dtype=np.float32))


def to_pictures(tensor: Tensor) -> Floats:  # [N, C, H, W] -> [N, H, W, C] from 0 to 1
    return _to_array(tensor.clamp(0, 1))


def _to_array(tensor: Tensor) -> Floats:
    array: Floats = tensor.detach().float().cpu().permute(0, 2, 3, 1).contiguous().numpy()
    return array
