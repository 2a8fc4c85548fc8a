"""`blending` (the mean) and `rendering` on torch tensors of any device, for work within denoising steps.

Both are differentiable, in the pictures and in the texture. Each view writes each texel or pixel once, so
that results are the same bytes every time, on a GPU too. Colours are matched, and medians taken, once at
the end, by `blending`.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from .rendering import PixelLookup, pyramid_sizes
from .view import Taps, ViewProjection


@dataclass(frozen=True)
class TorchTaps:
    """`Taps` on a device."""

    index: Tensor  # [N, 4] int64
    weight: Tensor  # [N, 4, 1] float32

    def read(self, image: Tensor) -> Tensor:  # [P, C] -> [N, C]
        return (image[self.index] * self.weight.to(image.dtype)).sum(dim=1)


@dataclass(frozen=True)
class TorchSamples:
    """`Samples` on a device."""

    texel: Tensor  # [K] int64, flat in the texture
    taps: TorchTaps
    cosine: Tensor  # [K, 1]
    trust: Tensor  # [K, 1]


@dataclass(frozen=True)
class TorchProjection:
    """`ViewProjection` on a device."""

    texture_size: int
    views: tuple[TorchSamples, ...]
    exponent: float


@dataclass(frozen=True)
class TorchLookup:
    """`PixelLookup` on a device."""

    image_size: int
    views: tuple[tuple[Tensor, TorchTaps], ...]  # flat pixels [N] int64 and their reads


def projection_to(projection: ViewProjection, device: torch.device | str) -> TorchProjection:
    """A copy of the projection on the device."""
    views = tuple(
        TorchSamples(
            _tensor(projection.texels[samples.texel], device),
            _taps_to(samples.taps, device),
            _tensor(samples.cosine, device)[:, None],
            _tensor(samples.trust, device)[:, None],
        )
        for samples in projection.views
    )
    return TorchProjection(projection.texture_size, views, projection.exponent)


def lookup_to(lookup: PixelLookup, device: torch.device | str) -> TorchLookup:
    """A copy of the lookup on the device."""
    views = tuple((_tensor(view.pixel, device), _taps_to(view.taps, device)) for view in lookup.views)
    return TorchLookup(lookup.image_size, views)


def blend(
    projection: TorchProjection,
    images: Tensor,  # [V, H, H, C] on the projection's device; with four channels, RGBA
    exponent: float | None = None,
) -> tuple[Tensor, Tensor]:
    """The texture [S, S, C], 0 where nothing is seen, and which texels are covered [S, S] bool."""
    exponent = projection.exponent if exponent is None else exponent
    size, has_alpha = projection.texture_size, images.shape[3] == 4
    channels = 3 if has_alpha else images.shape[3]
    values = images.new_zeros(size * size, channels)
    total = images.new_zeros(size * size, 1)
    for samples, image in zip(projection.views, images.flatten(1, 2), strict=True):
        weight = (samples.trust * samples.cosine**exponent).to(image.dtype)
        if has_alpha:
            shown = samples.taps.read(torch.cat([image[:, :3] * image[:, 3:], image[:, 3:]], dim=1))
            color, weight = shown[:, :3] / shown[:, 3:].clamp(min=1e-6), weight * shown[:, 3:]
        else:
            color = samples.taps.read(image)
        values[samples.texel] += color * weight
        total[samples.texel] += weight
    texture = values / total.clamp(min=1e-12)
    return texture.reshape(size, size, channels), (total > 0).reshape(size, size)


def render(lookup: TorchLookup, texture: Tensor, background: float = 0.5) -> Tensor:
    """[V, H, H, C] pictures of a texture [S, S, C]; pixels beside the mesh hold `background`."""
    pyramid = _flat_pyramid(texture)
    side, channels = lookup.image_size, texture.shape[2]
    images = texture.new_full((len(lookup.views), side * side, channels), background)
    for view, (pixel, taps) in enumerate(lookup.views):
        images[view, pixel] = taps.read(pyramid)
    return images.reshape(-1, side, side, channels)


def _flat_pyramid(texture: Tensor) -> Tensor:  # [S, S, C] -> [P, C]
    levels = [texture]
    for size in pyramid_sizes(len(texture))[1:]:
        levels.append(levels[-1].reshape(size, 2, size, 2, -1).mean(dim=(1, 3)))
    return torch.cat([level.flatten(0, 1) for level in levels])


def _taps_to(taps: Taps, device: torch.device | str) -> TorchTaps:
    return TorchTaps(_tensor(taps.index, device), _tensor(taps.weight, device)[..., None])


def _tensor(array: npt.NDArray[Any], device: torch.device | str) -> Tensor:
    """Whole numbers become int64, which indexing asks for."""
    tensor = torch.from_numpy(np.ascontiguousarray(array))
    return (tensor if tensor.is_floating_point() else tensor.long()).to(device)
