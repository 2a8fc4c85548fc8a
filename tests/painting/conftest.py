"""Checkpoints written once for all tests here."""

import importlib.util
from pathlib import Path

import pytest

if importlib.util.find_spec("torch") is None or importlib.util.find_spec("diffusers") is None:
    collect_ignore_glob = ["test_texture*.py", "test_through*.py", "test_maps.py", "test_sequential.py"]


@pytest.fixture(scope="session")
def random_weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with all weights of the texture recipes, small and random."""
    from tests.fakes.tiny_diffusers import LED, MARIGOLD, SD15, SDXL, write_weights

    data = tmp_path_factory.mktemp("random")
    write_weights(data, [*SDXL, *SD15, *LED, MARIGOLD])
    return data


@pytest.fixture(scope="session")
def exact_weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder whose autoencoders lose nothing, for networks that know the surface. No Marigold."""
    from tests.fakes.tiny_diffusers import LED, SD15, SDXL, write_weights

    data = tmp_path_factory.mktemp("exact")
    write_weights(data, [*SDXL, *SD15, *LED], pixel_vae=True)
    return data
