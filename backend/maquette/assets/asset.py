"""An asset is a mesh, its material and where it came from."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from maquette.protocol import Json

from .material import Material
from .mesh import Mesh


@dataclass(frozen=True)
class Asset:
    """What a recipe returns.

    `provenance` is JSON: recipe, prompt, parameters, seed, what was understood, model ids and revisions,
    licences and product version. It is stored in the GLB's asset.extras and on the Blender object.
    """

    mesh: Mesh
    material: Material
    name: str = "asset"
    provenance: dict[str, Json] = field(default_factory=dict)
    views: npt.NDArray[np.uint8] | None = None  # [H, W, 3] what a texture was made of, in one grid
