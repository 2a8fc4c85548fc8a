"""What guidance asks of a diffusion model, and classifier-free guidance on top of it."""

from dataclasses import dataclass
from typing import Generic, Protocol, TypeVar

from torch import Tensor

Condition = TypeVar("Condition")
_Asked = TypeVar("_Asked", contravariant=True)


class Prior(Protocol[_Asked]):
    """A denoiser of latents whose noisy form is z_t = a_t z + s_t e; a_t^2 = abar_t, s_t^2 = 1 - abar_t."""

    @property
    def alphas_cumprod(self) -> Tensor:
        """[T] float32 abar_t, falling from nearly 1 to nearly 0."""

    def predict_noise(self, noisy: Tensor, timestep: int, condition: _Asked) -> Tensor:
        """e of noisy latents [B, C, h, w] at one timestep, for what the condition asks of each of them."""


@dataclass(frozen=True)
class Wish(Generic[Condition]):
    """What latents shall show. With a `scale` of 1 nothing is asked but `wanted`."""

    wanted: Condition
    unwanted: Condition
    scale: float = 1.0


def guided_noise(prior: Prior[Condition], noisy: Tensor, timestep: int, wish: Wish[Condition]) -> Tensor:
    """u + scale (c - u), by the convention of Ho and Salimans, "Classifier-Free Diffusion Guidance", 2022, as
    pipelines have it: at 1 it is the conditional estimate c, at 0 the unconditional one u.
    """
    wanted = prior.predict_noise(noisy, timestep, wish.wanted)
    if wish.scale == 1:
        return wanted
    unwanted = prior.predict_noise(noisy, timestep, wish.unwanted)
    return unwanted + wish.scale * (wanted - unwanted)
