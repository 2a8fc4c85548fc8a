"""From a distance field with a material to a finished asset: mesh, UVs and maps."""

import numpy as np
import numpy.typing as npt

from maquette.assets import Material, Mesh
from maquette.assets.mesh import Floats, Ints
from maquette.geometry.extraction import EXTRACT_STEPS, extract
from maquette.geometry.field import Distance, Gradient, evaluate
from maquette.geometry.resolution import choose_resolution
from maquette.geometry.simplify import SIMPLIFY_STEPS, simplify
from maquette.geometry.unwrap import UNWRAP_STEPS, unwrap
from maquette.progress import Progress
from maquette.protocol.errors import bad_input

from .bake import bake_field, bake_steps
from .surface import Surface

PADDING_SHARE = 1 / 128  # of the texture's size: 8 texels at 1024


def finish_field(
    distance: Distance,
    gradient: Gradient | None,  # None: by differences
    surface: Surface,
    bounds: npt.ArrayLike,  # [2, 3] metres, around the whole object
    triangles: int,
    texture_size: int,
    progress: Progress,
) -> tuple[Mesh, Material]:
    """A solid, unwrapped mesh of about `triangles` faces and its maps; the same input gives the same bytes.

    Reports the stages extract, simplify, unwrap and bake. Raises MaquetteError (bad_input) if the field has
    no surface within the bounds.
    """
    progress.stage("extract", 1 + EXTRACT_STEPS)
    resolution = choose_resolution(distance, gradient, bounds, triangles, progress)
    progress.step()
    vertices, faces = extract(distance, resolution.bounds, resolution.cell_size, progress, gradient)
    if len(faces) == 0:
        raise bad_input(f"nothing of the object is thicker than {resolution.cell_size:.3g} m: make it larger")
    progress.stage("simplify", SIMPLIFY_STEPS)
    vertices, faces = simplify(vertices, faces, triangles, progress)
    progress.stage("unwrap", UNWRAP_STEPS)
    padding = max(2, int(texture_size * PADDING_SHARE))
    mesh = Mesh(vertices, faces, unwrap(vertices, faces, texture_size, padding, progress))
    progress.stage("bake", bake_steps(texture_size))
    reach = _error(distance, vertices, faces, progress) + resolution.cell_size / 2
    material = bake_field(mesh, distance, gradient, surface, texture_size, padding, reach, progress)
    return mesh, material


def _error(distance: Distance, vertices: Floats, faces: Ints, progress: Progress) -> float:
    """How far the middles of the faces lie off the field at most, in metres."""
    middles = vertices[faces].mean(axis=1, dtype=np.float32)
    return float(np.abs(evaluate(distance, middles, progress)).max())
