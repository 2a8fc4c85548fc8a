"""How many captioned objects a second two processes sample as 32^3 grids with materials."""

import multiprocessing
import os
import time
from concurrent.futures import ProcessPoolExecutor

PROCESSES = 2
RESOLUTION = 32


def measure(seconds: float = 10) -> float:
    """Objects per second of wall-clock time: prompts read, built and sampled; start-up does not count."""
    context = multiprocessing.get_context("spawn")  # alike on every system
    with ProcessPoolExecutor(PROCESSES, mp_context=context, initializer=_start) as pool:
        list(pool.map(_sample_for, [0] * PROCESSES, [0.5] * PROCESSES))  # imports, first calls
        started = time.perf_counter()
        counts = list(pool.map(_sample_for, [i * 10**6 for i in range(PROCESSES)], [seconds] * PROCESSES))
        return sum(counts) / (time.perf_counter() - started)


def _start() -> None:
    """One thread per process: the arrays are small and there are as many processes as cores."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = "1"


def _sample_for(first_seed: int, seconds: float) -> int:
    """How many objects this process samples in that time."""
    from maquette.procedural.captions import random_program
    from maquette.procedural.sampling import sample_grid

    end, count = time.perf_counter() + seconds, 0
    while time.perf_counter() < end:
        program, _ = random_program(first_seed + count)
        sample_grid(program, RESOLUTION)
        count += 1
    return count
