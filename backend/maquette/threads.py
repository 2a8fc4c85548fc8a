"""Spreads independent numpy work over a few threads; numpy lets go of the interpreter inside its loops."""

import os
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, TypeVar

Result = TypeVar("Result")

_MAX_THREADS: Final = 4  # beyond that the interpreter itself is the limit


def map_threads(function: Callable[..., Result], *items: Iterable[Any]) -> list[Result]:
    """What `map` gives, in its order; the first exception is raised."""
    calls = list(zip(*items, strict=True))
    if len(calls) < 2:
        return [function(*call) for call in calls]
    with ThreadPoolExecutor(min(_MAX_THREADS, os.cpu_count() or 1)) as pool:
        return list(pool.map(lambda call: function(*call), calls))
