"""New materials for a mesh: the model tells its parts apart and says what they are made of."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final, cast

import numpy as np
import numpy.typing as npt

from maquette import __version__
from maquette.assets import Asset, Mesh
from maquette.assets.mesh import Floats
from maquette.progress import Progress
from maquette.protocol import Json, bad_input
from maquette.texture.high_to_low import bake_surface_to_low, high_to_low_steps
from maquette.texture.surface import SurfaceSample
from maquette.texture.target import UvChoice, padding_of, prepare_target

from . import finishes
from .field import Field
from .generate import LICENCE, Pictures, condition, decode, read
from .model import Model, shipped
from .sampling import STEPS, sample
from .vocabulary import slot_names
from .voxels import Framed, frame

RESEMBLES: Final = (
    0.5  # overlap of the mesh with what the model makes of its code: below it knows no such shape
)


def texture(
    mesh: Mesh | None,
    prompt: str,
    pictures: Pictures,
    parameters: Mapping[str, Json],
    seed: int,
    progress: Progress,
    model: Model | None = None,  # None: the one that came with the package
) -> Asset:
    """The mesh, untouched but for UVs where it needs new ones, with maps as the prompt or picture says.

    `parameters` are those of the recipe `starter-texture`. Raises MaquetteError (bad_input) as `generate`
    does, and where there is no mesh.
    """
    progress.stage("understand")
    if mesh is None:
        raise bad_input("there is no mesh to texture: select one")
    model = model or shipped()
    understood, told = read(model, prompt, bool(pictures))
    understood, context, picture_told = condition(model, understood, pictures)
    told += picture_told
    size = int(str(parameters["texture_size"]))
    progress.stage("unwrap")
    target = prepare_target(mesh, cast(UvChoice, parameters["uvs"]), size, padding_of(size), progress)
    told += target.notes
    progress.stage("sample", STEPS + 1)
    framed = frame(mesh.vertices, mesh.faces, model.shape_sizes["resolution"])
    shape = model.encode(framed.grid[None])
    guidance = float(str(parameters["guidance"]))
    sampled = sample(model, context, model.text([""]), [seed], guidance, progress, known=shape)
    field = replace(decode(model, shape[0], sampled.slots[0]), size=framed.size)
    progress.step()
    if overlap(field, framed) < RESEMBLES:
        told.append("the model knows no shape like this: its parts may be told apart badly")
    for line in told:
        progress.note(line)

    progress.stage("bake", high_to_low_steps(size))
    detail = float(str(parameters["detail"]))

    def surface(points: Floats, normals: Floats) -> SurfaceSample:
        found = field.surface(points - framed.middle, normals, 2.5 * framed.size / size, detail)
        return replace(found, height=None)

    material = bake_surface_to_low(target.mesh, surface, target.mesh, size, padding_of(size), progress)
    names = slot_names(understood.kind, model.about)
    parts: dict[str, Json] = {
        names[slot]: finishes.nearest_finish(*(float(v) for v in field.palette[slot, 3:]))
        for slot in np.flatnonzero(field.used)
    }
    provenance: dict[str, Json] = {
        "recipe": "starter-texture",
        "prompt": prompt,
        "pictures": len(pictures),
        "seed": seed,
        "parameters": dict(parameters),
        "understood": understood.line,
        "notes": list(told),
        "uvs": target.uvs,
        "parts": parts,
        "detail": "grain and brush marks are procedural, by the finish that was predicted",
        "model": model.about["made"],
        "licence": LICENCE,
        "version": __version__,
    }
    name = understood.kind.name if understood.kind else "starter"
    return Asset(target.mesh, replace(material, name=name), name, provenance)


def overlap(field: Field, framed: Framed) -> float:
    """Intersection over union of the mesh and of what its code decodes to, at the encoder's resolution."""
    step = len(field.inside) // len(framed.grid)
    decoded: npt.NDArray[np.bool_] = field.inside[step // 2 :: step, step // 2 :: step, step // 2 :: step]
    given = framed.grid < 0
    return float((decoded & given).sum() / max(1, (decoded | given).sum()))
