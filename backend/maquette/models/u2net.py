"""U2-Net, which tells the object of a picture from its background (Qin and others, "U2-Net: Going Deeper with
Nested U-Structure for Salient Object Detection", 2020), with the names of the published weights.
"""

from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

from maquette.protocol import bad_input

SIDE: Final = 320  # pixels that it was trained on
_MEAN: Final = (0.485, 0.456, 0.406)  # of ImageNet
_STD: Final = (0.229, 0.224, 0.225)
# A stage: depth (0: dilated instead of pooled), in, middle and out channels.
_DOWN: Final = ((7, 3, 32, 64), (6, 64, 32, 128), (5, 128, 64, 256), (4, 256, 128, 512), (0, 512, 256, 512))
_DEEPEST: Final = (0, 512, 256, 512)
_UP: Final = ((7, 128, 16, 64), (6, 256, 32, 64), (5, 512, 64, 128), (4, 1024, 128, 256), (0, 1024, 256, 512))
_DILATED_DEPTH: Final = 4


class ConvUnit(nn.Module):
    """3x3 convolution, batch norm, ReLU."""

    def __init__(self, channels: int, out_channels: int, dilation: int = 1) -> None:
        super().__init__()
        self.conv_s1 = nn.Conv2d(channels, out_channels, 3, padding=dilation, dilation=dilation)
        self.bn_s1 = nn.BatchNorm2d(out_channels)

    def forward(self, x: Tensor) -> Tensor:
        """[B, C, H, W]."""
        return functional.relu(self.bn_s1(self.conv_s1(x)))


class ResidualU(nn.Module):
    """A small U-Net around a skip connection. Depth 0 keeps the resolution and dilates its kernels."""

    def __init__(self, depth: int, channels: int, middle: int, out_channels: int) -> None:
        super().__init__()
        self.pooled = depth > 0
        self.depth = depth or _DILATED_DEPTH
        self.rebnconvin = ConvUnit(channels, out_channels)
        for level in range(1, self.depth + 1):
            dilation = 2 ** (level - 1) if not self.pooled else 2 if level == self.depth else 1
            width = out_channels if level == 1 else middle
            self.add_module(f"rebnconv{level}", ConvUnit(width, middle, dilation))
        for level in range(self.depth - 1, 0, -1):
            dilation = 1 if self.pooled else 2 ** (level - 1)
            width = out_channels if level == 1 else middle
            self.add_module(f"rebnconv{level}d", ConvUnit(2 * middle, width, dilation))

    def forward(self, x: Tensor) -> Tensor:
        """[B, in, H, W] to [B, out, H, W]."""
        whole = self.rebnconvin(x)
        down = [whole]
        for level in range(1, self.depth + 1):
            is_pooled = self.pooled and 1 < level < self.depth
            down.append(self.get_submodule(f"rebnconv{level}")(_pool(down[-1]) if is_pooled else down[-1]))
        h = down.pop()
        for level in range(self.depth - 1, 0, -1):
            beside = down.pop()
            h = torch.cat([_resize(h, beside), beside], dim=1)
            h = self.get_submodule(f"rebnconv{level}d")(h)
        return h + whole


class U2Net(nn.Module):
    """Pictures [B, 3, H, W], normalised, to how likely each pixel shows the object [B, 1, H, W], 0..1."""

    def __init__(self) -> None:
        super().__init__()
        for number, sizes in enumerate((*_DOWN, _DEEPEST), 1):
            self.add_module(f"stage{number}", ResidualU(*sizes))
        for number, sizes in enumerate(_UP, 1):
            self.add_module(f"stage{number}d", ResidualU(*sizes))
        widths = [*(sizes[3] for sizes in _UP), _DEEPEST[3]]
        for number, width in enumerate(widths, 1):
            self.add_module(f"side{number}", nn.Conv2d(width, 1, 3, padding=1))
        self.outconv = nn.Conv2d(len(widths), 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        """The fused prediction of all six sides."""
        down: list[Tensor] = []
        h = x
        for number in range(1, len(_DOWN) + 2):
            h = self.get_submodule(f"stage{number}")(_pool(h) if number > 1 else h)
            down.append(h)
        sides = [self.get_submodule(f"side{len(down)}")(down.pop())]
        for number in range(len(_UP), 0, -1):
            beside = down.pop()
            h = self.get_submodule(f"stage{number}d")(torch.cat([_resize(h, beside), beside], dim=1))
            sides.append(self.get_submodule(f"side{number}")(h))
        shown = [_resize(side, sides[-1]) for side in reversed(sides)]
        return torch.sigmoid(self.outconv(torch.cat(shown, dim=1)))


def load(path: Path, device: str = "cpu") -> U2Net:
    """From the published weights as safetensors. Raises bad_input where they are others."""
    network = U2Net()
    state = load_file(path, device=device)
    state = {key.removeprefix("module."): value for key, value in state.items()}
    try:
        network.load_state_dict(state, assign=True)
    except RuntimeError as error:
        raise bad_input(f"{path} is not a U2-Net ({str(error)[:200]}): pull the weights again") from error
    network.requires_grad_(False).train(False)
    return network


@torch.no_grad()
def find_object(network: U2Net, picture: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """[H, W] how much each pixel of a picture [H, W, 3] belongs to its object, 0..255."""
    device = network.outconv.weight.device
    small = Image.fromarray(picture).resize((SIDE, SIDE), Image.Resampling.LANCZOS)
    values = torch.from_numpy(np.asarray(small).copy()).to(device).float()
    values = values / values.max().clamp(min=1)  # as it was trained: the brightest is 1
    mean, std = (torch.tensor(three, device=device) for three in (_MEAN, _STD))
    likely = network(((values - mean) / std).permute(2, 0, 1)[None])[0, 0]
    low, high = likely.min(), likely.max()
    shown = ((likely - low) / (high - low).clamp(min=1e-6) * 255).to(torch.uint8).cpu().numpy()
    size = (picture.shape[1], picture.shape[0])
    return np.asarray(Image.fromarray(shown).resize(size, Image.Resampling.LANCZOS))


def _pool(x: Tensor) -> Tensor:
    return functional.max_pool2d(x, 2, stride=2, ceil_mode=True)


def _resize(x: Tensor, like: Tensor) -> Tensor:
    return functional.interpolate(x, size=like.shape[2:], mode="bilinear", align_corners=False)
