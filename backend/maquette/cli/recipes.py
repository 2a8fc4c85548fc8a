"""`maquette recipes`: what can be made here, and with which parameters."""

from maquette import weights
from maquette.protocol import Parameter, RecipeDescription
from maquette.settings import Settings

from .arguments import Arguments
from .backend import open_running_client
from .output import Output


def run(arguments: Arguments, settings: Settings, output: Output) -> int:
    """Lists every recipe of the server with its parameters."""
    with open_running_client(settings) as client:
        for recipe in client.recipes():
            output.event("recipe", **recipe.to_json())
            _describe(recipe, output)
    return 0


def _describe(recipe: RecipeDescription, output: Output) -> None:
    output.line(f"{recipe.name}: {recipe.summary}")
    about = [f"task {recipe.task}", f"environment {recipe.environment}", f"licence {recipe.licence}"]
    if recipe.inputs:
        about.insert(1, f"takes {', '.join(recipe.inputs)}")
    if recipe.seconds:
        about.append(f"about {recipe.seconds:g} s")
    output.line(f"  {', '.join(about)}")
    for name in recipe.weights:
        known = weights.REGISTRY.get(name)  # of another version's server perhaps not
        output.line(f"  loads {name}" + (f": {weights.source_text(known)}" if known else ""))
    if not recipe.weights_here:
        size = f" ({recipe.download_bytes / 1e9:.1f} GB)" if recipe.download_bytes else ""
        output.line(f"  weights are not here{size}: `maquette weights pull {recipe.name}`")
    for parameter in recipe.parameters:
        output.line(f"  --set {parameter.name}={parameter.default}  {parameter.help}{_range(parameter)}")


def _range(parameter: Parameter) -> str:
    unit = f" {parameter.unit}" if parameter.unit else ""
    if parameter.choices:
        return f" ({', '.join(parameter.choices)}{unit})"
    if parameter.minimum is None or parameter.maximum is None:
        return ""
    return f" ({parameter.minimum:.12g} to {parameter.maximum:.12g}{unit})"
