"""What a material is, from a picture of it: Marigold's intrinsic decomposition (Ke et al., 2025)."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import torch
from diffusers import MarigoldIntrinsicsPipeline
from torch import Tensor

from maquette.progress import Progress

from .checkpoints import FindFolder, load_options
from .pictures import Floats, to_tensor
from .placement import Placement
from .sync_scheduler import synchronised

MARIGOLD: Final = "marigold-iid-appearance"
STEPS: Final = 4
ENSEMBLE: Final = 3  # predictions whose median is taken


@dataclass(frozen=True)
class Intrinsics:
    """Of N pictures, from 0 to 1."""

    albedo: Floats  # [N, H, W, 3] sRGB
    roughness: Floats  # [N, H, W, 1]
    metallic: Floats  # [N, H, W, 1]


class Decomposer:
    """Owns the network. `close` lets its memory go."""

    def __init__(self, find: FindFolder, placement: Placement) -> None:
        folder = find(MARIGOLD)
        self._pipeline = MarigoldIntrinsicsPipeline.from_pretrained(
            folder, **load_options(placement, folder / "unet")
        )
        self._pipeline.set_progress_bar_config(disable=True)
        self._scheduler = self._pipeline.scheduler
        if placement.offload:
            self._pipeline.enable_model_cpu_offload(device=placement.device)
        elif placement.device != "cpu":
            self._pipeline.to(placement.device)

    def decompose(self, pictures: Floats, seed: int, progress: Progress) -> Intrinsics:
        """Material of pictures [N, H, W, 3]. Reports a step for each; cancelled at any denoising step."""

        def look(x0: Tensor, share: float) -> Tensor:
            progress.check()
            return x0

        self._pipeline.scheduler = synchronised(self._scheduler, look)
        found = []
        for number in range(len(pictures)):
            with torch.inference_mode():
                predicted = self._pipeline(
                    to_tensor(pictures[number : number + 1]),
                    num_inference_steps=STEPS,
                    ensemble_size=ENSEMBLE,
                    generator=torch.Generator().manual_seed(seed + number),
                )
            found.append(predicted.prediction)  # [targets, H, W, 3]
            progress.step()
        return self._named(np.stack(found).astype(np.float32))

    def close(self) -> None:
        """Lets go of the network."""
        self._pipeline.remove_all_hooks()
        del self._pipeline
        if torch.cuda.is_available():
            torch.cuda.empty_cache()

    def _named(self, predictions: Floats) -> Intrinsics:  # [N, targets, H, W, 3]
        """The checkpoint says which target holds what, and in which channel."""
        properties = self._pipeline.target_properties
        places: dict[str, tuple[int, int]] = {}
        for target, name in enumerate(properties["target_names"]):
            for channel, part in enumerate(properties[name].get("sub_target_names") or []):
                if part is not None:
                    places[part] = (target, channel)
        albedo = predictions[:, properties["target_names"].index("albedo")]
        if properties["albedo"].get("prediction_space") == "linear":
            albedo = albedo ** np.float32(1 / 2.2)
        rough, metal = (places[part] for part in ("roughness", "metallicity"))
        return Intrinsics(
            albedo,
            predictions[:, rough[0], ..., rough[1], None],
            predictions[:, metal[0], ..., metal[1], None],
        )
