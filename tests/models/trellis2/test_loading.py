"""Networks are those of the published files: every name, shape and precision."""

import json
import math

import pytest

torch = pytest.importorskip("torch")

from safetensors.torch import load_file, save_file  # noqa: E402

from maquette.models.trellis2 import build, load  # noqa: E402
from maquette.models.trellis2.configurations import published  # noqa: E402
from maquette.protocol import MaquetteError  # noqa: E402
from maquette.weights import REGISTRY  # noqa: E402
from tests.fakes.tiny_trellis2 import small, write_network  # noqa: E402
from tests.models.cases import Cases  # noqa: E402

pytestmark = pytest.mark.torch

MANIFESTS = Cases("trellis2").manifests


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


def test_published_configurations_are_known_by_name():
    manifests = {path.stem: json.loads(path.read_text()) for path in MANIFESTS}
    assert published() == {name: (each["name"], each["args"]) for name, each in manifests.items()}


@pytest.fixture
def stem(tmp_path):
    kind, args = small("ss_flow_img_dit_1_3B_64_bf16", 12)
    write_network(tmp_path / "net", kind, args | {"resolution": 4, "dtype": "bfloat16"}, 0)
    return tmp_path / "net"


def inputs():
    generator = torch.Generator().manual_seed(0)
    x, cond = torch.randn(2, 8, 4, 4, 4, generator=generator), torch.randn(2, 5, 12, generator=generator)
    return x, torch.tensor([300.0, 700.0]), cond


@torch.no_grad()
def test_rotations_may_be_in_the_file_or_not(stem):
    without = load(stem)
    state = load_file(f"{stem}.safetensors")
    assert "rope_phases" not in state
    save_file(state | {"rope_phases": without.rope_phases}, f"{stem}.safetensors")
    x, t, cond = inputs()
    assert torch.equal(load(stem)(x, t, cond), without(x, t, cond))


@torch.no_grad()
def test_precision_is_as_published_or_as_asked(stem):
    published_one, single = load(stem), load(stem, dtype=torch.float32)
    assert published_one.blocks[0].mlp.mlp[0].weight.dtype == torch.bfloat16
    assert published_one.adaLN_modulation[1].weight.dtype == torch.float32
    x, t, cond = inputs()
    half, exact = published_one(x, t, cond), single(x, t, cond)
    assert half.dtype == torch.float32
    assert 0 < (half - exact).abs().max() <= 2e-2 * max(1, exact.abs().max())


def test_a_weight_that_is_missing_is_named(stem):
    state = load_file(f"{stem}.safetensors")
    del state["out_layer.bias"]
    save_file(state, f"{stem}.safetensors")
    with pytest.raises(MaquetteError, match=r"lacks weight out_layer\.bias"):
        load(stem)


@pytest.mark.parametrize(
    ("name", "changes", "message"),
    [
        ("SomeOtherModel", {}, "'SomeOtherModel' is not one of TRELLIS.2"),
        ("SparseUnetVaeDecoder", {"new_trick": 1}, "new_trick are unknown"),
        ("SparseUnetVaeDecoder", {"up_block_type": ["Other"]}, "up_block_type 'Other'"),
        ("SparseStructureFlowModel", {"pe_mode": "ape"}, "pe_mode 'ape'"),
        ("SparseStructureFlowModel", {"dtype": "int4"}, "precision 'int4'"),
    ],
)
def test_networks_of_later_versions_are_refused_by_what_is_new(name, changes, message):
    source = "ss_flow_img_dit_1_3B_64_bf16" if "Flow" in name else "tex_dec_next_dc_f16c32_fp16"
    with pytest.raises(MaquetteError, match=message), torch.device("meta"):
        build(name, published()[source][1] | changes)


def test_what_is_said_of_downloads_is_the_size_of_the_networks():
    """Headers of the files and descriptions are a ten-thousandth."""
    width = {"float32": 4, "float16": 2, "bfloat16": 2, "complex64": 8}
    for name in ("shape-512", "texture-512", "shape-1024", "texture-1024", "encoder", "texture-encoder"):
        entry = REGISTRY[f"trellis2-{name}"]
        held = {file.pattern.removeprefix("ckpts/").removesuffix(".json") for file in entry.files}
        total = 0
        for path in MANIFESTS:
            if path.stem in held:
                weights = json.loads(path.read_text())["state_dict"].values()
                total += sum(math.prod(shape) * width[dtype] for shape, dtype in weights)
        assert total < entry.size_bytes < total * 1.0001
