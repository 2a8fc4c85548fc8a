"""Tensors give what arrays give, and gradients reach texels and pixels."""

import numpy as np
import pytest

from maquette.texture.views import blend, look_up_pixels, render

from .test_blending import SIZE, scene

torch = pytest.importorskip("torch")
tensors = pytest.importorskip("maquette.texture.views.blend_torch")
pytestmark = pytest.mark.torch

DEVICES = ["cpu", pytest.param("cuda", marks=pytest.mark.gpu)]


@pytest.fixture(params=DEVICES)
def device(request):
    if request.param == "cuda" and not torch.cuda.is_available():
        pytest.skip("no CUDA device")
    return torch.device(request.param)


@pytest.mark.parametrize("exponent", [None, 1.0])
def test_blending_gives_what_numpy_gives(exponent, device):
    _, _, _, projection, images = scene()
    expected = blend(projection, images, match_colours=False, exponent=exponent)
    on_device, pictures = tensors.projection_to(projection, device), torch.from_numpy(images).to(device)
    texture, covered = tensors.blend(on_device, pictures, exponent)
    assert np.abs(texture.cpu().numpy() - expected.texture).max() < 1e-5
    assert np.array_equal(covered.cpu().numpy(), expected.covered)
    assert torch.equal(texture, tensors.blend(on_device, pictures, exponent)[0])


def test_alpha_counts_as_in_numpy(device):
    _, _, _, projection, images = scene()
    alpha = np.random.default_rng(0).integers(0, 2, (*images.shape[:3], 1)).astype(np.float32)
    pictures = np.concatenate([images, alpha], axis=3)
    expected = blend(projection, pictures, match_colours=False)
    on_device = tensors.projection_to(projection, device)
    texture, covered = tensors.blend(on_device, torch.from_numpy(pictures).to(device))
    assert np.abs(texture.cpu().numpy() - expected.texture).max() < 1e-4
    assert np.array_equal(covered.cpu().numpy(), expected.covered)


def test_rendering_gives_what_numpy_gives(device):
    mesh, truth, cameras, _, _ = scene()
    lookup = look_up_pixels(mesh, cameras, SIZE, 96)
    on_device = tensors.lookup_to(lookup, device)
    images = tensors.render(on_device, torch.from_numpy(truth).to(device), 0.25)
    assert np.abs(images.cpu().numpy() - render(lookup, truth, 0.25)).max() < 1e-5


def test_rendering_can_be_descended():
    """A few steps of Adam bring a grey texture to the true one where it is seen."""
    mesh, truth, cameras, _, _ = scene()
    lookup = tensors.lookup_to(look_up_pixels(mesh, cameras[:4], SIZE, 96), "cpu")
    target = tensors.render(lookup, torch.from_numpy(truth))
    texture = torch.full((SIZE, SIZE, 3), 0.5, requires_grad=True)
    optimizer = torch.optim.Adam([texture], lr=0.05)
    losses = []
    for _ in range(15):
        loss = (tensors.render(lookup, texture) - target).abs().mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    assert losses[-1] < 0.3 * losses[0]


def test_blending_passes_gradients_to_the_pixels_it_reads():
    _, _, _, projection, images = scene()
    pictures = torch.from_numpy(images).requires_grad_()
    texture, _ = tensors.blend(tensors.projection_to(projection, "cpu"), pictures)
    texture.sum().backward()
    touched = pictures.grad.abs().sum(dim=3) > 0
    assert 0.1 < float(touched.float().mean()) < 0.9
