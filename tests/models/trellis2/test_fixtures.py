"""Every network against what the reference computed with the same small random weights."""

import pytest

torch = pytest.importorskip("torch")

from maquette.models.trellis2 import load  # noqa: E402
from maquette.nn.sparse import SparseVoxels  # noqa: E402
from maquette.sampling.flow_euler import Conditioning, FlowEuler  # noqa: E402
from tests.models.cases import Cases, assert_near  # noqa: E402

pytestmark = pytest.mark.torch

CASES = Cases("trellis2")


def loaded(case):
    return load(CASES.folder(case) / "model"), CASES.tensors(case)


@torch.no_grad()
def test_structure_flow():
    network, io = loaded("t2_ss_flow")
    assert_near(network(io["x"], io["t"], io["cond"]), io["y"])


@torch.no_grad()
def test_shape_encoder():
    network, io = loaded("t2_shape_enc")
    places, crossed = (SparseVoxels(io["coords"], io[name]) for name in ("dual", "intersected"))
    mean, logvar = network(places, crossed)
    assert torch.equal(mean.coords, io["lat_coords"])
    assert_near(mean.feats, io["mean"])
    assert_near(logvar.feats, io["logvar"])
    joined = torch.cat([io["dual"], io["intersected"].float()], dim=1) - 0.5
    assert_near(network(SparseVoxels(io["coords"], joined))[0].feats, io["mean"])


@torch.no_grad()
def test_shape_decoder():
    network, io = loaded("t2_shape_dec")
    voxels = SparseVoxels(io["coords"], io["z"])
    head, subdivisions = network(voxels)
    assert torch.equal(head.coords, io["head_coords"])
    assert_near(head.feats, io["head"])
    assert len(subdivisions) == 2
    for number, logits in enumerate(subdivisions):
        assert torch.equal(logits.coords, io[f"sub{number}_coords"])
        assert_near(logits.feats, io[f"sub{number}_logits"])
    assert torch.equal(network.upsample(voxels, 2).coords, io["upsample2_coords"])


@pytest.mark.parametrize(
    ("case", "sampler"),
    [
        ("ss", FlowEuler(12, 6.5, (0.6, 1.0), 5.0, rescale_guidance=0.7)),
        ("shape", FlowEuler(12, 6.5, (0.6, 1.0), 3.0, rescale_guidance=0.5)),
        ("tex", FlowEuler(12, 0.0, (0.6, 0.9), 3.0)),
    ],
)
def test_samplers(case, sampler):
    io = CASES.tensors("t2_samplers")

    def velocity(x, t, condition):
        return torch.tanh(x @ io["W"]) + 0.5 * condition + (t[:, None] / 1000 - 0.5) * x

    found = sampler.sample(velocity, io["noise"], Conditioning([io["cond"]], io["neg"]))
    assert_near(found, io[case], 1e-5)
