"""From a distance field or a raw mesh to a finished asset: a clean mesh within a budget, UVs and maps."""

from typing import Final

import numpy as np
import numpy.typing as npt

from maquette.assets import Material, Mesh
from maquette.assets.mesh import Floats, Ints
from maquette.geometry.extraction.dual_contouring import EXTRACT_STEPS, extract
from maquette.geometry.extraction.resolution import choose_resolution
from maquette.geometry.field import Distance, Gradient, evaluate
from maquette.geometry.repair.repairing import REPAIR_STEPS, RepairOptions, RepairReport, repair
from maquette.geometry.simplify.simplification import SIMPLIFY_STEPS, decimate, simplify
from maquette.geometry.unwrap.unwrapping import UNWRAP_STEPS, unwrap
from maquette.progress import Progress
from maquette.protocol.errors import bad_input

from .bake import bake_field, bake_steps
from .high_to_low import bake_high_to_low, bake_surface_to_low, high_to_low_steps
from .source_mesh import source_mesh
from .surface import Surface
from .target import padding_of

MESH_STAGES: Final = ("repair", "simplify", "unwrap", "bake")  # of `finish_mesh` and `finish_worn`


def finish_field(
    distance: Distance,
    gradient: Gradient | None,  # None: by differences
    surface: Surface,
    bounds: npt.ArrayLike,  # [2, 3] metres, around the whole object
    triangles: int,
    texture_size: int,
    progress: Progress,
    shading: Distance | None = None,  # of what keeps light away; None: the whole field
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
    mesh = _unwrapped(vertices, faces, texture_size, progress)
    progress.stage("bake", bake_steps(texture_size))
    padding = padding_of(texture_size)
    reach = _error(distance, vertices, faces, progress) + resolution.cell_size / 2
    material = bake_field(mesh, distance, gradient, surface, texture_size, padding, reach, progress, shading)
    return mesh, material


def finish_mesh(
    vertices: Floats,  # [V, 3] as a generator gives them
    faces: Ints,  # [F, 3]
    surface: Surface,
    triangles: int | None,  # None: as many as there are
    texture_size: int,
    progress: Progress,
) -> tuple[Mesh, Material]:
    """A repaired mesh of at most about `triangles` faces, with the relief of the raw one in its normal map.

    Colours are asked of `surface` at points of the raw mesh. Reports MESH_STAGES. Raises MaquetteError
    (bad_input) if the mesh has no surface.
    """
    vertices, faces, _ = _repaired(vertices, faces, RepairOptions(), progress)
    low = _reduced(vertices, faces, triangles, texture_size, progress)
    progress.stage("bake", high_to_low_steps(texture_size))
    padding = padding_of(texture_size)
    high = Mesh(vertices, faces)
    return low, bake_surface_to_low(high, surface, low, texture_size, padding, progress)


def finish_worn(
    mesh: Mesh,  # in any state
    maps: Material | None,  # what it wears on its UVs
    triangles: int | None,  # None: as many as there are
    texture_size: int,
    options: RepairOptions,
    progress: Progress,
) -> tuple[Mesh, Material, RepairReport]:
    """The same for a mesh with maps of its own, which are carried over to the new UVs, or with none."""
    if mesh.uvs is None:
        maps = None
    vertices, faces, report = _repaired(mesh.vertices, mesh.faces, options, progress)
    low = _reduced(vertices, faces, triangles, texture_size, progress)
    progress.stage("bake", high_to_low_steps(texture_size))
    high = Mesh(vertices, faces) if maps is None else source_mesh(mesh, vertices, faces)
    material = bake_high_to_low(high, maps, low, texture_size, padding_of(texture_size), progress)
    return low, material, report


def _repaired(
    vertices: Floats, faces: Ints, options: RepairOptions, progress: Progress
) -> tuple[Floats, Ints, RepairReport]:
    progress.stage("repair", REPAIR_STEPS)
    return repair(vertices, faces, options, progress)


def _reduced(
    vertices: Floats, faces: Ints, triangles: int | None, texture_size: int, progress: Progress
) -> Mesh:
    progress.stage("simplify", SIMPLIFY_STEPS)
    if triangles is not None:
        vertices, faces = decimate(vertices, faces, triangles, progress)
    return _unwrapped(vertices, faces, texture_size, progress)


def _unwrapped(vertices: Floats, faces: Ints, texture_size: int, progress: Progress) -> Mesh:
    progress.stage("unwrap", UNWRAP_STEPS)
    return Mesh(vertices, faces, unwrap(vertices, faces, texture_size, padding_of(texture_size), progress))


def _error(distance: Distance, vertices: Floats, faces: Ints, progress: Progress) -> float:
    """How far the middles of the faces lie off the field at most, in metres."""
    middles = vertices[faces].mean(axis=1, dtype=np.float32)
    return float(np.abs(evaluate(distance, middles, progress)).max())
