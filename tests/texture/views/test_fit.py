"""Texels fitted to pictures through uv, on tensors."""

import numpy as np
import pytest

pytest.importorskip("torch")

import torch

from maquette.metrics.texels import compare_texels
from maquette.progress import Progress
from maquette.texture.views import look_up_pixels, plan_views, render, render_views
from maquette.texture.views.fit_torch import fit_texture
from maquette.texture.views.uv_views_torch import look_up_views, show
from tests.texture.views.scenes import ball, painted

pytestmark = pytest.mark.torch

SIZE, VIEW = 128, 96


def setting():
    mesh = ball(12)
    cameras = plan_views(mesh, 6, 0)
    return mesh, cameras, look_up_views(mesh, cameras, SIZE, VIEW, "cpu", Progress())


def test_views_show_what_the_lookup_renders():
    mesh, cameras, views = setting()
    texture = painted(mesh, SIZE)[0]
    expected = render(look_up_pixels(mesh, cameras, SIZE, VIEW), texture)
    shown = show(views, torch.from_numpy(texture).permute(2, 0, 1), range(6)).permute(0, 2, 3, 1)
    assert np.abs(shown.numpy() - expected).max() < 1e-5


def test_gradients_reach_exactly_the_texels_that_are_read():
    _, _, views = setting()
    texture = torch.rand(1, SIZE, SIZE, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    flat = texture.clone().requires_grad_()
    parts = [type(part)(part.level, part.pixel, part.grid.double()) for part in views.views[0]]
    doubled = type(views)(views.image_size, (tuple(parts),))
    show(doubled, flat, [0]).square().sum().backward()
    texel = int(flat.grad.abs().argmax())
    step = torch.zeros_like(texture).reshape(-1)
    step[texel] = 1e-5
    ends = [
        float(show(doubled, texture + s * step.reshape(texture.shape), [0]).square().sum()) for s in (1, -1)
    ]
    assert (ends[0] - ends[1]) / 2e-5 == pytest.approx(float(flat.grad.reshape(-1)[texel]), rel=1e-5)


def test_a_fit_finds_the_texture_that_was_shown_and_repeats_itself():
    mesh, cameras, views = setting()
    truth, on_mesh = painted(mesh, SIZE)
    pictures = render_views(mesh, truth, cameras, VIEW)
    grey = np.full_like(truth, 0.5)
    weights = np.ones(pictures.shape[:3], np.float32)

    def fitted():
        generator = torch.Generator().manual_seed(3)
        return fit_texture(grey, views, pictures, weights, 120, generator, Progress())

    made = fitted()
    assert compare_texels(made, truth, on_mesh).psnr_db > compare_texels(grey, truth, on_mesh).psnr_db + 12
    assert made.tobytes() == fitted().tobytes()
