"""Moves texels from one prompt to another: delta denoising or posterior distillation of the views they make.

Every step shows some views, asks the prior in which way what is wanted differs from what is there, and
carries that back through the encoder and the views' uv to the texels. All views share the texels, so they
agree by themselves.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from maquette.assets import Mesh
from maquette.guidance.descent import guidance_loss
from maquette.guidance.editing import delta_denoising, posterior
from maquette.guidance.noising import Weighting, draw_timestep, weight
from maquette.guidance.prior import Wish
from maquette.painting.progress import within
from maquette.painting.prompts import view_prompts
from maquette.painting.scene import GREY
from maquette.painting.sheet import encode_preview
from maquette.priors.denoiser import Asked, LatentPrior, Words
from maquette.progress import Progress
from maquette.texture.views.uv_views_torch import UvViews, look_up_views, show

from .frame import Frame
from .wish import EditWish

Floats = npt.NDArray[np.float32]

BETAS: Final = (0.9, 0.99)
PREVIEWS: Final = 8
VIEWS_AT_ONCE: Final = {"cpu": 1}  # and four where there is a graphics card


@dataclass(frozen=True)
class Sides:
    """What the prior is asked of every view [V], before and after."""

    target: Words
    source: Words
    unwanted: Words
    depth: Tensor  # [V, 3, H, H]
    latents: Tensor  # [V, C, h, w] of the views as they were
    scale: float

    def wishes(self, views: Sequence[int]) -> tuple[Wish[Asked], Wish[Asked]]:
        """Of the target and of the source."""
        depth = self.depth[list(views)]
        unwanted = Asked(self.unwanted.of(views), depth)
        target, source = (Asked(words.of(views), depth) for words in (self.target, self.source))
        return Wish(target, unwanted, self.scale), Wish(source, unwanted, self.scale)


def distil(
    prior: LatentPrior,
    mesh: Mesh,
    frame: Frame,
    color: Floats,  # [S, S, 3]
    negative_prompt: str,
    scale: float,  # of classifier-free guidance
    steps: int,
    weighting: Weighting,
    wish: EditWish,
    progress: Progress,
) -> Floats:  # [S, S, 3]
    """The base colour with the part that may change moved. Reports a step for each of `steps`, and previews.

    Texels and their gradients are on the processor, the prior where it is.
    """
    views = look_up_views(
        mesh, frame.scene.cameras, len(color), frame.scene.image_size, "cpu", within(progress)
    )
    start = torch.from_numpy(color).permute(2, 0, 1).contiguous()
    sides = _sides(
        prior, frame, show(views, start, range(len(frame.before)), GREY), negative_prompt, scale, wish
    )
    generator = torch.Generator().manual_seed(wish.seed)
    share = torch.from_numpy(frame.region.share)
    change = torch.zeros_like(start, requires_grad=True)
    descent = torch.optim.Adam([change], wish.learning_rate, BETAS)
    falling = torch.optim.lr_scheduler.CosineAnnealingLR(descent, steps)
    turns = _turns(len(frame.before), VIEWS_AT_ONCE.get(prior.device.type, 4), generator)
    for step in range(steps):
        chosen = next(turns)
        pictures = show(views, start + change * share, chosen, GREY)
        latents = prior.encode(pictures)
        timestep = draw_timestep(generator)
        residual = _residual(prior, latents, sides, chosen, timestep, wish, generator)
        descent.zero_grad()
        guidance_loss(latents, residual, weight(weighting, float(prior.alphas_cumprod[timestep]))).backward()
        descent.step()
        falling.step()
        with torch.no_grad():
            change.copy_(torch.maximum(torch.minimum(change, 1 - start), -start))
        if step % max(1, steps // PREVIEWS) == 0:
            progress.preview(encode_preview(_shown(views, start + change.detach() * share, frame)))
        progress.step()
    made = np.ascontiguousarray(change.detach().permute(1, 2, 0).numpy())
    whole = frame.completed(mesh, np.zeros_like(color), made, progress)
    return np.clip(color + frame.region.share[..., None] * whole, 0, 1)


def _sides(
    prior: LatentPrior,
    frame: Frame,
    before: Tensor,  # [V, 3, H, H] the views, shown as they will be
    negative_prompt: str,
    scale: float,
    wish: EditWish,
) -> Sides:
    cameras = frame.scene.cameras
    target, source = (
        prior.describe(view_prompts(words, cameras))
        for words in (wish.prompt, wish.source_prompt or "the object")
    )
    depth = torch.from_numpy(np.repeat(frame.scene.controls.depth[:, None], 3, axis=1))
    with torch.no_grad():
        latents = torch.cat([prior.encode(picture[None]) for picture in before])
    return Sides(target, source, prior.describe([negative_prompt] * len(cameras)), depth, latents, scale)


def _residual(
    prior: LatentPrior,
    latents: Tensor,
    sides: Sides,
    views: Sequence[int],
    timestep: int,
    wish: EditWish,
    generator: torch.Generator,
) -> Tensor:
    target, source = sides.wishes(views)
    untouched = sides.latents[list(views)]
    if wish.method == "dds":
        return delta_denoising(prior, latents, untouched, target, source, timestep, generator)
    held = wish.identity_weight
    return posterior(prior, latents, untouched, target, source, timestep, held, generator)


def _turns(count: int, at_once: int, generator: torch.Generator) -> Iterator[list[int]]:
    """All views in turn, so many at a time, in an order that is drawn anew every time."""
    while True:
        order = torch.randperm(count, generator=generator).tolist()
        yield from (order[start : start + at_once] for start in range(0, count, at_once))


def _shown(views: UvViews, texture: Tensor, frame: Frame) -> Floats:  # [V, H, H, 3]
    with torch.no_grad():
        pictures = show(views, texture, range(len(frame.before)), GREY)
    return np.ascontiguousarray(pictures.permute(0, 2, 3, 1).numpy())
