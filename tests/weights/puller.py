"""A process that pulls "tiny" into the data folder that it is given, from the hub of its environment."""

import sys
from pathlib import Path

from maquette.weights.pull import pull

from .conftest import TINY, register

if __name__ == "__main__":
    register()
    pull(Path(sys.argv[1]), [TINY])
