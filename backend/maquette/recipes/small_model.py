"""The same recipe held to smaller networks, which a processor can run: for a list of what is here."""

from collections.abc import Mapping
from dataclasses import replace

from maquette.assets import Asset
from maquette.progress import Progress
from maquette.protocol import Json

from .recipe import Recipe, Request


def held_to_small_model(
    large: Recipe,
    name: str,
    title: str,
    summary: str,
    weights: tuple[str, ...],
    fixed: Mapping[str, Json],  # parameters that the small model leaves no choice in
    seconds: float,
    inputs: tuple[str, ...] = (),  # those of the large one if there are none
    licence: str = "creativeml-openrail-m",
    defaults: Mapping[str, Json] | None = None,  # of parameters that the small model wants others of
) -> Recipe:
    """A recipe of its own, so that nobody is asked to download the weights of the large one."""
    description = replace(
        large.description,
        name=name,
        title=title,
        summary=summary,
        inputs=inputs or large.description.inputs,
        parameters=tuple(
            replace(p, default=(defaults or {}).get(p.name, p.default))
            for p in large.description.parameters
            if p.name not in fixed
        ),
        weights=weights,
        licence=licence,
        memory_bytes=6 << 30,
        seconds=seconds,
    )

    def run(request: Request, progress: Progress) -> Asset:
        made = large.run(replace(request, parameters=request.parameters | dict(fixed)), progress)
        assert isinstance(made, Asset), "recipes for maps make assets"
        asked: dict[str, Json] = {
            "recipe": name,
            "parameters": dict(request.parameters),
            "licence": description.licence,
        }
        return replace(made, provenance=made.provenance | asked)

    return Recipe(description, run)
