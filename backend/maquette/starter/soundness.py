"""Which of several samples is the soundest: in one piece, whole, its parts told apart clearly."""

from dataclasses import dataclass

import numpy as np

from .field import Field


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
    """Looks at the field on a grid."""
    labels, volumes = field.pieces
    total = int(volumes.sum())
    if total == 0:
        return Soundness(0.0, 0.0, 0.0, False)
    cells = np.argwhere(labels > 0)[:: max(1, total // 2000)]
    places = ((cells + 0.5) / len(labels) - 0.5).astype(np.float32) * np.float32(field.size)
    border = labels.copy()
    border[1:-1, 1:-1, 1:-1] = 0
    return Soundness(
        float(volumes.max() / total),
        float(field.shares(places).max(axis=1).mean()),
        total / labels.size,
        bool(border.any()),
    )
