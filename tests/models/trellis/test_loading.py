"""Networks are those of the published files: every name, shape and precision."""

import json
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from safetensors.torch import load_file, save_file  # noqa: E402

from maquette.models.trellis import build, load  # noqa: E402
from maquette.models.trellis.configurations import published  # noqa: E402
from maquette.nn.sparse import SparseVoxels  # noqa: E402
from maquette.protocol import MaquetteError  # noqa: E402
from tests.fakes.tiny_trellis import write_network  # noqa: E402
from tests.models.cases import Cases  # noqa: E402

pytestmark = pytest.mark.torch

MANIFESTS = Cases("trellis").manifests


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


@pytest.mark.parametrize("path", MANIFESTS, ids=lambda path: path.stem)
def test_published_configurations_are_known_by_name(path):
    manifest = json.loads(path.read_text())
    assert published()[path.stem] == (manifest["name"], manifest["args"])


def test_parameters_are_as_many_as_published():
    counts = {
        "ss_flow_img_dit_L_16l8_fp16": 555_543_560,
        "slat_flow_img_dit_L_64l8p2_fp16": 600_432_520,
        "ss_dec_conv3d_16l8_fp16": 73_671_201,
        "slat_dec_mesh_swin8_B_64l8m256c_fp16": 90_926_693,
        "slat_dec_gs_swin8_B_64l8gs32_fp16": 85_369_024,
        "slat_dec_rf_swin8_B_64l8r16_fp16": 85_369_024,
        "slat_flow_txt_dit_XL_64l8p2_fp16": 1_073_414_408,
    }
    for name, count in counts.items():
        with torch.device("meta"):
            assert sum(weight.numel() for weight in build(*published()[name]).parameters()) == count, name


@pytest.fixture
def stem(tmp_path):
    write_network(tmp_path / "net", "slat_dec_gs_swin8_B_64l8gs32_fp16", SMALL, 0)
    return tmp_path / "net"


SMALL = {"resolution": 8, "model_channels": 32, "num_blocks": 1, "num_heads": 2}


def test_precision_is_as_published_or_as_asked(stem):
    published_one, single = load(stem), load(stem, dtype=torch.float32)
    assert published_one.blocks[0].attn.to_qkv.weight.dtype == torch.float16
    assert published_one.out_layer.weight.dtype == torch.float32
    assert {weight.dtype for weight in single.state_dict().values()} == {torch.float32}
    assert not any(weight.requires_grad for weight in single.parameters())
    voxels = SparseVoxels(torch.tensor([[0, 1, 2, 3], [0, 1, 2, 4]]), torch.randn(2, 8))
    half, exact = published_one.head(voxels).feats, single.head(voxels).feats
    assert 0 < (half - exact).abs().max() <= 2e-2 * max(1, exact.abs().max())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda state: state.pop("out_layer.bias"), "lacks weight out_layer.bias"),
        (lambda state: state.update(extra=torch.zeros(1)), "has the unknown weight extra"),
        (
            lambda state: state.update({"out_layer.bias": torch.zeros(3)}),
            r"out_layer.bias is \[3\] instead of \[448\]",
        ),
    ],
    ids=["absent", "unknown", "misshapen"],
)
def test_weights_that_do_not_fit_are_named(stem, change, message):
    state = load_file(f"{stem}.safetensors")
    change(state)
    save_file(state, f"{stem}.safetensors")
    with pytest.raises(MaquetteError, match=message):
        load(stem)


def test_damaged_and_missing_files_are_named(stem):
    Path(f"{stem}.safetensors").write_bytes(b"not weights")
    with pytest.raises(MaquetteError, match=r"net\.safetensors is damaged"):
        load(stem)
    Path(f"{stem}.safetensors").unlink()
    with pytest.raises(MaquetteError, match=r"net\.safetensors is missing"):
        load(stem)


@pytest.mark.parametrize(
    ("name", "changes", "message"),
    [
        ("SomeOtherModel", {}, "'SomeOtherModel' is not one of TRELLIS"),
        ("SLatGaussianDecoder", {"new_trick": 1}, "new_trick are unknown"),
        ("SLatGaussianDecoder", {"attn_mode": "serialized"}, "attn_mode 'serialized'"),
        ("SLatGaussianDecoder", {"pe_mode": "rope"}, "pe_mode 'rope'"),
    ],
)
def test_networks_of_later_versions_are_refused_by_what_is_new(name, changes, message):
    _, args = published()["slat_dec_gs_swin8_B_64l8gs32_fp16"]
    with pytest.raises(MaquetteError, match=message), torch.device("meta"):
        build(name, args | changes)
