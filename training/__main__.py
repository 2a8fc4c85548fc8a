"""Makes the starter model: python -m training {data,train,evaluate,export}."""

import sys

from .cli import main

sys.exit(main())
