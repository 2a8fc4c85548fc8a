"""What a recipe is: a description and a function.

The functions import their machinery when they run: the server reads the descriptions and must stay light.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import numpy.typing as npt

from maquette.assets import Asset, Material, Mesh
from maquette.progress import Progress
from maquette.protocol import Json, RecipeDescription


@dataclass(frozen=True)
class Request:
    """One job's input, already validated: every parameter is present, of its type and in range."""

    prompt: str
    parameters: dict[str, Json]
    seed: int
    images: tuple[npt.NDArray[np.uint8], ...] = ()  # [H, W, 4] sRGB with straight alpha
    mesh: Mesh | None = None  # in metres, turned and scaled as it stands in the scene
    maps: Material | None = None  # what the mesh wears now
    mask: npt.NDArray[np.uint8] | None = None  # [S, S] in UV space, row 0 on top; above 127 may change
    views: npt.NDArray[np.uint8] | None = None  # [H, W, 4] the views of an earlier result, as it wrote them
    data: Path = Path()  # the server's folder: published weights lie at `weights.folder(data, name)`


@dataclass(frozen=True)
class Receipt:
    """What a job leaves that makes no asset: one JSON document, `<name>.json`."""

    name: str
    content: dict[str, Json]


@dataclass(frozen=True)
class Recipe:
    """A named way to make an asset, or to do something that leaves a receipt. `run` reports to Progress, in
    the stages that the description lists.
    """

    description: RecipeDescription
    run: Callable[[Request, Progress], Asset | Receipt] = field(repr=False)
