"""Checkpoints written once for all tests here."""

import functools
import importlib.util
from collections.abc import Callable
from pathlib import Path

import pytest

if importlib.util.find_spec("torch") is None or importlib.util.find_spec("diffusers") is None:
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="session")
def find(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """All weights of the texture recipes, small and random, found as recipes find them."""
    from maquette import weights
    from tests.fakes.tiny_diffusers import MARIGOLD, SD15, SDXL, write_weights

    data = tmp_path_factory.mktemp("weights")
    write_weights(data, [*SDXL, *SD15, MARIGOLD, "controlnet-tile-sd15"])
    return functools.partial(weights.folder, data)


@pytest.fixture(scope="session")
def find_exact(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The same with autoencoders that lose nothing: a pixel that must stay can be compared."""
    from maquette import weights
    from tests.fakes.tiny_diffusers import SD15, SDXL, write_weights

    data = tmp_path_factory.mktemp("exact")
    write_weights(data, [*SDXL, *SD15], pixel_vae=True)
    return functools.partial(weights.folder, data)
