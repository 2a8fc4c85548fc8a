"""Reads the command line, runs one command and turns what goes wrong into one sentence and an exit code."""

import logging
import signal
import sys
from collections.abc import Callable, Sequence
from typing import Final

from maquette.protocol import MaquetteError
from maquette.protocol.errors import EXIT_CODES, EXIT_OTHER
from maquette.settings import Settings, load_settings

from . import doctor, finish, generate, jobs, recipes, retouch, serve, texture, weights
from .arguments import Arguments, parse
from .output import Output

Command = Callable[[Arguments, Settings, Output], int]

COMMANDS: Final[dict[str, Command]] = {
    "generate": generate.run,
    "texture": texture.run,
    "refine": retouch.refine,
    "edit": retouch.edit,
    "vary": retouch.vary,
    "finish": finish.run,
    "serve": serve.run,
    "jobs": jobs.run,
    "recipes": recipes.run,
    "weights": weights.run,
    "doctor": doctor.run,
}


def main(argv: Sequence[str] | None = None) -> int:
    """Runs one command; returns the exit code: 0 done, 2 bad input, 3 weights missing, 4 out of memory,
    5 the backend died, 130 cancelled, 1 anything else.
    """
    arguments = parse(sys.argv[1:] if argv is None else argv)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # `timeout 60 maquette ...` is a Ctrl-C too
    logging.basicConfig(level=logging.WARNING, format="%(message)s", stream=sys.stderr)
    output = Output(as_json=arguments.json)
    try:
        settings = load_settings(arguments.data, arguments.connection)
        return COMMANDS[arguments.command](arguments, settings, output)
    except MaquetteError as error:
        output.error(error)
        return EXIT_CODES.get(error.code, EXIT_OTHER)
    except KeyboardInterrupt:
        output.error(MaquetteError("cancelled", "cancelled"))
        return EXIT_CODES["cancelled"]
    except BrokenPipeError:  # `maquette ... | head`
        output.abandon()
        return EXIT_OTHER
    finally:
        output.close()
