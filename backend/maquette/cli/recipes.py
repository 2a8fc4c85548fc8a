"""`maquette recipes`: what can be made here, and with which parameters."""

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
    output.line(
        f"  task {recipe.task}, takes {', '.join(recipe.inputs)}, environment {recipe.environment}, "
        f"licence {recipe.licence}, about {recipe.seconds:g} s"
    )
    for parameter in recipe.parameters:
        output.line(f"  --set {parameter.name}={parameter.default}  {parameter.help}{_range(parameter)}")


def _range(parameter: Parameter) -> str:
    if parameter.choices:
        return f" ({', '.join(parameter.choices)}{f' {parameter.unit}' if parameter.unit else ''})"
    if parameter.minimum is None or parameter.maximum is None:
        return ""
    return (
        f" ({parameter.minimum:g} to {parameter.maximum:g}{f' {parameter.unit}' if parameter.unit else ''})"
    )
