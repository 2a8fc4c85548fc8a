"""Checkpoints and a server, made once for all tests here."""

import importlib.util
from collections.abc import Iterator
from pathlib import Path

import pytest

from maquette.client import Client, connect
from maquette.interpreter import module_command

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


@pytest.fixture
def few_views(monkeypatch: pytest.MonkeyPatch) -> None:
    """No views beside those asked for: for what does not depend on how much of the mesh is seen."""
    for module in ("texture", "refining.refine", "editing.edit"):
        monkeypatch.setattr(f"maquette.painting.{module}.EXTRA_VIEWS", 0)


@pytest.fixture(scope="session")
def client(random_weights: Path) -> Iterator[Client]:
    """One server for all tests here: a worker takes seconds to load PyTorch."""
    with connect(random_weights, module_command("maquette.server")) as connected:
        yield connected
