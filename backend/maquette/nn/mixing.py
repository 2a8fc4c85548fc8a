"""Mixer blocks: matrix products over places, then over channels (Tolstikhin and others, "MLP-Mixer", 2021).

For volumes whose content stands upright and centred, so that a place means something of itself: every place
reaches every other in one product, which processors do far faster than convolutions.
"""

from torch import Tensor, nn

from .blocks import FeedForward
from .norms import LayerNorm32


class MixerBlock(nn.Module):
    """x += FeedForward over places (LN(x)); x += FeedForward over channels (LN(x))."""

    def __init__(self, places: int, channels: int, hidden_places: int, hidden: int) -> None:
        super().__init__()
        self.norm1 = LayerNorm32(channels, affine=True, eps=1e-6)
        self.norm2 = LayerNorm32(channels, affine=True, eps=1e-6)
        self.places = FeedForward(places, hidden_places)
        self.channels = FeedForward(channels, hidden)

    def forward(self, x: Tensor) -> Tensor:
        """[B, P, C]."""
        x = x + self.places(self.norm1(x).transpose(1, 2)).transpose(1, 2)
        return x + self.channels(self.norm2(x))
