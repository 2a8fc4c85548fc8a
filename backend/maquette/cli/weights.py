"""`maquette weights`: what recipes load besides the program. The core recipes load nothing."""

from maquette.protocol import bad_input
from maquette.settings import Settings

from .arguments import Arguments
from .output import Output


def run(arguments: Arguments, settings: Settings, output: Output) -> int:
    """Says so; raises bad_input for weights that are asked for by name."""
    if arguments.action == "pull" or arguments.name:
        name = arguments.name or "nothing"
        raise bad_input(f"weights {name[:60]!r} are unknown: no recipe of this version loads weights")
    output.event("weights", weights=[])
    output.line("No recipe of this version loads weights: there is nothing to pull or verify.")
    return 0
