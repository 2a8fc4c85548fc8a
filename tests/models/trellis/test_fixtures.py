"""Every network against what the reference computed with the same small random weights."""

import pytest

torch = pytest.importorskip("torch")

from maquette.models.trellis import load  # noqa: E402
from maquette.nn.convolution import PointConv3d, SubmanifoldConv3d  # noqa: E402
from maquette.nn.embeddings import position_features, time_features  # noqa: E402
from maquette.nn.norms import SparseGroupNorm32  # noqa: E402
from maquette.nn.resample import downsample, subdivide, upsample  # noqa: E402
from maquette.nn.sparse import SparseVoxels, window_labels  # noqa: E402
from maquette.representations.cube_features import extract_from_cubes  # noqa: E402
from maquette.representations.flexicubes import extract  # noqa: E402
from maquette.sampling.flow_euler import Conditioning, FlowEuler  # noqa: E402
from tests.models.cases import Cases, assert_near  # noqa: E402

pytestmark = pytest.mark.torch

CASES = Cases("trellis")
tensors = CASES.tensors


def loaded(case):
    return load(CASES.folder(case) / "model"), tensors(case)


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


def test_embedders():
    io = tensors("embedders")
    assert_near(time_features(io["t"]), io["freq256"])
    for width in (48, 64, 768, 1024, 1280):
        assert_near(position_features(io["coords"], width), io[f"ape_{width}"])


@torch.no_grad()
def test_sparse_operations():
    io = tensors("sparse_ops")
    voxels = SparseVoxels(io["coords"], io["x"])
    coarse, fine = downsample(voxels), subdivide(voxels)
    up = upsample(coarse, voxels.grid)
    for found, case in ((coarse, "down"), (up, "up"), (fine, "sub")):
        assert torch.equal(found.coords, io[f"{case}_coords"])
        assert_near(found.feats, io[f"{case}_feats"])
    conv, point, norm = SubmanifoldConv3d(64, 24), PointConv3d(64, 24), SparseGroupNorm32(64)
    for layer, case in ((conv, "conv3"), (point, "conv1"), (norm, "gn")):
        layer.load_state_dict({"weight": io[f"{case}_w"], "bias": io[f"{case}_b"]})
    assert_near(conv(voxels).feats, io["conv3_y"])
    assert_near(point(voxels.feats), io["conv1_y"])
    assert_near(norm(voxels).feats, io["gn_y"])


@pytest.mark.parametrize(("size", "shift"), [(4, 0), (4, 2), (3, 1)])
def test_windows(size, shift):
    io = tensors("sparse_ops")
    labels, expected = window_labels(io["coords"], size, shift), io[f"window_{size}_{shift}_label"]
    assert torch.equal(labels[:, None] == labels, expected[:, None] == expected)


@pytest.mark.parametrize(
    ("case", "sampler"),
    [
        ("image_default", FlowEuler(25, 5.0, (0.5, 1.0), 3.0)),
        ("app_ss", FlowEuler(12, 7.5, (0.5, 1.0), 3.0)),
        ("half_open", FlowEuler(7, 3.0, (0.3, 0.8), 1.0)),
        ("cfg", FlowEuler(9, 4.0, rescale_t=2.0)),
    ],
)
def test_samplers(case, sampler):
    io = tensors("samplers")

    def velocity(x, t, condition):
        return torch.tanh(x @ io["W"]) + 0.5 * condition + (t[:, None] / 1000 - 0.5) * x

    steps = list(sampler.trajectory(velocity, io["noise"], Conditioning([io["cond"]], io["neg"])))
    assert_near(steps[-1].x, io[f"{case}_samples"], 1e-5)
    if f"{case}_x_t" in io:
        assert_near(torch.stack([step.x for step in steps]), io[f"{case}_x_t"], 1e-5)
        assert_near(torch.stack([step.x_0 for step in steps]), io[f"{case}_x_0"], 1e-5)


def test_flexicubes():
    io = tensors("flexicubes_sphere")
    vertices, faces, attributes = extract(
        io["sdf"], io["deform"], io["weights"], int(io["res"]), io["color_logits"]
    )
    assert torch.equal(faces, io["faces"])
    assert (vertices - io["vertices"]).abs().max() <= 1e-4
    assert_near(attributes, io["attrs"])


def test_features_without_colours():
    io = tensors("features2mesh_plain")
    vertices, faces, attributes = extract_from_cubes(io["coords"][:, 1:], io["feats"], int(io["res"]))
    assert torch.equal(faces, io["faces"])
    assert (vertices - io["vertices"]).abs().max() <= 1e-4
    assert attributes.shape == (len(vertices), 0)


def test_no_case_of_the_index_is_left_out():
    tested = {
        *("ss_flow_image", "ss_dec", "ss_enc", "slat_flow_image", "slat_enc", "slat_dec_gs", "slat_dec_mesh"),
        *("embedders", "sparse_ops", "samplers", "flexicubes_sphere", "features2mesh_plain"),
    }
    assert set(CASES.index) == tested
