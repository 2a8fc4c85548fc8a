"""`maquette finish`: a raw mesh out of a file becomes one to work with."""

from pathlib import Path

from maquette.protocol import bad_input
from maquette.settings import Settings

from .arguments import Arguments
from .backend import open_client
from .files import check_target, free_name
from .generate import cancel, follow, write_result
from .mesh_input import mesh_frames
from .output import Output
from .parameters import choose_recipe, read_parameters


def run(arguments: Arguments, settings: Settings, output: Output) -> int:
    """Finishes one mesh and writes it; returns 0. Raises MaquetteError."""
    frames = mesh_frames(arguments.mesh, arguments.up, output)
    out = check_target(
        arguments.out or free_name(f"{arguments.mesh.stem} finished", ".glb", Path.cwd()), ".glb"
    )
    preview = arguments.preview and check_target(arguments.preview, ".png")
    wanted = "triangles" if arguments.budget.isdecimal() else "budget"
    if wanted == "triangles" and int(arguments.budget) == 0:
        raise bad_input("budget 0 leaves no triangle: give mobile, prop, hero, raw, or a number above 0")
    given = [f"{wanted}={arguments.budget}", f"texture_size={arguments.texture_size}", *arguments.settings]
    with open_client(settings) as client:
        recipe = choose_recipe(client.recipes(), "finish", "", has_images=False)
        job = client.submit(recipe.name, "", read_parameters(recipe, given), 0, frames)
        try:
            follow(job, output)
            write_result(job, out, preview, output)
        except KeyboardInterrupt:
            cancel(client, [job], output)
            raise
    return 0
