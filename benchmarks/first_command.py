"""The README's first command on a clean machine: a fresh clone and environment, downloads included."""

import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from .table import Row, at_most

ROOT = Path(__file__).resolve().parent.parent


def rows() -> list[Row]:
    """Seconds from typing the command to the GLB and its picture."""
    command = first_command((ROOT / "README.md").read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder) / "maquette"
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        environment = {
            **os.environ,
            "PIP_NO_CACHE_DIR": "1",
            "HOME": folder,
            "MAQUETTE_DATA": f"{folder}/data",
        }
        started = time.perf_counter()
        subprocess.run(["sh", "-c", command], cwd=clone, env=environment, check=True, stdout=sys.stderr)
        took = time.perf_counter() - started
        for name in ("chair.glb", "chair.png"):
            assert (clone / name).stat().st_size > 10_000, name
    return [at_most("README's first command, clean machine", took, "s", 90.0, "downloads included, no cache")]


def first_command(readme: str) -> str:
    """The README's first shell block."""
    found = re.search(r"```sh\n(.*?)```", readme, re.DOTALL)
    assert found, "the README has no command"
    return found[1]
