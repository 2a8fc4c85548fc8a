"""Pictures as people give them: cut out or not quite, off centre, cropped, on a background, badly exposed."""

import math
from typing import Final

import torch
from torch import Tensor
from torch.nn import functional

FRAMED: Final = 0.6  # share that is framed as the generator frames what it is given
FILL: Final = 0.8  # of the side that the object's longer side takes there
LOOSE: Final = 0.06  # how far off that may be
CUT_OUT: Final = 0.7  # share of pictures without a background
SIZES: Final = (0.65, 1.15)  # factors on the object's size; some are cropped by the edge
LEAST_SHIFT: Final = 0.1  # of half the picture's side, each way
BLURRED: Final = 0.3


def augment(views: Tensor, generator: torch.Generator) -> Tensor:
    """Pictures [B, S, S, 4] uint8 to [B, 4, S, S] float32: sRGB over the background, and alpha, 0 to 1.

    Where there is a background alpha is 1 everywhere; cut-outs are black where alpha is 0.
    """
    pictures = views.permute(0, 3, 1, 2).float() / 255
    rgb, alpha = _moved(pictures, generator)
    rgb = _exposed(rgb, generator)
    soft = _chosen(len(views), BLURRED, generator, views.device)
    blurred = functional.avg_pool2d(torch.cat([rgb * alpha, alpha], 1), 3, 1, 1, count_include_pad=False)
    both = torch.where(soft, blurred, torch.cat([rgb * alpha, alpha], 1))
    rgb, alpha = both[:, :3], both[:, 3:]  # premultiplied
    bare = _chosen(len(views), CUT_OUT, generator, views.device)
    backed = rgb + (1 - alpha) * _backgrounds(len(views), views.shape[1], generator, views.device)
    noise = torch.randn(rgb.shape, generator=generator, device=views.device) * 0.015
    shown = torch.where(bare, rgb, (backed + noise).clamp(0, 1))
    return torch.cat([shown, torch.where(bare, alpha, torch.ones_like(alpha))], 1)


def _moved(pictures: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Scaled and shifted: colour [B, 3, S, S] and alpha, interpolated premultiplied for the edges' sake."""
    count, device = len(pictures), pictures.device
    low, high = math.log(SIZES[0]), math.log(SIZES[1])
    scale = torch.exp(low + (high - low) * torch.rand(count, generator=generator, device=device))
    room = LEAST_SHIFT + (1 - scale).clamp_min(0)  # smaller ones have more
    shift = (torch.rand(count, 2, generator=generator, device=device) * 2 - 1) * room[:, None]
    middle, longest = _boxes(pictures[:, 3])
    loose = 1 + LOOSE * (2 * torch.rand(count, 3, generator=generator, device=device) - 1)
    framed_scale = 2 * FILL * loose[:, 0] / longest
    framed_shift = loose[:, 1:] - 1 - middle * framed_scale[:, None]
    is_framed = torch.rand(count, generator=generator, device=device) < FRAMED
    scale = torch.where(is_framed, framed_scale, scale)
    shift = torch.where(is_framed[:, None], -framed_shift, shift)
    matrix = torch.zeros(count, 2, 3, device=device)
    matrix[:, 0, 0] = matrix[:, 1, 1] = 1 / scale
    matrix[:, :, 2] = shift / scale[:, None]
    grid = functional.affine_grid(matrix, list(pictures.shape), align_corners=False)
    premultiplied = torch.cat([pictures[:, :3] * pictures[:, 3:], pictures[:, 3:]], 1)
    moved = functional.grid_sample(premultiplied, grid, align_corners=False)
    alpha = moved[:, 3:]
    return moved[:, :3] / alpha.clamp_min(1e-3), alpha


def _boxes(alpha: Tensor) -> tuple[Tensor, Tensor]:
    """Middles [B, 2], x and y in -1 .. 1, and longer sides [B] of what alpha [B, S, S] shows."""
    size = alpha.shape[-1]
    places = (torch.arange(size, device=alpha.device) + 0.5) * (2 / size) - 1
    lows, highs = [], []
    for axis in (1, 2):  # over rows: which columns are there
        there = (alpha > 0.5).any(axis)
        lows.append(torch.where(there, places, 1.0).amin(1))
        highs.append(torch.where(there, places, -1.0).amax(1))
    low, high = torch.stack(lows, 1), torch.stack(highs, 1)
    empty = (high < low).any(1, keepdim=True)
    low, high = torch.where(empty, -1.0, low), torch.where(empty, 1.0, high)
    return (low + high) / 2, (high - low).amax(1) + 2 / size


def _exposed(rgb: Tensor, generator: torch.Generator) -> Tensor:
    """Brightness, contrast and white balance of somebody's camera."""
    count, device = len(rgb), rgb.device

    def number(spread: float, channels: int = 1) -> Tensor:
        drawn = torch.rand(count, channels, 1, 1, generator=generator, device=device)
        return 1 + spread * (2 * drawn - 1)

    return ((rgb - 0.4) * number(0.15) + 0.4).mul(number(0.12) * number(0.05, 3)).clamp(0, 1)


def _backgrounds(count: int, size: int, generator: torch.Generator, device: torch.device) -> Tensor:
    """Plain, graded or blotchy pictures [B, 3, S, S], half of them nearly grey, a quarter nearly white."""

    def draw(*shape: int) -> Tensor:
        return torch.rand(*shape, generator=generator, device=device)

    cells = torch.where(
        draw(count, 1, 1, 1) < 0.5, draw(count, 3, 1, 1).expand(-1, -1, 4, 4), draw(count, 3, 4, 4)
    )
    smooth = functional.interpolate(cells, size=(size, size), mode="bicubic", align_corners=False)
    grey = smooth.mean(1, keepdim=True) + 0.06 * (smooth - smooth.mean(1, keepdim=True))
    picture = torch.where(draw(count, 1, 1, 1) < 0.5, grey, smooth)
    white = draw(count, 1, 1, 1) < 0.25
    return torch.where(white, 0.9 + 0.1 * picture, picture).clamp(0, 1)


def _chosen(count: int, share: float, generator: torch.Generator, device: torch.device) -> Tensor:
    return torch.rand(count, 1, 1, 1, generator=generator, device=device) < share
