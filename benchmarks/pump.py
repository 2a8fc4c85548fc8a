"""How long a tick of the client takes Blender's time: idle, and while a worker's reports flood in."""

import statistics
import sys
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from maquette.client import Backend, Pump
from maquette.client.events import JobChanged
from tests.client import fake_server

IDLE_TICKS = 2000
TIMER_S = 0.005  # Blender gives other things their turn between two ticks


@dataclass(frozen=True)
class TickTimes:
    """Milliseconds per tick. `flood_changes` counts the events that were worth telling."""

    idle_median_ms: float
    flood_longest_ms: float
    flood_ticks: int
    flood_changes: int
    flood_events: int = fake_server.FLOOD


def measure_ticks(folder: Path) -> TickTimes:
    """Runs a client in this process against a server in another one that sends what it can."""
    backend = Backend.start([sys.executable, fake_server.__file__, "flood"], folder, folder / "log")
    try:
        with closing(Pump("b" * 40, "benchmark")) as pump:
            pump.attach(backend.wait_ready())
            while not pump.is_connected:
                pump.tick()
            idle_ms = []
            for _ in range(IDLE_TICKS):
                idle_ms.append(_timed_tick(pump)[0])
                time.sleep(0.0002)
            key = pump.submit("procedural", "a flood")
            flood_ms, changes = [], 0
            while not pump.job(key).is_over:
                took_ms, seen = _timed_tick(pump)
                flood_ms.append(took_ms)
                changes += seen
                time.sleep(TIMER_S)
    finally:
        backend.stop()
    return TickTimes(statistics.median(idle_ms), max(flood_ms), len(flood_ms), changes)


def _timed_tick(pump: Pump) -> tuple[float, int]:
    started = time.perf_counter()
    events = pump.tick()
    took_ms = (time.perf_counter() - started) * 1e3
    return took_ms, sum(isinstance(event, JobChanged) for event in events)
