"""`maquette texture`: new maps for a mesh out of a file; what `refine` and `edit` share with it."""

from collections.abc import Sequence
from pathlib import Path

from maquette.protocol import Frame, RecipeDescription, bad_input
from maquette.protocol.inputs import MASK
from maquette.settings import Settings

from .arguments import Arguments
from .backend import open_client
from .files import check_target, free_name, read_images, read_picture
from .generate import cancel, follow, write_result
from .mesh_input import mesh_frames
from .output import Output
from .parameters import choose_recipe, read_parameters


def run(arguments: Arguments, settings: Settings, output: Output) -> int:
    """Textures one mesh and writes it; returns 0. Raises MaquetteError."""
    if not arguments.prompt.strip() and not arguments.image:
        raise bad_input("there is neither a prompt nor an image: describe the surface")
    images = read_images(arguments.image)
    return work_on_mesh(arguments, "texture", arguments.settings, images, settings, output)


def work_on_mesh(
    arguments: Arguments,
    task: str,
    given: Sequence[str],  # parameters as KEY=VALUE
    images: dict[str, Frame],
    settings: Settings,
    output: Output,
) -> int:
    """Sends a mesh file to a recipe of that task and writes what comes back; returns 0."""
    frames = mesh_frames(arguments.mesh, arguments.up, output)
    mask = {MASK: read_picture(arguments.mask)} if arguments.mask else {}
    out = check_target(
        arguments.out or free_name(arguments.prompt or arguments.mesh.stem, ".glb", Path.cwd()), ".glb"
    )
    preview = arguments.preview and check_target(arguments.preview, ".png")
    with open_client(settings) as client:
        recipe = choose_recipe(client.recipes(), task, arguments.recipe, bool(images))
        parameters = read_parameters(recipe, given)
        taken = {name: frame for name, frame in frames.items() if _takes(recipe, name)}
        job = client.submit(
            recipe.name, arguments.prompt, parameters, arguments.seed, {**taken, **images, **mask}
        )
        try:
            follow(job, output)
            write_result(job, out, preview, output)
        except KeyboardInterrupt:
            cancel(client, [job], output)
            raise
    return 0


def _takes(recipe: RecipeDescription, frame: str) -> bool:
    """Whether a recipe wants a frame: the mesh always, its maps only where it says so."""
    return frame in ("vertices", "faces", "polygons", "uvs") or bool({"maps", "maps?"} & set(recipe.inputs))
