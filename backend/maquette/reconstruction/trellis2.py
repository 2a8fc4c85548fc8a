"""TRELLIS.2 from pictures to an asset: new objects, and new maps for meshes that are there."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from maquette import __version__, weights
from maquette.assets import Asset, Material, Mesh
from maquette.assets.mesh import Floats
from maquette.geometry.repair.clean import welded_faces
from maquette.geometry.unwrap.unwrapping import UNWRAP_STEPS
from maquette.models.repositories import find_file
from maquette.models.trellis.voxels import UnitFit, fit_unit_cube
from maquette.models.trellis2 import Trellis2Pipeline, Trellis2Result, preprocess
from maquette.models.trellis2.conditioning import PictureEncoder
from maquette.progress import Progress
from maquette.protocol import Json, bad_input
from maquette.texture.masking import keep_outside
from maquette.texture.surface import Surface, SurfaceSample
from maquette.texture.target import Target, UvChoice, padding_of, prepare_target

from . import cutout
from .bake_on_mesh import bake_on_mesh, bake_on_mesh_steps
from .devices import MEMORY_WORDS, choose_device
from .finishing import finish_generated, stand_on_ground
from .materials import voxel_surface
from .trellis2_wish import PICTURE_ENCODER, Kind, Wish, needed_looks, needed_weights

Pixels = npt.NDArray[np.uint8]

REPOSITORY: Final = "microsoft/TRELLIS.2-4B"

_FILLED: Final = 0.99999  # of the cube by a mesh that is textured


@dataclass(frozen=True, eq=False)
class Session:
    """One job's pipeline and what it was shown."""

    wish: Wish
    data: Path
    progress: Progress
    pipeline: Trellis2Pipeline
    wanted: Mapping[int, Tensor]  # tokens [n, L, C] by the pixels that pictures were seen at
    used: tuple[str, ...]  # weights, by the registry's names

    @property
    def negative(self) -> Tensor:
        """Tokens of nothing [1, L, C]."""
        return torch.zeros_like(next(iter(self.wanted.values()))[:1])


def open_session(
    pictures: Sequence[Pixels],  # [H, W, 4] each
    wish: Wish,
    data: Path,
    kind: Kind,
    progress: Progress,
) -> Session:
    """Looks at the pictures, in the stage `read`. Raises missing_weights before anything is computed."""
    if not pictures:
        raise bad_input("there is no picture to follow: give one")
    used = needed_weights(wish.resolution, kind)
    if absent := weights.missing(data, used):
        raise weights.missing_error(absent, f"TRELLIS.2 at {wish.resolution}")
    device = choose_device()
    progress.stage("read", len(pictures) + 1)
    seen = []
    for picture in pictures:
        if picture[..., 3].min() == 255 and weights.is_here(data, cutout.WEIGHTS):
            used = (*used, cutout.WEIGHTS)
        seen.append(preprocess(cutout.cut_out(picture, data, device, progress)))
        progress.step()
    encoder = PictureEncoder.from_pretrained(weights.folder(data, PICTURE_ENCODER), device)
    wanted = {side: encoder.encode(seen, side) for side in needed_looks(wish.resolution, kind)}
    progress.step()
    pipeline = Trellis2Pipeline.from_pretrained(
        REPOSITORY,
        device,
        memory=wish.memory,
        find=find_file(data),
        file="texturing_pipeline.json" if kind == "texture" else "pipeline.json",
    )
    memory = pipeline.stages.memory
    progress.note(f"memory: {memory}, {MEMORY_WORDS[memory]}; on {device}")
    return Session(wish, data, progress, wish.applied_to(pipeline), wanted, tuple(dict.fromkeys(used)))


def generate(session: Session, size: float) -> Asset:
    """A new object that stands on the ground, `size` metres along its longest side."""
    wish, progress = session.wish, session.progress
    result = session.pipeline.sample(
        session.wanted[512],
        session.negative,
        wish.seed,
        wish.resolution,
        session.wanted.get(1024),
        wish.mode,
        progress=progress,
    )
    return to_asset(session, result, lambda mesh: stand_on_ground(mesh, size))


def texture(session: Session, mesh: Mesh, maps: Material | None, mask: Pixels | None) -> Asset:
    """The mesh with new maps, on its own UVs where they can carry them.

    With a mask, texels outside it keep the maps bit for bit.
    """
    wish, progress = session.wish, session.progress
    if mask is not None and maps is None:
        raise bad_input("there is a mask but no texture to keep outside it: texture the whole mesh first")
    size = len(maps.base_color) if mask is not None and maps is not None else wish.texture_size
    progress.stage("unwrap", UNWRAP_STEPS)
    choice: UvChoice = "keep" if mask is not None else wish.uvs
    target = prepare_target(mesh, choice, size, padding_of(size), progress)
    for note in target.notes:
        progress.note(note)
    surface = _surface_around(session, target.mesh)
    progress.stage("bake", bake_on_mesh_steps(size))
    worn = maps if target.kept else None
    material = bake_on_mesh(target.mesh, surface, worn, size, padding_of(size), progress)
    if mask is not None and maps is not None:
        material = keep_outside(maps, material, mask)
    return Asset(target.mesh, material, "texture", _told(target) | _provenance(session))


def to_asset(
    session: Session,
    result: Trellis2Result,
    put: Callable[[Mesh], Mesh],  # from the unit cube to where the asset belongs
    dress: Callable[[Surface], Surface] = lambda surface: surface,
) -> Asset:
    """The finished asset; its provenance lacks what the recipe alone knows."""
    wish, progress = session.wish, session.progress
    mesh, material, words = finish_generated(
        result.mesh.vertices.cpu().numpy(),
        result.mesh.faces.int().cpu().numpy(),
        dress(voxel_surface(result.materials, wish.opacity)),
        wish.triangles,
        wish.texture_size,
        progress,
    )
    progress.note(words)
    told: dict[str, Json] = {
        "uvs": "new",
        "notes": [words],
        "voxels": len(result.coords),
        "resolution": result.resolution,
    }
    return Asset(put(mesh), material, "object", told | _provenance(session))


def _surface_around(session: Session, mesh: Mesh) -> Surface:
    """What the material of a mesh is, where the mesh is."""
    fit = fit_unit_cube(mesh.vertices)
    faces = welded_faces(mesh.vertices, mesh.faces, max(fit.extent, 1e-12) * 1e-7)
    side: Literal[512, 1024] = 512 if session.wish.resolution == "512" else 1024
    materials = session.pipeline.texture(
        _into_cube(fit, mesh.vertices),
        faces,
        session.wanted[side],
        session.negative,
        session.wish.seed,
        side,
        session.wish.mode,
        session.progress,
    )
    in_cube = voxel_surface(materials, session.wish.opacity)

    def surface(points: Floats, normals: Floats) -> SurfaceSample:
        return in_cube(_into_cube(fit, points), normals)

    return surface


def _into_cube(fit: UnitFit, points: Floats) -> Floats:
    return (fit.into_cube(points) * _FILLED).astype(np.float32)


def _told(target: Target) -> dict[str, Json]:
    return {"uvs": target.uvs, "notes": list(target.notes)}


def _provenance(session: Session) -> dict[str, Json]:
    return {
        "device": session.pipeline.stages.device,
        "memory": session.pipeline.stages.memory,
        "weights": weights.provenance(session.data, session.used),
        "version": __version__,
    }
