"""Small checkpoints in the published layout, made once."""

import importlib.util
from pathlib import Path

import pytest

if importlib.util.find_spec("torch") is None or importlib.util.find_spec("transformers") is None:
    collect_ignore_glob = ["test_trellis*.py", "test_view_features.py", "test_through*.py", "test_local*.py"]


@pytest.fixture(scope="session")
def trellis_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with all weights of TRELLIS's recipes, small and random."""
    from tests.fakes.tiny_trellis import ALL, TEXT_ENCODER, write_data

    data = tmp_path_factory.mktemp("trellis")
    write_data(data, (*ALL, TEXT_ENCODER))
    return data
