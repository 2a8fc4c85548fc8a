"""Which of several samples is the soundest: in one piece, whole, standing evenly, its parts clear."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy import ndimage
from scipy.spatial import ConvexHull

from .field import CUBE, Field

FOOT: Final = 4  # layers of cells from the lowest up that count as what it stands on


@dataclass(frozen=True)
class Soundness:
    """`largest` is the share of the volume in one piece, `confidence` how clearly parts are told apart, and
    `evenness` the share of its foot's hull that the lowest cells span: legs of one length give 1.
    """

    largest: float
    confidence: float
    evenness: float
    volume: float  # of the cube
    touches: bool  # the border of the cube: something is cut off

    @property
    def score(self) -> float:
        """Higher is better; nothing that is empty or cut off wins against what is not."""
        broken = self.volume < 1e-3 or self.touches
        return self.largest + 0.2 * self.confidence + 0.2 * self.evenness - (2.0 if broken else 0.0)


def judge(field: Field) -> Soundness:
    """Looks at the field on the grid of its features."""
    labels, count = ndimage.label(field.coarse[..., 0] < 0, CUBE)
    volumes = np.bincount(labels.reshape(-1), minlength=count + 1)[1:]
    total = int(volumes.sum())
    if total == 0:
        return Soundness(0.0, 0.0, 0.0, 0.0, False)
    scores = field.coarse[labels > 0, 1:][:, field.used]
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    border = labels.copy()
    border[1:-1, 1:-1, 1:-1] = 0
    return Soundness(
        float(volumes.max() / total),
        float((1 / shares.sum(axis=1)).mean()),
        evenness(labels == volumes.argmax() + 1),
        total / labels.size,
        bool(border.any()),
    )


def evenness(inside: npt.NDArray[np.bool_]) -> float:
    """How evenly a body [X, Y, Z], Z up, stands: the area that its lowest cells span, of what the lowest FOOT
    layers span.
    """
    low = int(inside.any(axis=(0, 1)).argmax())
    return _span(inside[:, :, low]) / _span(inside[:, :, low : low + FOOT].any(axis=2))


def _span(cells: npt.NDArray[np.bool_]) -> float:
    """The area of the convex hull of cells [X, Y], in cells."""
    corners = np.argwhere(cells)[:, None] + np.array([(0, 0), (0, 1), (1, 0), (1, 1)])
    return float(ConvexHull(corners.reshape(-1, 2)).volume)
