"""Every network against what the reference computed with the same small random weights."""

import json

import pytest

torch = pytest.importorskip("torch")

from maquette.models.trellis import load  # noqa: E402
from maquette.nn.sparse import SparseVoxels  # noqa: E402

from .cases import FOLDER, assert_near, needs_cases, tensors  # noqa: E402

pytestmark = [pytest.mark.torch, needs_cases]


def loaded(case):
    return load(FOLDER / case / "model"), tensors(case)


@torch.no_grad()
def test_structure_flow():
    network, io = loaded("ss_flow_image")
    assert_near(network.t_embedder(io["t"]), io["t_emb"])
    assert_near(network(io["x"], io["t"], io["cond"]), io["y"])


@torch.no_grad()
def test_structure_decoder():
    network, io = loaded("ss_dec")
    logits = network(io["z"])
    assert_near(logits, io["y"])
    occupied = (logits[:, 0] > 0).nonzero().int()
    assert torch.equal(occupied, io["coords"])


@torch.no_grad()
def test_structure_encoder():
    network, io = loaded("ss_enc")
    mean, logvar = network(io["x"])
    assert_near(mean, io["mean"])
    assert_near(logvar, io["logvar"])


@torch.no_grad()
def test_slat_flow():
    network, io = loaded("slat_flow_image")
    voxels = SparseVoxels(coords=io["coords"], feats=io["x"])
    seen = {}
    for name in ("input_blocks.0", "input_blocks.1", "out_blocks.0", "out_blocks.1"):
        network.get_submodule(name).register_forward_hook(
            lambda _, __, result, name=name: seen.update({name: result})
        )
    result = network(voxels, io["t"], io["cond"])
    for name, case in (
        ("input_blocks.0", "in0"),
        ("input_blocks.1", "in1"),
        ("out_blocks.0", "out0"),
        ("out_blocks.1", "out1"),
    ):
        assert torch.equal(seen[name].coords, io[f"{case}_coords"]), name
        assert_near(seen[name].feats, io[f"{case}_feats"])
    assert torch.equal(result.coords, io["coords"])
    assert_near(result.feats, io["y"])


@torch.no_grad()
def test_slat_encoder():
    network, io = loaded("slat_enc")
    mean, logvar = network(SparseVoxels(io["coords"], io["x"]))
    assert_near(mean.feats, io["mean"])
    assert_near(logvar.feats, io["logvar"])


@torch.no_grad()
def test_gaussian_decoder():
    network, io = loaded("slat_dec_gs")
    voxels = SparseVoxels(io["coords"], io["x"])
    assert_near(network.head(voxels).feats, io["head"])
    samples = network(voxels)
    assert len(samples) == 2
    for number, splats in enumerate(samples):
        assert_near(splats.means, io[f"g{number}_xyz"])
        assert_near(splats.scales, io[f"g{number}_scaling"])
        assert_near(splats.rotations, io[f"g{number}_rotation"])
        assert_near(splats.opacities, io[f"g{number}_opacity"])
        assert_near(splats.sh_dc, io[f"g{number}_features_dc"])


@torch.no_grad()
def test_mesh_decoder():
    network, io = loaded("slat_dec_mesh")
    voxels = SparseVoxels(io["coords"], io["x"])
    head = network.head(voxels)
    assert torch.equal(head.coords, io["head_coords"])
    assert_near(head.feats, io["head"])
    for number, (vertices, faces, attributes) in enumerate(network(voxels)):
        assert torch.equal(faces, io[f"m{number}_faces"])
        assert (vertices - io[f"m{number}_vertices"]).abs().max() <= 1e-4
        assert_near(attributes, io[f"m{number}_attrs"])


def test_no_network_of_the_index_is_left_out():
    index = json.loads((FOLDER / "index.json").read_text())
    networks = {case for case, entry in index.items() if entry["model"]}
    tested = {
        "ss_flow_image",
        "ss_dec",
        "ss_enc",
        "slat_flow_image",
        "slat_enc",
        "slat_dec_gs",
        "slat_dec_mesh",
    }
    assert networks == tested
