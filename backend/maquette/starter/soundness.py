"""Which of several samples is the soundest: in one piece, whole, its parts told apart clearly."""

from dataclasses import dataclass

import numpy as np
from scipy import ndimage

from .field import CUBE, Field


@dataclass(frozen=True)
class Soundness:
    """`largest` is the share of the volume in one piece, `confidence` how clearly parts are told apart."""

    largest: float
    confidence: float
    volume: float  # of the cube
    touches: bool  # the border of the cube: something is cut off

    @property
    def score(self) -> float:
        """Higher is better; nothing that is empty or cut off wins against what is not."""
        broken = self.volume < 1e-3 or self.touches
        return self.largest + 0.2 * self.confidence - (2.0 if broken else 0.0)


def judge(field: Field) -> Soundness:
    """Looks at the field on the grid of its features."""
    labels, count = ndimage.label(field.coarse[..., 0] < 0, CUBE)
    volumes = np.bincount(labels.reshape(-1), minlength=count + 1)[1:]
    total = int(volumes.sum())
    if total == 0:
        return Soundness(0.0, 0.0, 0.0, False)
    scores = field.coarse[labels > 0, 1:][:, field.used]
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    border = labels.copy()
    border[1:-1, 1:-1, 1:-1] = 0
    return Soundness(
        float(volumes.max() / total),
        float((1 / shares.sum(axis=1)).mean()),
        total / labels.size,
        bool(border.any()),
    )
