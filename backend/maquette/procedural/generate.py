"""The procedural generator: a prompt becomes an asset."""

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

import numpy as np

from maquette import __version__
from maquette.assets import Asset, Mesh
from maquette.progress import Progress
from maquette.protocol import Json, bad_input
from maquette.texture.finish import finish_field

from .build import build
from .describe import describe
from .program import Program
from .prompt import Description

LICENCE = (
    "CC0-1.0"  # of what comes out: made by formulas from the user's words, free of third parties' rights
)


def generate(prompt: str, parameters: Mapping[str, Json], seed: int, progress: Progress) -> Asset:
    """The asset that a prompt describes; the same arguments give the same bytes.

    `parameters` are those of the recipe `procedural`. Raises MaquetteError (bad_input) if the prompt is not
    understood or asks for what its kind of object cannot have.
    """
    progress.stage("understand")
    description = describe(prompt)
    for line in _told(description):
        progress.note(line)
    program = _sized(build(description, seed), _number(parameters, "size"))
    progress.step()

    texture_size = int(_number(parameters, "texture_size"))
    surface = partial(
        program.surface, texel=_texel(program, texture_size), detail=_number(parameters, "detail")
    )
    mesh, material = finish_field(
        program.distance,
        None,  # by differences, whose samples also give the distance
        surface,
        program.bounds,
        int(_number(parameters, "triangles")),
        texture_size,
        progress,
        program.opaque_distance,
    )
    progress.stage("finish")
    asset = Asset(
        _named(_standing(mesh), program),
        replace(material, name=description.kind.name),
        description.kind.name,
        _provenance(description, program, parameters, seed),
    )
    progress.step()
    return asset


def _told(description: Description) -> list[str]:
    """The lines for people: what was understood, what they should know, what was ignored."""
    lines = [description.understood, *description.notes]
    if description.ignored:
        lines.append("ignored: " + "; ".join(str(word) for word in description.ignored))
    return lines


def _number(parameters: Mapping[str, Json], name: str) -> float:
    value = parameters[name]
    if not isinstance(value, int | float | str):
        raise bad_input(f"{name} {value!r} is no number: give one")
    return float(value)


def _sized(program: Program, longest: float) -> Program:
    """The object with its longest side that many metres; 0 leaves it."""
    low, high = program.extent
    return program.scaled(longest / float((high - low).max())) if longest > 0 else program


def _texel(program: Program, texture_size: int) -> float:
    """About how many metres a texel covers, with two thirds of the map used for twice the box's area."""
    x, y, z = (program.extent[1] - program.extent[0]).astype(float)
    area = 2 * 2 * (x * y + y * z + z * x)
    return float(np.sqrt(area / (0.66 * texture_size**2)))


def _standing(mesh: Mesh) -> Mesh:
    """The mesh with the centre of its base exactly on the origin."""
    low, high = mesh.bounds
    offset = np.array([(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, low[2]], np.float32)
    return replace(mesh, vertices=mesh.vertices - offset)


def _named(mesh: Mesh, program: Program) -> Mesh:
    """The mesh with the part that each face belongs to, by what is nearest to its centroid."""
    centroids = mesh.vertices[mesh.faces].mean(axis=1, dtype=np.float32)
    names = tuple(dict.fromkeys(part.name for part in program.parts))
    index = np.array([names.index(part.name) for part in program.parts], np.int32)
    return replace(mesh, part_ids=index[program.nearest_part(centroids)], part_names=names)


def _provenance(
    description: Description, program: Program, parameters: Mapping[str, Json], seed: int
) -> dict[str, Json]:
    parts: dict[str, Json] = {part.name: part.finish.words for part in program.parts}
    return {
        "recipe": "procedural",
        "prompt": description.prompt,
        "seed": seed,
        "parameters": dict(parameters),
        "understood": description.understood,
        "notes": list(description.notes),
        "ignored": [str(word) for word in description.ignored],
        "kind": description.kind.name,
        "parts": parts,
        "licence": LICENCE,
        "version": __version__,
    }
