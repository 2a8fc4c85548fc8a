"""`maquette doctor`: whether this installation works, and what a bug report needs to say."""

import importlib.metadata
import os
import platform
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import zmq

import maquette
from maquette import weights
from maquette.client import find_running
from maquette.protocol import MaquetteError
from maquette.settings import Settings

from .arguments import Arguments
from .backend import open_client
from .output import Output

NEEDED = ("numpy", "scipy", "pyzmq", "pillow", "trimesh", "fast-simplification")
OPTIONAL = ("numba", "xatlas", "torch", "diffusers", "transformers", "peft", "huggingface-hub", "bpy")
MINIMUM_FREE_BYTES = 2 << 30


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at. `is_fine` is None where it does not matter."""

    name: str
    value: str
    is_fine: bool | None = None


def run(arguments: Arguments, settings: Settings, output: Output) -> int:
    """Tells every finding; returns 0 when all is well and 1 when something that is needed is not."""
    findings = [*_system(), *_packages(), *_data(settings), _gpu(), *_transport(settings)]
    for finding in findings:
        output.event("finding", name=finding.name, value=finding.value, fine=finding.is_fine)
        mark = {True: "ok", False: "BAD", None: "--"}[finding.is_fine]
        output.line(f"{mark:4}{finding.name}: {finding.value}")
    return int(any(finding.is_fine is False for finding in findings))


def _system() -> list[Finding]:
    return [
        Finding("maquette", f"{maquette.__version__} in {Path(maquette.__file__).parent}"),
        Finding("python", f"{platform.python_version()} at {sys.executable}", sys.version_info >= (3, 11)),
        Finding("platform", platform.platform()),
        Finding("cores", str(os.cpu_count())),
        Finding("memory", _memory()),
    ]


def _memory() -> str:
    if sys.platform == "win32":
        return "not looked at on Windows"
    return f"{os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 1e9:.1f} GB"


def _packages() -> list[Finding]:
    findings = []
    for name in (*NEEDED, *OPTIONAL):
        try:
            version = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            findings.append(Finding(name, "not installed", False if name in NEEDED else None))
        else:
            findings.append(Finding(name, version, True if name in NEEDED else None))
    return findings


def _data(settings: Settings) -> list[Finding]:
    folder = settings.data_dir
    there = next(parent for parent in (folder, *folder.parents) if parent.exists())
    free = shutil.disk_usage(there).free
    here = [name for name in weights.REGISTRY if weights.is_here(folder, name)]
    return [
        Finding("data folder", str(folder), os.access(there, os.W_OK)),
        Finding("disk", f"{free / 1e9:.1f} GB free", free > MINIMUM_FREE_BYTES),
        Finding("weights", f"{', '.join(here) or 'none'} in {weights.root(folder)}"),
    ]


def _gpu() -> Finding:
    program = shutil.which("nvidia-smi")
    if program is None:
        return Finding("gpu", "no nvidia-smi: the core recipes need no GPU")
    query = ["--query-gpu=name,memory.total,driver_version", "--format=csv,noheader"]
    try:
        answer = subprocess.run([program, *query], capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError) as error:
        return Finding("gpu", f"nvidia-smi fails: {str(error)[:200]}")
    return Finding("gpu", "; ".join(answer.stdout.strip().splitlines()))


def _transport(settings: Settings) -> list[Finding]:
    """Whether a private server can be started, reached and asked."""
    curve = zmq.has("curve")
    findings = [Finding("zeromq", f"{zmq.zmq_version()}, CURVE {'yes' if curve else 'no'}", curve)]
    running = find_running(settings.run_dir)
    findings.append(Finding("running backend", str(running.path) if running else "none"))
    try:
        with open_client(settings) as client:
            recipes = ", ".join(recipe.name for recipe in client.recipes())
    except (MaquetteError, OSError) as error:
        return [*findings, Finding("backend", str(error), False)]
    return [*findings, Finding("backend", f"starts and answers; recipes: {recipes}", True)]
