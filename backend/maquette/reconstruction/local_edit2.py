"""Local edits of a mesh by TRELLIS.2: its shape and what it wears are encoded, and a part of them made anew.

Outside the part, latents are kept to the bit; there the new surface is laid back onto the old one and wears
its maps, as with TRELLIS.
"""

from dataclasses import replace
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from maquette.assets import Asset, Material, Mesh
from maquette.geometry.closest import SurfaceIndex
from maquette.geometry.repair.clean import welded_faces
from maquette.models.trellis.voxels import fit_unit_cube
from maquette.models.trellis2 import Trellis2Result
from maquette.models.trellis2.editing import Edit, Materials, edit, encode, with_encoders
from maquette.models.trellis2.pipeline import COARSER
from maquette.progress import Progress
from maquette.representations.meshes.dual_grid import STEPS as VOXEL_STEPS
from maquette.texture.cage import Hits
from maquette.texture.worn import maps_look, plain_look, texel_widths

from .local_edit import Change, KeptSurface, find_region
from .trellis import moved_back
from .trellis2 import Session, to_asset
from .view_features import Subject

_LAID_BACK: Final = 128  # cells to a side by which it is told where the old surface is kept


def edit_mesh(session: Session, mesh: Mesh, maps: Material | None, change: Change) -> Asset:
    """The mesh with its part made anew, where the mesh is. Raises bad_input where there is no such part."""
    wish, progress = session.wish, session.progress
    pipeline = with_encoders(session.pipeline)
    resolution: Literal[512, 1024] = 512 if wish.resolution == "512" else 1024
    fit = fit_unit_cube(mesh.vertices)
    old = Subject(replace(mesh, vertices=fit.into_cube(mesh.vertices).astype(np.float32)), maps)
    region = find_region(old.mesh, change.part, resolution // COARSER)
    progress.stage("encode", VOXEL_STEPS)
    faces = welded_faces(old.mesh.vertices, old.mesh.faces, 1e-7)
    original = encode(pipeline, old.mesh.vertices, faces, worn_materials(old), resolution, progress)
    high = session.wanted.get(1024)
    result: Trellis2Result = edit(
        pipeline,
        original,
        Edit(torch.from_numpy(region), change.shape, change.repeats),
        pipeline.conditioning(session.wanted[512], session.negative, wish.mode),
        None if high is None else pipeline.conditioning(high, session.negative, wish.mode),
        wish.seed,
        progress,
    )
    kept = KeptSurface(old, _finer(region))
    made = replace(result, mesh=result.mesh._replace(vertices=kept.lay_back(result.mesh.vertices)))
    return to_asset(session, made, lambda found: moved_back(found, fit), kept.dress)


def worn_materials(subject: Subject) -> Materials:
    """What a mesh in the unit cube wears at its point nearest to each."""
    index = SurfaceIndex(subject.mesh.vertices, subject.mesh.faces)
    if subject.maps is None or subject.mesh.uvs is None:
        look = plain_look(subject.mesh)
    else:
        texel = float(np.median(texel_widths(subject.mesh, len(subject.maps.base_color))))
        look = maps_look(subject.mesh, subject.maps, texel)

    def materials(points: Tensor) -> Tensor:
        near = index.nearest(points.cpu().numpy().astype(np.float32))
        worn = look(Hits(near.faces, near.weights, np.ones(len(near.faces), bool)), Progress())
        color, alpha = worn.base_color[:, :3], worn.base_color[:, 3:]
        single = [worn.metallic[:, None], worn.roughness[:, None], alpha]
        return torch.from_numpy(np.concatenate([color, *single], axis=1).astype(np.float32))

    return materials


def _finer(region: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:  # [R, R, R]
    """The same at the resolution by which the surface is laid back."""
    times = _LAID_BACK // len(region)
    return region.repeat(times, 0).repeat(times, 1).repeat(times, 2)
