"""What a recipe is: a description and a function.

The functions import their machinery when they run: the server reads the descriptions and must stay light.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from maquette.assets import Asset, Mesh
from maquette.progress import Progress
from maquette.protocol import Json, RecipeDescription


@dataclass(frozen=True)
class Request:
    """One job's input, already validated: every parameter is present, of its type and in range."""

    prompt: str
    parameters: dict[str, Json]
    seed: int
    images: tuple[npt.NDArray[np.uint8], ...] = ()  # [H, W, 4] sRGB with straight alpha
    mesh: Mesh | None = None


@dataclass(frozen=True)
class Recipe:
    """A named way to make an asset. `run` reports to Progress, in the stages that the description lists."""

    description: RecipeDescription
    run: Callable[[Request, Progress], Asset] = field(repr=False)
