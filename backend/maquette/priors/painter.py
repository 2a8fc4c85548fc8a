"""Paints pictures of views with a published pipeline: anew, over what is there, or where a mask allows.

One interface for SDXL with ControlNet-Union and for SD 1.5 with its own control networks. A `Watcher` sees
what the pictures will become after every step, and may change it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
import torch
from diffusers import (
    StableDiffusionControlNetImg2ImgPipeline,
    StableDiffusionControlNetInpaintPipeline,
    StableDiffusionControlNetPipeline,
    StableDiffusionXLControlNetUnionImg2ImgPipeline,
    StableDiffusionXLControlNetUnionInpaintPipeline,
    StableDiffusionXLControlNetUnionPipeline,
)
from PIL import Image
from torch import Tensor

from maquette.progress import Progress
from maquette.protocol import bad_input

from .checkpoints import Parts
from .chunks import run_in_chunks
from .pictures import Floats, LatentCodec, to_pictures, to_tensor
from .placement import Placement
from .sync_scheduler import synchronised

ControlKind = Literal["depth", "edges", "normal", "tile", "repaint"]
UNION_MODES: Final[dict[str, int]] = {"depth": 1, "edges": 3, "normal": 4, "tile": 6, "repaint": 7}

Decode = Callable[[], Floats]
Watcher = Callable[[float, Decode], Floats | None]
"""Called with the share of the schedule that is done and a function that gives the pictures [N, H, W, 3] as
they would end; returns the pictures to head for instead, or None."""

_PIPELINES: Final[dict[str, tuple[Any, Any, Any]]] = {  # anew, over what is there, with a mask
    "sdxl": (
        StableDiffusionXLControlNetUnionPipeline,
        StableDiffusionXLControlNetUnionImg2ImgPipeline,
        StableDiffusionXLControlNetUnionInpaintPipeline,
    ),
    "sd15": (
        StableDiffusionControlNetPipeline,
        StableDiffusionControlNetImg2ImgPipeline,
        StableDiffusionControlNetInpaintPipeline,
    ),
}


@dataclass(frozen=True)
class Control:
    """What every picture must follow, how strictly, and during which first share of the steps."""

    kind: ControlKind
    pictures: Floats  # [N, H, W, 3] from 0 to 1
    strength: float
    until: float = 1.0


@dataclass(frozen=True)
class Order:
    """N pictures to paint. With `images`, at `strength` below 1 their structure stays; with `masks`, only
    what is at least 0.5 there changes."""

    prompts: Sequence[str]  # [N]
    size: int  # pixels, a multiple of 8
    steps: int
    guidance_scale: float
    seed: int
    controls: Sequence[Control]
    negative_prompt: str = ""
    images: Floats | None = None  # [N, H, W, 3]
    masks: Floats | None = None  # [N, H, W]
    strength: float = 1.0
    reference: npt.NDArray[np.uint8] | None = field(default=None, repr=False)  # [H, W, 3]
    reference_strength: float = 0.6

    @property
    def steps_run(self) -> int:
        """How many steps the sampler takes: as many as there are, or the last share of them."""
        return self.steps if self.images is None else max(1, min(self.steps, int(self.steps * self.strength)))


class Painter:
    """Owns the networks of one family. `paint` may be called any number of times; `close` lets them go."""

    def __init__(self, parts: Parts, placement: Placement) -> None:
        self._parts, self._placement = parts, placement
        self._scheduler = parts.modules["scheduler"]
        self._pipeline: Any = None
        vae = parts.modules["vae"]
        vae.enable_slicing()
        if placement.tier != "batched":
            vae.enable_tiling()
        if parts.small_vae is not None:
            parts.small_vae.to(placement.device)
        self._codec = LatentCodec(vae, parts.small_vae)
        if placement.chunk:
            for network in (parts.modules["unet"], parts.modules.get("controlnet")):
                if network is not None:
                    run_in_chunks(network, placement.chunk)

    @property
    def names(self) -> tuple[str, ...]:
        """The registered names of what was loaded."""
        return self._parts.names

    def paint(self, order: Order, progress: Progress, watch: Watcher | None = None) -> Floats:
        """[N, size, size, 3] pictures from 0 to 1. Reports `order.steps_run` steps; cancelled at any of them.

        Raises bad_input for a control or a reference picture that these networks do not know.
        """
        pipeline = self._prepare(order)
        pipeline.scheduler = self._watched_scheduler(watch)
        pipeline.set_progress_bar_config(disable=True)

        def after_step(_: Any, step: int, time: Any, tensors: dict[str, Tensor]) -> dict[str, Tensor]:
            progress.step()
            return tensors

        with torch.inference_mode():
            result = pipeline(
                prompt=list(order.prompts),
                negative_prompt=[order.negative_prompt] * len(order.prompts),
                num_inference_steps=order.steps,
                guidance_scale=order.guidance_scale,
                generator=[torch.Generator().manual_seed(order.seed + n) for n in range(len(order.prompts))],
                output_type="pt",
                callback_on_step_end=after_step,
                **self._what_to_follow(order),
                **self._what_is_there(order),
                **self._reference(order, pipeline),
            )
        return to_pictures(result.images)

    def close(self) -> None:
        """Lets go of the device's memory."""
        if self._pipeline is not None:
            self._pipeline.remove_all_hooks()
        self._pipeline = None
        self._parts.modules.clear()
        if self._placement.device == "cuda":
            torch.cuda.empty_cache()

    def _prepare(self, order: Order) -> Any:
        """The pipeline for this kind of order, its networks in their places."""
        kind = _PIPELINES[self._parts.family][_kind(order)]
        modules = dict(self._parts.modules)
        if self._parts.family == "sd15":
            modules |= {"controlnet": self._nets(order), "requires_safety_checker": False}
        else:
            modules["add_watermarker"] = False
        if self._pipeline is not None:
            self._pipeline.remove_all_hooks()
        self._pipeline = kind(**modules)
        if self._placement.device == "cpu":
            return self._pipeline
        if not self._placement.offload:
            return self._pipeline.to(self._placement.device)
        if self._placement.keep_controlnet:
            self._pipeline._exclude_from_cpu_offload = ["controlnet"]
        self._pipeline.enable_model_cpu_offload(device=self._placement.device)
        return self._pipeline

    def _watched_scheduler(self, watch: Watcher | None) -> Any:
        if watch is None:
            return self._scheduler

        def hook(x0: Tensor, share: float) -> Tensor:
            shown: list[Floats] = []

            def decode() -> Floats:
                shown.append(self._codec.decode(x0))
                return shown[0]

            wanted = watch(share, decode)
            if wanted is None:
                return x0
            before = shown[0] if shown else decode()
            # Only the change passes through the autoencoder, so that its own errors do not add up.
            return x0 + self._codec.encode(wanted, x0) - self._codec.encode(before, x0)

        return synchronised(self._scheduler, hook)

    def _nets(self, order: Order) -> Any:
        unknown = [c.kind for c in order.controls if c.kind not in self._parts.nets]
        if unknown:
            raise bad_input(f"the small model has no control for {unknown[0]}: choose the tier sequential")
        nets = [self._parts.nets[control.kind] for control in order.controls]
        return nets[0] if len(nets) == 1 else nets

    def _what_to_follow(self, order: Order) -> dict[str, Any]:
        pictures: Any = [to_tensor(control.pictures) for control in order.controls]
        strengths: Any = [float(control.strength) for control in order.controls]
        ends: Any = [float(control.until) for control in order.controls]
        modes = {}
        if self._parts.family == "sdxl":
            modes = {"control_mode": [UNION_MODES[control.kind] for control in order.controls]}
        elif len(pictures) == 1:
            pictures, strengths, ends = pictures[0], strengths[0], ends[0]
        name = "image" if self._parts.family == "sd15" and order.images is None else "control_image"
        scales = {"controlnet_conditioning_scale": strengths, "control_guidance_end": ends}
        return {name: pictures, **scales, **modes}

    def _what_is_there(self, order: Order) -> dict[str, Any]:
        if order.images is None:
            return {"height": order.size, "width": order.size}
        given: dict[str, Any] = {"image": to_tensor(order.images), "strength": float(order.strength)}
        if order.masks is not None:
            given["mask_image"] = to_tensor(order.masks[..., None])
        return given

    def _reference(self, order: Order, pipeline: Any) -> dict[str, Any]:
        if order.reference is None:
            return {}
        if self._parts.family == "sd15":
            raise bad_input(
                "the small model takes no reference picture: leave it out, or choose another tier"
            )
        pipeline.set_ip_adapter_scale(float(order.reference_strength))
        return {"ip_adapter_image": Image.fromarray(order.reference)}


def _kind(order: Order) -> int:
    if order.images is None:
        return 0
    return 1 if order.masks is None else 2
