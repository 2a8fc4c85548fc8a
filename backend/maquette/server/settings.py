"""Everything a server can be told, as one frozen record, and the arguments of `python -m maquette.server`."""

import argparse
import importlib.util
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from maquette import __version__
from maquette.environments import find_full, interpreter
from maquette.interpreter import module_command
from maquette.protocol import RecipeDescription, bad_input
from maquette.recipes import RECIPES
from maquette.settings import load_settings

from .router import PeerLimits
from .supervision import Limits

ENVIRONMENTS = ("core", "full")
LOOPBACK_ADDRESS = "tcp://127.0.0.1:*"
WORKER_MODULE = "maquette.worker"


@dataclass(frozen=True)
class Settings:
    """`commands` starts the worker of each environment; an environment without one is not installed."""

    data: Path
    bind: str = LOOPBACK_ADDRESS
    connection: Path | None = None  # default: a file named after the instance, in data/run
    allow: Path | None = None  # public keys of remote clients, one "NAME KEY" per line
    headless: bool = False  # outlive the owner and its standard input
    commands: dict[str, tuple[str, ...]] = field(
        default_factory=lambda: {"core": tuple(module_command(WORKER_MODULE))}
    )
    descriptions: tuple[RecipeDescription, ...] = tuple(recipe.description for recipe in RECIPES)
    max_queue: int = 64
    peers: PeerLimits = field(default_factory=PeerLimits)
    quota_bytes: int = 20 << 30
    minimum_free_bytes: int = 256 << 20
    limits: Limits = field(default_factory=Limits)
    address_space_bytes: dict[str, int] = field(default_factory=lambda: {"core": physical_memory_bytes()})


def parse(arguments: Sequence[str]) -> Settings:
    """Settings from the command line. Exits with code 2, as argparse does, for arguments without sense."""
    parser = argparse.ArgumentParser(prog="python -m maquette.server", description=__doc__)
    parser.add_argument("--bind", default=LOOPBACK_ADDRESS, help="address to listen on")
    parser.add_argument("--connection", type=Path, help="where to write the connection file")
    parser.add_argument("--data", help="folder of jobs, results and logs")
    parser.add_argument("--allow", type=Path, help="public keys of remote clients: NAME KEY on each line")
    parser.add_argument("--headless", action="store_true", help="keep running when standard input ends")
    parser.add_argument("--engine", choices=("local",), default="local", help="where jobs run")
    parser.add_argument("--max-queue", type=int, default=64, help="jobs that may wait")
    parser.add_argument(
        "--full-python",
        type=Path,
        help="interpreter with PyTorch (default: that of the data folder, else this one if it has PyTorch)",
    )
    given = parser.parse_args(arguments)
    if given.max_queue < 1:
        raise bad_input(f"max-queue {given.max_queue} is below 1: raise it")
    commands = {"core": tuple(module_command(WORKER_MODULE))}
    data = load_settings(given.data).data_dir
    installed = find_full(data, __version__)
    full_python = given.full_python or (installed and interpreter(installed))
    if full_python is not None:
        commands["full"] = (str(full_python), "-I", "-m", WORKER_MODULE)
    elif importlib.util.find_spec("torch") is not None:  # `pip install maquette[torch]`: this one is both
        commands["full"] = commands["core"]
    return Settings(
        data=data,
        bind=given.bind,
        connection=given.connection and given.connection.absolute(),
        allow=given.allow,
        headless=given.headless,
        commands=commands,
        max_queue=given.max_queue,
    )


def physical_memory_bytes() -> int:
    """The machine's memory, or 0 where it cannot be asked cheaply."""
    if sys.platform == "win32":
        return 0
    return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
