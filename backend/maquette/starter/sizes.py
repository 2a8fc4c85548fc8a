"""How large a prompt wants a thing: "2 m tall", "tiny". What the model makes has no size of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from maquette.procedural.prompt.lexicon import measured
from maquette.procedural.prompt.words import SIZES

_SCALES: Final = {
    word: factor for word, changes in SIZES.items() for name, factor in changes[:1] if name == "scale"
}
_SIDES: Final = {"x": "wide", "y": "deep", "z": "tall", "longest": "long"}

Sides = npt.NDArray[np.float32] | npt.NDArray[np.float64]  # [3] of a box


@dataclass(frozen=True)
class Size:
    """One measured side (an axis x, y, z, or "longest") in metres, or a factor on the natural size."""

    axis: str = ""
    metres: float = 0.0
    factor: float = 1.0
    words: tuple[str, ...] = ()  # as they are told to people
    ignored: tuple[str, ...] = ()  # words that tell a size as well

    def side(self, sides: Sides) -> float:
        """The side of a box that is measured; the longest if none is."""
        return float(sides.max() if self.axis in ("", "longest") else sides["xyz".index(self.axis)])


def read_size(tokens: Sequence[str]) -> tuple[list[str], Size]:
    """The tokens that do not tell a size, and the size: of several measures the first."""
    rest, measures = measured(list(tokens))
    words = [word for word in rest if word in _SCALES]
    rest = [word for word in rest if word not in _SCALES]
    if not measures:
        return rest, Size(factor=float(np.prod([_SCALES[word] for word in words])), words=tuple(words))
    told = [f"{metres:g} m {_SIDES[axis]}" for axis, metres in measures.items()]
    axis, metres = next(iter(measures.items()))
    return rest, Size(axis, metres, words=(told[0],), ignored=(*told[1:], *words))
