"""`python -m maquette.cli`, where no script was installed."""

import sys

from .main import main

if __name__ == "__main__":
    sys.exit(main())
