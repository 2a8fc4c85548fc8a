"""`maquette refine`, `edit` and `vary`: what a mesh out of a file wears, sharper or partly changed, and other
meshes made from it.
"""

from maquette.protocol import bad_input
from maquette.settings import Settings

from .arguments import Arguments
from .files import read_images
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


def vary(arguments: Arguments, settings: Settings, output: Output) -> int:
    """Makes another mesh; returns 0. Raises MaquetteError."""
    if not arguments.prompt.strip() and not arguments.image:
        raise bad_input("there is neither a prompt nor an image: describe what it shall become")
    images = read_images(arguments.image)
    return work_on_mesh(arguments, "vary", arguments.settings, images, settings, output)
