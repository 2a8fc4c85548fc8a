"""What pictures from all around say of voxels: the features that TRELLIS's encoder of latents takes.

Every voxel gets the mean, over all views, of the patch features at the place where it appears; whether it can
be seen from there is not asked, as in training.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from torch import Tensor
from torch.nn.functional import grid_sample

from maquette.assets import Material, Mesh
from maquette.assets.color import linear_to_srgb
from maquette.models.trellis.conditioning import PictureEncoder
from maquette.models.trellis.gaussian_decoder import radical_inverse
from maquette.models.trellis.pictures import SIDE
from maquette.progress import Progress
from maquette.render.cameras import Camera, look_at, perspective
from maquette.render.environment import soft_studio
from maquette.render.gbuffer import interpolated_attributes, view_buffer
from maquette.render.split_sum import shade

Pixels = npt.NDArray[np.uint8]

VIEWS: Final = 150
_DRAWN: Final = 512  # pixels a side, as the pictures of training were
_DISTANCE: Final = 2.0
_FOV_DEG: Final = 40.0
_PLAIN: Final = 190  # sRGB, of a mesh that wears nothing
_BATCH: Final = 4  # pictures encoded at a time


@dataclass(frozen=True)
class Subject:
    """A mesh in the unit cube around the origin, and what it wears."""

    mesh: Mesh
    maps: Material | None


def see_voxels(
    subject: Subject,
    coords: Tensor,  # [N, 3] of a grid of that resolution
    resolution: int,
    encoder: PictureEncoder,
    views: int = VIEWS,
    progress: Progress | None = None,
) -> Tensor:
    """Features [N, 1024]. Reports one step of `progress` for each view."""
    progress = progress or Progress()
    centres = (coords.cpu().numpy().astype(np.float32) + 0.5) / resolution - 0.5
    total: Tensor | None = None
    cameras = sphere_cameras(views)
    attributes = interpolated_attributes(subject.mesh)
    for first in range(0, views, _BATCH):
        seen = cameras[first : first + _BATCH]
        pictures = [_picture(subject, attributes, camera, progress) for camera in seen]
        patches = encoder.encode_patches(np.stack(pictures))
        found = grid_sample(patches, _places(centres, seen).to(patches), align_corners=False)  # [v, C, 1, N]
        summed = found[:, :, 0].sum(0).T
        total = summed if total is None else total + summed
    assert total is not None, "there is at least one view"
    return (total / views).half().float()  # as they were stored for training


def sphere_cameras(count: int) -> list[Camera]:
    """Evenly over the sphere (Hammersley points), all looking at the origin."""
    lens = perspective(_FOV_DEG, 0.2, 2 * _DISTANCE)
    cameras = []
    for number in range(count):
        pitch = np.arccos(1 - 2 * (number + 0.5) / count) - np.pi / 2
        yaw = 2 * np.pi * radical_inverse(number, 2)
        towards = np.array([np.sin(yaw) * np.cos(pitch), np.cos(yaw) * np.cos(pitch), np.sin(pitch)])
        cameras.append(Camera(look_at(_DISTANCE * towards, np.zeros(3)), lens))
    return cameras


def _places(centres: npt.NDArray[np.float32], cameras: Sequence[Camera]) -> Tensor:
    """[v, 1, N, 2] where points appear in each picture, from -1 to 1, right and down."""
    shown = []
    for camera in cameras:
        clip = camera.project(centres)
        shown.append(clip[:, :2] / clip[:, 3:] * (1, -1))
    return torch.from_numpy(np.stack(shown).astype(np.float32))[:, None]


def _picture(
    subject: Subject, attributes: npt.NDArray[np.float32], camera: Camera, progress: Progress
) -> Pixels:
    """[518, 518, 3] sRGB in soft light, on black."""
    surface = view_buffer(subject.mesh, camera, _DRAWN, _DRAWN, attributes)
    linear = shade(surface, subject.maps or _plain(), soft_studio(), camera)
    pixels = np.rint(linear_to_srgb(np.clip(linear, 0, 1)) * 255).astype(np.uint8)
    progress.step()
    return np.asarray(Image.fromarray(pixels).resize((SIDE, SIDE), Image.Resampling.LANCZOS))


def _plain() -> Material:
    """Light grey, half rough."""
    color, orm, normal = (
        np.full((4, 4, 3), value, np.uint8) for value in ((_PLAIN,) * 3, (255, 128, 0), (128, 128, 255))
    )
    return Material(color, orm, normal)
