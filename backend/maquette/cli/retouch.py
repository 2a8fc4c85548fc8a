"""`maquette refine` and `maquette edit`: the maps of a mesh out of a file, sharper or partly changed."""

from maquette.protocol import bad_input
from maquette.settings import Settings

from .arguments import Arguments
from .output import Output
from .texture import work_on_mesh


def refine(arguments: Arguments, settings: Settings, output: Output) -> int:
    """Makes the maps sharper; returns 0. Raises MaquetteError."""
    return work_on_mesh(arguments, "refine", arguments.settings, {}, settings, output)


def edit(arguments: Arguments, settings: Settings, output: Output) -> int:
    """Changes what the mask leaves free; returns 0. Raises MaquetteError."""
    if not arguments.prompt.strip():
        raise bad_input("the prompt is empty: write what the surface shall become")
    given = list(arguments.settings)
    if arguments.source:
        given.append(f"source_prompt={arguments.source}")
    return work_on_mesh(arguments, "edit", given, {}, settings, output)
