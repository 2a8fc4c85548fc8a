"""How many assets a second the procedural kinds give as grids, for a learned model's training."""

from .procedural_throughput import measure
from .table import Row, at_least


def rows() -> list[Row]:
    """Assets a second on two processes, 32^3 samples each."""
    return [
        at_least("procedural assets as 32^3 grids", measure(), "assets/s", 30.0, "two processes, all kinds")
    ]
