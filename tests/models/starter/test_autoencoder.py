"""The autoencoder's parts against what they promise in closed form."""

import pytest

torch = pytest.importorskip("torch")

from maquette.models.starter import palette  # noqa: E402
from maquette.models.starter.autoencoder import (  # noqa: E402
    ShapeAutoencoder,
    from_patches,
    to_patches,
    trilinear,
)
from maquette.models.starter.code_space import CodeSpace  # noqa: E402
from maquette.models.starter.config import StarterConfig  # noqa: E402

pytestmark = pytest.mark.torch


def random(*shape, seed=0):
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def cell_centres(side):
    axis = (torch.arange(side) + 0.5) / side - 0.5
    return torch.cartesian_prod(axis, axis, axis)


def test_patches_hold_neighbouring_cells_and_go_back() -> None:
    grid = random(2, 8, 8, 8)
    patches = to_patches(grid, 4)
    assert torch.equal(patches[1, 0b101].reshape(4, 4, 4), grid[1, 4:, :4, 4:])
    assert torch.equal(from_patches(patches, 2, 4)[:, 0], grid)


def test_trilinear_meets_the_cells_and_is_exact_for_linear_functions() -> None:
    volume = random(2, 3, 6, 6, 6)
    centres = cell_centres(6).expand(2, -1, -1)
    assert torch.allclose(trilinear(volume, centres), volume.flatten(2).transpose(1, 2), atol=1e-5)
    slope = torch.tensor([1.0, -2.0, 0.5])
    linear = (cell_centres(6) @ slope).reshape(1, 1, 6, 6, 6)
    points = 0.8 * (torch.rand(1, 50, 3, generator=torch.Generator().manual_seed(1)) - 0.5)
    assert torch.allclose(trilinear(linear, points)[..., 0], points @ slope, atol=1e-5)


def test_trilinear_passes_gradients_to_volume_and_points() -> None:
    volume = random(1, 2, 4, 4, 4).double().requires_grad_()
    points = (random(1, 5, 3, seed=2) * 0.1).double().requires_grad_()
    assert torch.autograd.gradcheck(trilinear, (volume, points))


def test_an_untrained_decoder_is_its_linear_path() -> None:
    torch.manual_seed(0)
    config = StarterConfig.tiny().shape
    model = ShapeAutoencoder(config)
    features = model.decoder(random(2, config.code))
    side = config.resolution // config.patch
    numbers = model.decoder.from_code(random(2, config.code)).unflatten(1, (config.patches, -1))
    linear = from_patches(model.decoder.from_patch(numbers), side, config.patch)
    distance, scores = model.at(features, cell_centres(config.resolution).expand(2, -1, -1))
    assert torch.allclose(distance, linear.flatten(1), atol=1e-5)
    assert not scores.any()


def test_tokens_have_no_correlations_and_go_back_to_codes() -> None:
    config = StarterConfig.tiny().flow
    size = config.tokens * config.token_channels
    codes = random(500, size) @ random(size, size, seed=1) + 3
    space = CodeSpace(config)
    space.fit(codes)
    tokens = space.to_tokens(codes)
    assert tokens.shape == (500, config.tokens, config.token_channels)
    assert torch.allclose(space.to_codes(tokens), codes, atol=1e-2)
    covariance = tokens.flatten(1).T @ tokens.flatten(1) / 500
    apart = covariance - covariance.diag().diag()
    assert apart.abs().max() < 1e-3
    spread = covariance.diag()
    assert float(spread.mean()) == pytest.approx(1, abs=0.1)
    assert float(spread[0]) > 2 * float(spread[-1])


def test_materials_go_to_tokens_and_back() -> None:
    values = torch.rand(3, 8, 5, generator=torch.Generator().manual_seed(0))
    used = torch.tensor([True, False, True, False, True, True, False, True]).expand(3, -1)
    found, there = palette.from_tokens(palette.to_tokens(values, used))
    assert torch.allclose(found, values, atol=1e-6)
    assert torch.equal(there, used)
