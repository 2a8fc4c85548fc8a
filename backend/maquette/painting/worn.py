"""What recipes ask of a mesh whose maps they change: UVs on which those maps can lie."""

import numpy as np
import numpy.typing as npt
from PIL import Image

from maquette.assets import Material, Mesh
from maquette.geometry.unwrap.uv_check import check_uvs
from maquette.protocol import bad_input

Bytes = npt.NDArray[np.uint8]


def check_worn(mesh: Mesh | None, maps: Material | None, recipe: str) -> tuple[Mesh, Material]:
    """The mesh and its maps. Raises bad_input where one is missing, or the UVs hold no single texture."""
    if mesh is None:
        raise bad_input(f"{recipe} changes a mesh's maps: select one")
    if maps is None:
        raise bad_input(f"{recipe} changes maps and the mesh wears none: texture it first")
    if mesh.uvs is None:
        raise bad_input("the mesh has no UVs for its maps to lie on: texture it first")
    report = check_uvs(mesh)
    if not report.usable:
        raise bad_input(
            f"the mesh's maps cannot be worked on: {report.reason}; texture it with new UVs first"
        )
    return mesh, maps


def mask_of_size(mask: Bytes | None, size: int) -> Bytes | None:  # [M, M] -> [S, S]
    """The mask as large as the maps."""
    if mask is None:
        return None
    if len(mask) != size:
        mask = np.asarray(Image.fromarray(mask).resize((size, size), Image.Resampling.NEAREST))
    return mask
