"""An export is the model: graphs give what PyTorch gives, and the folder is a checkpoint of both stages."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("onnx")
pytest.importorskip("onnxscript")

from maquette.models.starter.config import StarterConfig  # noqa: E402
from maquette.starter.model import Model  # noqa: E402
from training import checkpoint, export  # noqa: E402
from training.graphs import Starter, graphs  # noqa: E402

pytestmark = [
    pytest.mark.torch,
    pytest.mark.slow,
    pytest.mark.timeout(600),
    pytest.mark.filterwarnings("default"),  # the exporter's own
]


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    torch.manual_seed(0)
    model = Starter(StarterConfig.tiny()).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.add_(0.05 * torch.randn_like(parameter))
    folder = tmp_path_factory.mktemp("export") / "weights"
    about = {"model": {"shape": vars(model.config.shape), "flow": vars(model.config.flow)}}
    made = {"made": {"shape": {"steps": 1}, "flow": {"steps": 2}, "data": "balls"}}
    export.write(model, about | made, folder)
    return model, folder


@torch.no_grad()
def test_graphs_give_what_pytorch_gives_for_any_batch(exported) -> None:
    model, folder = exported
    for name, graph in graphs(model).items():
        session = Model(folder)._session(name)
        inputs = {key: torch.cat([value, value[:1]]) for key, value in graph.inputs.items()}
        found = session.run(None, {key: value.numpy() for key, value in inputs.items()})
        expected = graph.module(**inputs)
        for a, b in zip(found, expected if isinstance(expected, tuple) else (expected,), strict=True):
            assert np.abs(a - b.numpy()).max() < 1e-3, name


def test_graphs_hold_no_weights_and_no_paths(exported) -> None:
    _, folder = exported
    for path in folder.glob("*.onnx"):
        assert str(export.__file__).encode() not in path.read_bytes()
        assert b"site-packages" not in path.read_bytes()


def test_what_was_exported_is_a_checkpoint_of_each_stage(exported) -> None:
    model, folder = exported
    shape, about = checkpoint.load_stage(folder, "shape")
    model.shape.load_state_dict(shape)
    assert about["steps"] == 1
    flow, about = checkpoint.load_stage(folder, "flow")
    assert about["steps"] == 2
    assert set(flow) == {name for name in model.state_dict() if not name.startswith("shape.")}
