"""Turns residuals into gradients."""

import torch
from torch import Tensor


def guidance_loss(latents: Tensor, residual: Tensor, weight: float = 1.0) -> Tensor:
    """A number whose gradient with respect to the latents [B, C, h, w] is weight residual / B.

    The network is not differentiated (Poole and others, "DreamFusion", 2022). A latent picture whose residual
    is not finite everywhere does not count, so that it spoils neither the others nor itself.
    """
    finite = torch.isfinite(residual).flatten(1).all(dim=1)[:, None, None, None]
    step = weight * torch.where(finite, residual, 0)
    target = (latents - step).detach()
    return 0.5 * ((latents - target) ** 2).sum() / len(latents)
