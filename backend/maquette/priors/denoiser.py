"""A published latent model as the prior that guidance asks: noise estimates, and gradients to pictures.

Its networks are called one by one, not through a pipeline: a pipeline samples, and here only single estimates
are wanted, with gradients through the encoder.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch
from diffusers import StableDiffusionPipeline, StableDiffusionXLPipeline
from torch import Tensor, nn

from .checkpoints import Parts
from .painter import UNION_MODES
from .placement import Placement


@dataclass(frozen=True)
class Words:
    """Embedded prompts."""

    tokens: Tensor  # [N, L, D]
    pooled: Tensor | None  # [N, P], where the family has them

    def of(self, numbers: Sequence[int]) -> "Words":
        """Some of the prompts."""
        chosen = list(numbers)
        return Words(self.tokens[chosen], None if self.pooled is None else self.pooled[chosen])


@dataclass(frozen=True)
class Asked:
    """What N latent pictures shall show: words, and the depth that they follow."""

    words: Words
    depth: Tensor  # [N, 3, H, W] 0..1


class LatentPrior:
    """Owns the networks of one family, on their device. A `maquette.guidance.prior.Prior` of `Asked`."""

    def __init__(self, parts: Parts, placement: Placement, depth_strength: float) -> None:
        self._parts, self._depth_strength = parts, depth_strength
        self.device = torch.device(placement.device)
        self._dtype = placement.dtype
        self.alphas_cumprod: Tensor = parts.modules["scheduler"].alphas_cumprod.float().cpu()
        for network in self._networks():
            network.to(self.device).requires_grad_(False).train(False)

    @property
    def names(self) -> tuple[str, ...]:
        """The registered names of what was loaded."""
        return self._parts.names

    @torch.no_grad()
    def describe(self, prompts: Sequence[str]) -> Words:
        """Embeddings of prompts, on the device."""
        modules = {name: part for name, part in self._parts.modules.items() if name != "controlnet"}
        if self._parts.family == "sd15":
            pipeline = StableDiffusionPipeline(**modules, requires_safety_checker=False)
            return Words(pipeline.encode_prompt(list(prompts), self.device, 1, False)[0], None)
        pipeline = StableDiffusionXLPipeline(**modules, add_watermarker=False)
        tokens, _, pooled, _ = pipeline.encode_prompt(
            list(prompts), device=self.device, num_images_per_prompt=1, do_classifier_free_guidance=False
        )
        return Words(tokens, pooled)

    def encode(self, pictures: Tensor) -> Tensor:  # [N, 3, H, W] 0..1 -> [N, C, h, w] float32
        """Scaled latents on the device, differentiable in the pictures wherever those are."""
        signed = (pictures * 2 - 1).to(self.device, self._dtype)
        small = self._parts.small_vae
        if small is not None:
            latents: Tensor = small.encode(signed).latents
        else:
            vae = self._parts.modules["vae"]
            latents = vae.encode(signed).latent_dist.mode() * vae.config.scaling_factor
        return latents.float()

    @torch.no_grad()
    def predict_noise(self, noisy: Tensor, timestep: int, condition: Asked) -> Tensor:
        """[N, C, h, w] float32, of noisy latents on the device."""
        sample = noisy.to(self._dtype)
        words, time = condition.words.tokens.to(self._dtype), torch.tensor(timestep, device=self.device)
        extra = self._extra(condition)
        down, middle = self._follow_depth(sample, time, words, condition, extra)
        noise: Tensor = self._parts.modules["unet"](
            sample,
            time,
            encoder_hidden_states=words,
            down_block_additional_residuals=down,
            mid_block_additional_residual=middle,
            return_dict=False,
            **extra,
        )[0]
        return noise.float()

    def close(self) -> None:
        """Lets go of the device's memory."""
        self._parts.modules.clear()
        if self.device.type == "cuda":
            torch.cuda.empty_cache()

    def _follow_depth(
        self, sample: Tensor, time: Tensor, words: Tensor, condition: Asked, extra: dict[str, Any]
    ) -> Any:
        """The control network's residuals, for the lower blocks and the middle one."""
        depth = condition.depth.to(self.device, self._dtype)
        if self._parts.family == "sd15":
            return self._parts.nets["depth"](
                sample,
                time,
                encoder_hidden_states=words,
                controlnet_cond=depth,
                conditioning_scale=self._depth_strength,
                return_dict=False,
            )
        union, mode = self._parts.modules["controlnet"], UNION_MODES["depth"]
        kinds = torch.zeros(len(sample), union.config.num_control_type, device=self.device, dtype=self._dtype)
        kinds[:, mode] = 1
        return union(
            sample,
            time,
            encoder_hidden_states=words,
            controlnet_cond=[depth],
            control_type=kinds,
            control_type_idx=[mode],
            conditioning_scale=[self._depth_strength],
            return_dict=False,
            **extra,
        )

    def _extra(self, condition: Asked) -> dict[str, Any]:
        """SDXL is told the size of the picture, which is neither scaled nor cropped."""
        pooled = condition.words.pooled
        if pooled is None:
            return {}
        height, width = condition.depth.shape[2:]
        size = torch.tensor([[height, width, 0, 0, height, width]], device=self.device, dtype=self._dtype)
        times = size.repeat(len(pooled), 1)
        return {"added_cond_kwargs": {"text_embeds": pooled.to(self._dtype), "time_ids": times}}

    def _networks(self) -> list[nn.Module]:
        every = [*self._parts.modules.values(), *self._parts.nets.values(), self._parts.small_vae]
        return [network for network in every if isinstance(network, nn.Module)]
