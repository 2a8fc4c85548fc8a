"""`maquette serve`: a backend for others, which outlives the terminal's input."""

import os
import subprocess
import sys

from maquette.interpreter import module_command
from maquette.settings import Settings

from .arguments import Arguments
from .output import Output


def run(arguments: Arguments, settings: Settings, output: Output) -> int:
    """Becomes the server. It prints one line, READY and its connection file; Ctrl-C or SIGTERM ends it."""
    command = [
        *module_command("maquette.server"),
        *("--headless", "--data", str(settings.data_dir), "--engine", arguments.engine),
        *(("--bind", arguments.bind) if arguments.bind else ()),
        *(("--allow", str(arguments.allow)) if arguments.allow else ()),
        *(("--connection", str(settings.connection_file)) if settings.connection_file else ()),
    ]
    if sys.platform != "win32":
        os.execv(command[0], command)  # noqa: S606  (signals and the process number become the server's)
    return subprocess.call(command)
