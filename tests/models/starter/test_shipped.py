"""The committed checkpoint: graphs and weights hold to the PyTorch model, and fit."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from maquette.models.starter.config import StarterConfig  # noqa: E402
from maquette.starter.model import Model  # noqa: E402
from training import CHECKPOINT, checkpoint  # noqa: E402
from training.graphs import Starter, graphs  # noqa: E402

pytestmark = pytest.mark.torch


@pytest.fixture(scope="module")
def model():
    tensors, about = checkpoint.load(CHECKPOINT)
    starter = Starter(StarterConfig.read(about["model"]))
    starter.load_state_dict(tensors)
    return starter.eval()


@torch.no_grad()
@pytest.mark.parametrize("name", ["text", "picture", "flow", "decoder", "encoder", "point"])
def test_the_exported_graph_is_the_pytorch_model(model, name) -> None:
    torch.manual_seed(0)
    graph = graphs(model)[name]
    session = Model(CHECKPOINT)._session(name)
    found = session.run(None, {key: value.numpy() for key, value in graph.inputs.items()})
    expected = graph.module(**graph.inputs)
    for a, b in zip(found, expected if isinstance(expected, tuple) else (expected,), strict=True):
        scale = max(1.0, float(b.abs().max()))
        assert np.abs(a - b.numpy()).max() / scale < 1e-3


def test_the_checkpoint_is_small_enough_to_ship_and_says_how_it_was_made() -> None:
    assert sum(path.stat().st_size for path in CHECKPOINT.iterdir()) < 48e6
    assert all(path.stat().st_size < 16e6 for path in CHECKPOINT.iterdir())
    made = Model(CHECKPOINT).about["made"]
    for stage in ("shape", "flow"):
        assert {"steps", "samples", "seed", "train", "objects"} <= set(made[stage])
