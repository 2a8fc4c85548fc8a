"""The texture recipe of the procedural library: a prompt becomes maps on a mesh."""

from collections.abc import Mapping
from typing import Final, cast

import numpy as np
import numpy.typing as npt

from maquette import __version__
from maquette.assets import Asset, Material, Mesh
from maquette.geometry.repair.clean import face_areas
from maquette.progress import Progress
from maquette.protocol import Json, bad_input
from maquette.texture.masking import check_mask, keep_outside
from maquette.texture.surface_cues import CUE_STEPS, find_cues
from maquette.texture.target import Target, UvChoice, padding_of, prepare_target

from .anchors import Anchors
from .bake import Canvas, paint, paint_steps
from .clouds import clouds
from .description import SurfaceDescription
from .frames import grain_frames
from .reader import read_surface

LICENCE: Final = "CC0-1.0"  # of what comes out: made by formulas from the user's words
TEXTURE_STAGES: Final = ("understand", "unwrap", "examine", "paint")


def texture(
    mesh: Mesh | None,
    prompt: str,
    parameters: Mapping[str, Json],
    seed: int,
    progress: Progress,
    maps: Material | None = None,
    mask: npt.NDArray[np.uint8] | None = None,
) -> Asset:
    """The mesh with maps as the prompt says; the same arguments give the same bytes.

    `parameters` are those of the recipe `texture-procedural`. With a mask, texels outside it keep `maps` bit
    for bit. Raises MaquetteError (bad_input) if nothing of the prompt is known or the mesh cannot be painted.
    """
    progress.stage("understand")
    if mesh is None:
        raise bad_input("there is no mesh to texture: select one")
    kept = check_mask(mask, maps) if mask is not None else None
    description = read_surface(prompt)
    for line in _told(description):
        progress.note(line)
    size = len(kept.base_color) if kept is not None else int(str(parameters["texture_size"]))
    choice: UvChoice = "keep" if kept is not None else cast(UvChoice, parameters["uvs"])
    progress.stage("unwrap")
    target = prepare_target(mesh, choice, size, padding_of(size), progress)
    for note in target.notes:
        progress.note(note)
    progress.stage("examine", CUE_STEPS)
    canvas = _canvas(target, _number(parameters, "scale"), _number(parameters, "wear"), seed, progress)
    progress.stage("paint", paint_steps(size))
    material = paint(canvas, description, size, padding_of(size), progress)
    if mask is not None and kept is not None:
        material = keep_outside(kept, material, mask)
    return Asset(target.mesh, material, material.name, _provenance(description, target, parameters, seed))


def object_unit(mesh: Mesh) -> float:
    """How large the object is to the eye, in metres: half the root of its area, at most its longest side.

    A metre-sized chair has about one metre; a blade of that length less, as its detail is finer.
    """
    area = float(face_areas(mesh.vertices, mesh.faces).sum())
    longest = float(np.ptp(mesh.vertices[mesh.faces].reshape(-1, 3), axis=0).max())
    if not longest > 0 or not area > 0:
        raise bad_input("the mesh has no surface: select one with faces")
    return min(float(np.sqrt(area)) / 2, longest)


def _canvas(target: Target, scale: float, wear: float, seed: int, progress: Progress) -> Canvas:
    unit = object_unit(target.mesh)
    cues = find_cues(target.mesh, unit, progress)
    detail = unit * scale
    return Canvas(
        target.mesh,
        cues,
        grain_frames(target.mesh),
        Anchors(cues, detail),
        detail,
        clouds(seed),
        seed,
        wear,
    )


def _told(description: SurfaceDescription) -> list[str]:
    lines = [description.understood, *description.notes]
    if description.ignored:
        lines.append("ignored: " + "; ".join(str(word) for word in description.ignored))
    return lines


def _number(parameters: Mapping[str, Json], name: str) -> float:
    value = parameters[name]
    if not isinstance(value, int | float):
        raise bad_input(f"{name} {value!r} is no number: give one")
    return float(value)


def _provenance(
    description: SurfaceDescription, target: Target, parameters: Mapping[str, Json], seed: int
) -> dict[str, Json]:
    return {
        "recipe": "texture-procedural",
        "prompt": description.prompt,
        "seed": seed,
        "parameters": dict(parameters),
        "understood": description.understood,
        "notes": [*description.notes, *target.notes],
        "ignored": [str(word) for word in description.ignored],
        "uvs": target.uvs,
        "licence": LICENCE,
        "version": __version__,
    }
