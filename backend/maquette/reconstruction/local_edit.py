"""Local edits of a mesh by TRELLIS: which part changes, and how everything else stays as it was.

Outside the part, latents are kept to the bit; what decoders make of them lies within a voxel of the mesh that
was given. There, the new surface is laid back onto that mesh and wears its maps.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, cast

import numpy as np
import numpy.typing as npt
import torch
from scipy import ndimage
from torch import Tensor
from torch.nn.functional import pad

from maquette import weights
from maquette.assets import Asset, Material, Mesh
from maquette.assets.mesh import Floats
from maquette.geometry.closest import SurfaceIndex
from maquette.models.trellis import TrellisResult, voxelize
from maquette.models.trellis.conditioning import PictureEncoder
from maquette.models.trellis.editing import Edit, edit, encode, with_encoders
from maquette.models.trellis.pipeline import SLAT_FLOW
from maquette.models.trellis.voxels import fit_unit_cube
from maquette.progress import Progress
from maquette.protocol import Json, bad_input
from maquette.texture.cage import Hits
from maquette.texture.surface import Surface, SurfaceSample
from maquette.texture.uv_raster import rasterize_uv, surface_points
from maquette.texture.worn import maps_look, texel_widths

from .conditions import ENCODERS, PICTURE_ENCODER
from .trellis import Session, moved_back, to_asset
from .view_features import Subject, see_voxels

Bools = npt.NDArray[np.bool_]

BRIGHT: Final = 127  # of a mask, above which its texels may change
_NEAR: Final = 1.5  # voxels: farther from the old surface, a new one is not laid back onto it
_BLEND: Final = 2.0  # voxels from the part on, over which it is laid back more and more


@dataclass(frozen=True)
class Part:
    """Which part of a mesh may change: a box, what a mask shows bright, or, given both, what both do."""

    box: npt.NDArray[np.float64]  # [2, 3] lowest and highest corner, as shares of the mesh's box
    mask: npt.NDArray[np.uint8] | None  # [S, S] in UV space
    grow: int  # voxels around it that may change too


@dataclass(frozen=True)
class Change:
    """What is made of it."""

    part: Part
    shape: bool
    repeats: int
    views: int  # pictures that are taken of the mesh, by TRELLIS alone


def read_change(values: Mapping[str, Json], mask: npt.NDArray[np.uint8] | None) -> Change:
    """From the validated parameters of a recipe. Raises bad_input for a box that is inside out."""

    def number(name: str) -> float:
        return float(cast(float, values[name]))

    box = np.array([[number(f"{end}_{axis}") for axis in "xyz"] for end in ("from", "to")])
    for axis, (low, high) in zip("xyz", box.T.tolist(), strict=True):
        if low >= high:
            raise bad_input(f"from_{axis} {low:g} is not below to_{axis} {high:g}: change one of them")
    if mask is None and (box == [[0, 0, 0], [1, 1, 1]]).all():
        raise bad_input("everything is chosen: paint the part that shall change, or set a box around it")
    part = Part(box, mask, int(number("grow")))
    views = int(number("views")) if "views" in values else 0
    return Change(part, bool(values["shape"]), int(number("repeats")), views)


def edit_mesh(session: Session, mesh: Mesh, maps: Material | None, change: Change) -> Asset:
    """The mesh with its part made anew, where the mesh is. Raises bad_input where there is no such part."""
    used = dict.fromkeys((*session.conditions.used, ENCODERS, PICTURE_ENCODER))
    session = replace(session, conditions=replace(session.conditions, used=tuple(used)))
    pipeline = with_encoders(session.pipeline)
    fit = fit_unit_cube(mesh.vertices)
    old = Subject(replace(mesh, vertices=fit.into_cube(mesh.vertices).astype(np.float32)), maps)
    resolution = pipeline.stages.resolution(SLAT_FLOW)
    region = find_region(old.mesh, change.part, resolution)
    coords = voxelize(mesh.vertices, mesh.faces, resolution)
    features = _features(session, old, coords, resolution, change.views)
    original = encode(pipeline, pad(coords, (1, 0)), features)
    conditioning = pipeline.conditioning(
        session.conditions.wanted, session.conditions.negative, session.wish.sampling.mode
    )
    wanted = Edit(torch.from_numpy(region), change.shape, change.repeats)
    result: TrellisResult = edit(
        pipeline, original, wanted, conditioning, session.wish.seed, session.progress
    )
    kept = KeptSurface(old, region)
    made = replace(result, mesh=result.mesh._replace(vertices=kept.lay_back(result.mesh.vertices)))
    return to_asset(session, made, lambda found: moved_back(found, fit), kept.dress)


def find_region(
    mesh: Mesh,  # in the unit cube
    part: Part,
    resolution: int,
) -> Bools:
    """[R, R, R] the voxels that may change. Raises bad_input where that is nothing."""
    centres = (np.indices((resolution,) * 3).astype(np.float32) + 0.5) / resolution - 0.5
    low, high = mesh.bounds
    ends = low + part.box * (high - low)
    slack = 0.5 / resolution  # the outermost voxels reach beyond the mesh
    inside = [
        (centres[axis] >= ends[0, axis] - slack) & (centres[axis] <= ends[1, axis] + slack)
        for axis in range(3)
    ]
    region = np.logical_and.reduce(inside)
    if part.mask is not None:
        region &= _masked(mesh, part.mask, resolution)
    if part.grow and region.any():
        region = ndimage.binary_dilation(region, np.ones((3, 3, 3), bool), iterations=part.grow)
    if not region.any():
        raise bad_input("nothing is chosen: paint the part that shall change, or set a box around it")
    return np.asarray(region)


def _masked(mesh: Mesh, mask: npt.NDArray[np.uint8], resolution: int) -> Bools:
    """The voxels that bright texels lie in."""
    if mesh.uvs is None:
        raise bad_input("the mesh has no UVs for a mask to lie on: set a box instead")
    points = surface_points(mesh, rasterize_uv(mesh.faces, mesh.uvs, len(mask)))
    bright = points.positions[mask.reshape(-1)[points.texels] > BRIGHT]
    found = np.zeros((resolution,) * 3, bool)
    cells = np.clip(np.floor((bright + 0.5) * resolution).astype(np.int64), 0, resolution - 1)
    found[tuple(cells.T)] = True
    return found


def _features(session: Session, old: Subject, coords: Tensor, resolution: int, views: int) -> Tensor:
    session.progress.stage("encode", views)
    folder = weights.folder(session.data, PICTURE_ENCODER)
    encoder = PictureEncoder.from_pretrained(folder, session.pipeline.stages.device)
    return see_voxels(old, coords, resolution, encoder, views, session.progress)


class KeptSurface:
    """The old surface outside the region."""

    def __init__(self, old: Subject, region: Bools) -> None:
        self._old = old
        self._side = len(region)
        self._index = SurfaceIndex(old.mesh.vertices, old.mesh.faces)
        self._away = ndimage.distance_transform_edt(~region).astype(np.float32)  # voxels

    def lay_back(self, vertices: Tensor) -> Tensor:
        """New vertices [V, 3], moved onto the old surface where it is kept."""
        places = vertices.cpu().numpy().astype(np.float32)
        near = self._index.nearest(places)
        corners = self._old.mesh.vertices[self._old.mesh.faces[near.faces]]
        onto = np.einsum("nk,nki->ni", near.weights, corners)
        share = self._kept_share(places, near.distances)[:, None]
        moved = (places + share * (onto - places)).astype(np.float32)
        return torch.from_numpy(moved).to(vertices.device)

    def dress(self, new: Surface) -> Surface:
        """What `new` says in the region, and outside what the old maps do."""
        maps = self._old.maps
        if maps is None or self._old.mesh.uvs is None:
            return new
        texel = float(np.median(texel_widths(self._old.mesh, len(maps.base_color))))
        look = maps_look(self._old.mesh, maps, texel)

        def surface(points: Floats, normals: Floats) -> SurfaceSample:
            made = new(points, normals)
            near = self._index.nearest(points)
            worn = look(Hits(near.faces, near.weights, np.ones(len(points), bool)), Progress())
            share = self._kept_share(points, near.distances)

            def mixed(new: Floats, old: Floats) -> Floats:
                weight = share.reshape(-1, *[1] * (new.ndim - 1))
                return np.asarray(new + weight * (old - new), np.float32)

            return SurfaceSample(
                mixed(made.base_color_srgb, worn.base_color[:, :3]),
                mixed(made.roughness, worn.roughness),
                mixed(made.metallic, worn.metallic),
            )

        return surface

    def _kept_share(self, points: Floats, distances: Floats) -> Floats:
        """[N] 0 in the region and far from the old surface, 1 where that is kept."""
        cells = np.clip(np.floor((points + 0.5) * self._side).astype(np.int64), 0, self._side - 1)
        away = self._away[tuple(cells.T)]
        share = np.clip((away - 1) / _BLEND, 0, 1)
        return np.where(distances * self._side < _NEAR, share, 0).astype(np.float32)
