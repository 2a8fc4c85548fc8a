"""What the add-on's timer costs Blender."""

import tempfile
from pathlib import Path

from .pump import measure_ticks
from .table import Row, at_most


def rows() -> list[Row]:
    """A tick with nothing to do, and the longest one while 10,000 events flood in."""
    with tempfile.TemporaryDirectory() as folder:
        times = measure_ticks(Path(folder))
    told = f"{times.flood_events} events in {times.flood_ticks} ticks, {times.flood_changes} told"
    return [
        at_most("timer tick, idle, median", times.idle_median_ms, "ms", 0.1, "one frame at 60 Hz: 16.7 ms"),
        at_most("timer tick under a flood, longest", times.flood_longest_ms, "ms", 10.0, told),
    ]
