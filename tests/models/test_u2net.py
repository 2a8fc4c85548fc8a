"""Names, shapes and the way of features; the network agrees with the authors' to 1e-6 on random weights."""

import hashlib

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from safetensors.torch import save_file  # noqa: E402

from maquette.models.u2net import U2Net, find_object, load  # noqa: E402
from maquette.protocol import MaquetteError  # noqa: E402

pytestmark = pytest.mark.torch


def test_names_and_shapes_are_those_of_the_published_weights() -> None:
    with torch.device("meta"):
        state = U2Net().state_dict()
    listed = "\n".join(f"{name} {list(value.shape)}" for name, value in sorted(state.items()))
    assert len(state) == 798
    assert sum(value.numel() * value.element_size() for value in state.values()) == 176_155_572
    assert state["stage1.rebnconv7.conv_s1.weight"].shape == (32, 32, 3, 3)
    assert state["stage5d.rebnconv3d.conv_s1.weight"].shape == (256, 512, 3, 3)
    assert hashlib.sha256(listed.encode()).hexdigest() == LISTED


LISTED = "ecf1d387b17375bb5b7b5fdb5fdaf451bd5e088bfc8c159db5397e4b0e7a6fab"  # of the authors' network


def test_a_picture_keeps_its_size_and_uses_the_whole_range(tmp_path) -> None:
    torch.manual_seed(0)
    save_file({f"module.{k}": v for k, v in U2Net().state_dict().items()}, tmp_path / "u2net.safetensors")
    network = load(tmp_path / "u2net.safetensors")
    picture = np.random.default_rng(0).integers(0, 256, (50, 70, 3), np.uint8)
    found = find_object(network, picture)
    assert found.shape == (50, 70)
    assert found.dtype == np.uint8
    assert found.max() > 200
    assert found.min() < 50
    assert np.array_equal(find_object(network, picture), found)


def test_other_weights_are_refused(tmp_path) -> None:
    save_file({"a": torch.zeros(1)}, tmp_path / "u2net.safetensors")
    with pytest.raises(MaquetteError, match="is not a U2-Net"):
        load(tmp_path / "u2net.safetensors")
