"""How a module of Maquette is started as a process of its own, in the environment of this one."""

import os
import sys
from typing import Final

RUNNER_VARIABLE: Final = "MAQUETTE_RUNNER"


def module_command(module: str) -> list[str]:
    """The command that runs `module` with this interpreter, never with the current folder on its path.

    An environment that was unpacked rather than installed has a `run.py`: it names itself in MAQUETTE_RUNNER,
    puts the environment's packages on the path and runs the module. Elsewhere the package is installed:
    isolation is kept where this process has it, and not forced where the package may live in the user's own
    site-packages.
    """
    runner = os.environ.get(RUNNER_VARIABLE, "")
    if runner and sys.flags.no_site:  # with the site module on, this is another environment's child
        return [sys.executable, "-I", "-S", runner, module]
    return [sys.executable, "-I" if sys.flags.isolated else "-P", "-m", module]
