"""Pictures and words as the conditions that TRELLIS's flows were trained with, and which of its pipelines."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from maquette import weights
from maquette.models.trellis import preprocess
from maquette.models.trellis.conditioning import PictureEncoder, TextEncoder
from maquette.progress import Progress
from maquette.protocol import bad_input

from . import cutout

Pixels = npt.NDArray[np.uint8]

DECODERS: Final = "trellis-decoders"
ENCODERS: Final = "trellis-encoders"
PICTURE_ENCODER: Final = "dinov2-with-registers-large"
TEXT_ENCODER: Final = "clip-vit-large-patch14"
OF_PICTURES: Final = ("trellis-image-large", DECODERS, PICTURE_ENCODER)
SIZES: Final = ("base", "large", "xlarge")


def of_texts(size: str) -> tuple[str, ...]:
    """The weights that make things of words, of one of SIZES."""
    return (f"trellis-text-{size}", DECODERS, TEXT_ENCODER)


@dataclass(frozen=True, eq=False)
class Conditions:
    """Tokens of what is wanted [n, L, C] and of nothing [1, L, C], and the repository of their pipeline."""

    wanted: Tensor
    negative: Tensor
    repository: str
    used: tuple[str, ...]  # weights, by the registry's names


@dataclass(frozen=True)
class Asked:
    """Pictures, or else words for a model of that size."""

    prompt: str
    pictures: Sequence[Pixels]  # [H, W, 4] each
    text_size: str

    @property
    def weights(self) -> tuple[str, ...]:
        """What has to be on the disk."""
        return OF_PICTURES if self.pictures else of_texts(self.text_size)


def read_asked(prompt: str, pictures: Sequence[Pixels], text_model: str, data: Path) -> Asked:
    """`text_model` is one of SIZES, or auto for the largest on this disk."""
    return Asked(prompt, pictures, largest_here(data) if text_model == "auto" else text_model)


def check_weights(data: Path, names: Sequence[str], recipe: str) -> None:
    """Raises missing_weights that names all of what is not here, before anything is computed."""
    if absent := weights.missing(data, tuple(dict.fromkeys(names))):
        raise weights.missing_error(absent, f"recipe {recipe}")


def largest_here(data: Path) -> str:
    """The size of the largest model for words on this disk; the middle one where there is none."""
    here = [size for size in SIZES if weights.is_here(data, f"trellis-text-{size}")]
    return here[-1] if here else "large"


def read_conditions(asked: Asked, data: Path, device: str, progress: Progress) -> Conditions:
    """Reports one step of `progress` for each picture. Raises bad_input where nothing is asked for."""
    if asked.pictures:
        return _see(asked, data, device, progress)
    if not asked.prompt.strip():
        raise bad_input("there is neither a picture nor a prompt: give one of them")
    encoder = TextEncoder.from_pretrained(weights.folder(data, TEXT_ENCODER), device)
    wanted, nothing = encoder.encode([asked.prompt.strip(), ""]).split(1)
    progress.step()
    return Conditions(wanted, nothing, _repository(asked.weights[0]), asked.weights)


def _see(asked: Asked, data: Path, device: str, progress: Progress) -> Conditions:
    seen = []
    used = asked.weights
    for picture in asked.pictures:
        if picture[..., 3].min() == 255 and weights.is_here(data, cutout.WEIGHTS):
            used = (*asked.weights, cutout.WEIGHTS)
        seen.append(preprocess(cutout.cut_out(picture, data, device, progress)))
        progress.step()
    encoder = PictureEncoder.from_pretrained(weights.folder(data, PICTURE_ENCODER), device)
    wanted = torch.cat([encoder.encode(picture[None]) for picture in seen])
    return Conditions(wanted, torch.zeros_like(wanted[:1]), _repository(asked.weights[0]), used)


def _repository(name: str) -> str:
    return weights.find(name).publisher.hub_id
