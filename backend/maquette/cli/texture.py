"""`maquette texture`: new maps for a mesh out of a file."""

from pathlib import Path
from typing import Literal

from maquette.protocol import Frame, RecipeDescription, bad_input
from maquette.protocol.inputs import MASK
from maquette.settings import Settings

from .arguments import Arguments
from .backend import open_client
from .files import check_target, free_name, read_file, read_images, read_picture
from .generate import cancel, follow, write_result
from .output import Output
from .parameters import choose_recipe, read_parameters

MAX_MESH_BYTES = 1 << 30


def run(arguments: Arguments, settings: Settings, output: Output) -> int:
    """Textures one mesh and writes it; returns 0. Raises MaquetteError."""
    if not arguments.prompt.strip() and not arguments.image:
        raise bad_input("there is neither a prompt nor an image: describe the surface")
    frames = mesh_frames(arguments.mesh, arguments.up)
    images = read_images(arguments.image)
    mask = {MASK: read_picture(arguments.mask)} if arguments.mask else {}
    out = check_target(
        arguments.out or free_name(arguments.prompt or arguments.mesh.stem, ".glb", Path.cwd()), ".glb"
    )
    preview = arguments.preview and check_target(arguments.preview, ".png")
    with open_client(settings) as client:
        recipe = choose_recipe(client.recipes(), "texture", arguments.recipe, bool(images))
        parameters = read_parameters(recipe, arguments.settings)
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


def mesh_frames(path: Path, up: Literal["", "y", "z"]) -> dict[str, Frame]:
    """Vertices, faces, UVs and maps of a mesh file. The readers are imported here: no other command has use
    for them.
    """
    from maquette.assets.images import encode_maps
    from maquette.assets.mesh_files import read_mesh_file

    mesh, material = read_mesh_file(read_file(path, MAX_MESH_BYTES, "mesh"), path.name, up)
    arrays = {"vertices": mesh.vertices, "faces": mesh.faces}
    if mesh.uvs is not None:
        arrays["uvs"] = mesh.uvs
    frames = {name: Frame.from_array(array) for name, array in arrays.items()}
    if material is not None and mesh.uvs is not None:
        frames |= {name: Frame("image/png", data) for name, data in encode_maps(material).items()}
    return frames


def _takes(recipe: RecipeDescription, frame: str) -> bool:
    """Whether a recipe wants a frame: the mesh always, its maps only where it says so."""
    return frame in ("vertices", "faces", "uvs") or bool({"maps", "maps?"} & set(recipe.inputs))
