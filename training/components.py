"""Fills the autoencoder's linear path with principal components, of patches and then of whole shapes."""

import torch
from torch import Tensor

from maquette.models.starter.autoencoder import ShapeAutoencoder, to_patches

CHUNK = 512


@torch.no_grad()
def fill(model: ShapeAutoencoder, grids: Tensor, generator: torch.Generator) -> float:
    """Sets the linear path by `grids` [N, R, R, R] (of any precision, distances cut off at ±1) and their
    mirror images.

    Codes come out with a variance of about one on average, every number with the root of its own spread, so
    that coarse features stay larger than fine ones. The result is the share of variance that the code keeps.
    """
    config = model.config
    mean, basis = _patch_basis(grids, config.patch, config.patch_channels)
    encoder, decoder = model.encoder, model.decoder
    encoder.to_patch.weight.copy_(basis.T)
    encoder.to_patch.bias.copy_(-(mean @ basis))
    decoder.from_patch.weight.copy_(basis)
    decoder.from_patch.bias.copy_(mean)

    numbers = torch.cat([_numbers(model, grids), _numbers(model, grids.flip(1))])  # [2 N, D]
    centre = numbers.mean(0)
    numbers -= centre
    total = float(numbers.square().sum())
    vectors, spread = _leading(numbers, config.code, generator)
    scale = spread.clamp(min=1e-4).sqrt()  # of numbers with this deviation: halfway to a deviation of one
    scale = scale * (spread / scale).square().mean().sqrt()
    encoder.to_code.weight.copy_((vectors / scale).T)
    encoder.to_code.bias.copy_(-(centre @ vectors) / scale)
    decoder.from_code.weight.copy_(vectors * scale)
    decoder.from_code.bias.copy_(centre)
    return float(spread.square().sum()) * len(numbers) / total


def _patch_basis(grids: Tensor, size: int, count: int) -> tuple[Tensor, Tensor]:
    """The mean [p^3] and the leading components [p^3, C] of patches that are not all alike."""
    some = grids[:: max(1, len(grids) // 2000)].float()
    rows = to_patches(torch.cat([some, some.flip(1)]), size).flatten(0, 1)
    rows = rows[rows.std(dim=1) > 0]
    mean = rows.mean(0)
    values, vectors = torch.linalg.eigh((rows - mean).T @ (rows - mean))
    return mean, vectors[:, values.argsort(descending=True)[:count]].contiguous()


def _numbers(model: ShapeAutoencoder, grids: Tensor) -> Tensor:
    """The patches' numbers [N, D] of every grid."""
    encoder, size = model.encoder, model.config.patch
    chunks = [encoder.to_patch(to_patches(part.float(), size)).flatten(1) for part in grids.split(CHUNK)]
    return torch.cat(chunks)


def _leading(rows: Tensor, count: int, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """The leading components [D, K] of centred rows [N, D], and the rows' deviation along each [K].

    By random projections and power iterations (Halko, Martinsson and Tropp, 2011).
    """
    kept = min(count, *rows.shape)
    size = min(count + 32, *rows.shape)
    probe = torch.randn(rows.shape[1], size, generator=generator, dtype=rows.dtype)
    for _ in range(3):
        probe = torch.linalg.qr(rows.T @ (rows @ probe))[0]
    _, values, right = torch.linalg.svd(rows @ probe, full_matrices=False)
    vectors = torch.zeros(rows.shape[1], count)
    spread = torch.zeros(count)
    vectors[:, :kept] = (probe @ right.T)[:, :kept]
    spread[:kept] = values[:kept] / len(rows) ** 0.5
    return vectors, spread
