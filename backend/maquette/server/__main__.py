"""`python -m maquette.server`: runs a server until standard input ends, a signal comes or a client asks."""

import contextlib
import sys
from collections.abc import Sequence

from maquette.environments import environments_of, using
from maquette.protocol import MaquetteError

from .process import serve
from .settings import parse

_BAD_INPUT = 2


def main(arguments: Sequence[str]) -> int:
    """Returns the exit code: 0 for an orderly end, 2 where the settings cannot be had."""
    try:
        settings = parse(arguments)
        with contextlib.ExitStack() as stack:
            for environment in environments_of(word for line in settings.commands.values() for word in line):
                stack.enter_context(using(environment))
            return serve(settings)
    except MaquetteError as error:
        sys.stderr.write(f"{error.message}\n")
        return _BAD_INPUT


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
