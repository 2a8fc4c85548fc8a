# SPDX-License-Identifier: GPL-3.0-or-later
"""Where an object came from, written on it as custom properties, so that it travels with the .blend."""

import json
from dataclasses import dataclass
from typing import Any, cast

import bpy

from maquette.protocol import Json

JOB = "maquette_job"
REQUEST = "maquette_request"
PROMPT = "maquette_prompt"
SEED = "maquette_seed"
RECIPE = "maquette_recipe"
VERSION = "maquette_version"
DOCUMENT = "maquette_provenance"


@dataclass(frozen=True)
class Origin:
    """What is needed to make the same again: `document` is the whole provenance that the backend reported."""

    request_id: str
    job_id: str
    prompt: str
    recipe: str
    seed: int
    parameters: dict[str, Json]
    document: dict[str, Json]


def write(item: bpy.types.ID, origin: Origin) -> None:
    """Puts the origin on an object, a mesh or a material."""
    properties: Any = item
    properties[JOB] = origin.job_id
    properties[REQUEST] = origin.request_id
    properties[PROMPT] = origin.prompt
    properties[RECIPE] = origin.recipe
    properties[SEED] = origin.seed
    properties[VERSION] = str(origin.document.get("version", ""))
    properties[DOCUMENT] = json.dumps(
        {**origin.document, "parameters": origin.parameters}, ensure_ascii=False
    )


def read(item: bpy.types.ID | None) -> Origin | None:
    """The origin of an object that Maquette made; None for any other, or one whose record was edited away."""
    if item is None or JOB not in item.keys():  # noqa: SIM118  # an ID is no mapping
        return None
    properties = cast(Any, item)
    try:
        document = json.loads(str(properties.get(DOCUMENT, "{}")))
        seed = int(properties.get(SEED, 0))
    except (ValueError, TypeError):
        return None
    if not isinstance(document, dict):
        return None
    parameters = document.get("parameters")
    return Origin(
        request_id=str(properties.get(REQUEST, "")),
        job_id=str(properties[JOB]),
        prompt=str(properties.get(PROMPT, "")),
        recipe=str(properties.get(RECIPE, "")),
        seed=seed,
        parameters=parameters if isinstance(parameters, dict) else {},
        document=document,
    )


def find(job_id: str) -> list[bpy.types.Object]:
    """The objects that a job made, in any scene."""
    return [item for item in bpy.data.objects if cast(Any, item).get(JOB) == job_id]
