"""Networks are those of the published files: every name, shape and precision."""

import json

import pytest

torch = pytest.importorskip("torch")

from maquette.models.trellis import build  # noqa: E402

from .cases import FOLDER, needs_cases  # noqa: E402

pytestmark = pytest.mark.torch

MANIFESTS = sorted(path for path in (FOLDER / "manifests").glob("*.json") if path.stem != "summary")


@needs_cases
@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.stem)
def test_the_published_configuration_has_the_published_weights(path):
    manifest = json.loads(path.read_text())
    with torch.device("meta"):
        network = build(manifest["name"], manifest["args"])
    built = {
        name: [list(tensor.shape), str(tensor.dtype).removeprefix("torch.")]
        for name, tensor in network.state_dict().items()
    }
    assert built == manifest["state_dict"]
