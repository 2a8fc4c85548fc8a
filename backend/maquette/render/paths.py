"""Which of the equal rasterisers draws: numpy at first, numba once that pays. Both give the same bytes."""

import logging
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt

from . import raster_numpy

Floats = npt.NDArray[np.float64]
Ids = npt.NDArray[np.int32]
Singles = npt.NDArray[np.float32]

# Faces and pixels: numpy draws so many in about the time that loading numba and its compiled code takes.
WORTH_LOADING: Final = 8_000_000

_log = logging.getLogger(__name__)


class Path(Protocol):
    """A rasteriser: the functions of `raster_numpy`, where they are described."""

    def draw(
        self, corners: Floats, width: int, height: int, behind: Floats | None = None, /
    ) -> tuple[Floats, Ids]: ...

    def draw_first(self, corners: Floats, width: int, height: int, /) -> Ids: ...

    def weigh(self, corners: Floats, winner: Ids, width: int, /) -> Singles: ...

    def weigh_perspective(
        self, corners: Floats, over_w: Floats, winner: Ids, width: int, /
    ) -> tuple[Singles, Singles]: ...

    def interpolate(
        self, values: Singles, face: npt.NDArray[np.integer[Any]], barycentric: Singles, /
    ) -> Singles: ...


class PathChooser:
    """numpy until numba would have cost no more: whatever the work becomes, at most twice the best."""

    def __init__(self) -> None:
        self._drawn = 0
        self._best: Path | None = None

    def choose(self, work: int) -> Path:
        """The rasteriser for so many faces and pixels together. Counts that threads lose do no harm."""
        self._drawn += work
        if self._best is None and self._drawn >= WORTH_LOADING:
            self._best = _best_path()
        return self._best or raster_numpy


def _best_path() -> Path:
    try:
        from . import raster_numba
    except ImportError as error:
        _log.debug("numba is not at hand (%s): numpy draws", error)
        return raster_numpy
    return raster_numba


CHOOSER: Final = PathChooser()  # of this process: loaded code stays loaded
