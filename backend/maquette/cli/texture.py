"""`maquette texture`: new maps for a mesh, as soon as a recipe for it is there."""

from maquette.protocol import bad_input
from maquette.settings import Settings

from .arguments import Arguments
from .backend import open_client
from .output import Output
from .parameters import choose_recipe


def run(arguments: Arguments, settings: Settings, output: Output) -> int:
    """Raises MaquetteError: `unknown_recipe` while no recipe makes textures."""
    if not arguments.mesh.is_file():
        raise bad_input(f"mesh {arguments.mesh} does not exist: name a GLB file")
    with open_client(settings) as client:
        recipe = choose_recipe(client.recipes(), "texture", arguments.recipe, bool(arguments.image))
    raise bad_input(f"recipe {recipe.name} cannot be used from here yet: use it in Blender")
