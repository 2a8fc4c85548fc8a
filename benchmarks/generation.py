"""The main job as a person waits for it: the command line as a whole process, and a running backend."""

import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from maquette.client import connect
from maquette.interpreter import module_command

from .table import Row, at_most

PROMPTS = (
    "a red wooden chair with a round seat",
    "a tall oak barrel with iron hoops",
    "a blue car with black wheels",
)
ROUNDS = 3


def rows() -> list[Row]:
    """Seconds for an asset with 1024 maps: with a private backend, and through one that runs; medians."""
    with tempfile.TemporaryDirectory() as folder:
        private = [_command_line(Path(folder), prompt) for prompt in PROMPTS for _ in range(ROUNDS)]
        running = _running(Path(folder))
    told = f"{len(PROMPTS)} prompts x {ROUNDS}, worst {max(private):.2f} s"
    also = f"the same prompts, worst {max(running):.2f} s; private / running = "
    ratio = statistics.median(private) / statistics.median(running)
    return [
        at_most("maquette generate, private backend", statistics.median(private), "s", 8.0, told),
        at_most(
            "generate through a running backend", statistics.median(running), "s", 5.0, f"{also}{ratio:.2f}"
        ),
    ]


def _command_line(folder: Path, prompt: str) -> float:
    command = [
        sys.executable,
        "-m",
        "maquette.cli",
        *("generate", "--recipe", "procedural"),
        prompt,
        "--seed",
        "1",
        "--out",
        str(folder / "a.glb"),
    ]
    started = time.perf_counter()
    subprocess.run([*command, "--data", str(folder / "data")], check=True, capture_output=True)
    return time.perf_counter() - started


def _running(folder: Path) -> list[float]:
    times = []
    with connect(folder / "running", module_command("maquette.server")) as client:
        client.submit("procedural", "a stool", seed=1).result("glb")  # the worker has started
        for prompt in PROMPTS * ROUNDS:
            started = time.perf_counter()
            client.submit("procedural", prompt, seed=1).result("arrays")
            times.append(time.perf_counter() - started)
    return times
