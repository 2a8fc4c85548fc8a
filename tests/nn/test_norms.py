import pytest

torch = pytest.importorskip("torch")

from maquette.nn.norms import ChannelNorm32, LayerNorm32, SparseGroupNorm32  # noqa: E402

from .scenes import scattered  # noqa: E402

pytestmark = pytest.mark.torch


@torch.no_grad()
def test_sparse_groups_have_the_statistics_of_their_own_sample():
    voxels = scattered(40, 8, 12, batch=3)
    voxels = voxels.with_feats(voxels.feats + 5 * voxels.coords[:, :1])
    layer = SparseGroupNorm32(12, groups=4)
    layer.weight.copy_(torch.arange(12.0))
    out = layer(voxels).feats
    for sample in range(3):
        rows = voxels.coords[:, 0] == sample
        values = voxels.feats[rows].view(-1, 4, 3)
        mean, variance = values.mean((0, 2)), values.var((0, 2), unbiased=False)
        expected = (values - mean[:, None]) / (variance[:, None] + 1e-5).sqrt()
        torch.testing.assert_close(out[rows], expected.flatten(1) * torch.arange(12.0))


@pytest.mark.parametrize("layer", [LayerNorm32(6, False, 1e-6), ChannelNorm32(6, True, 1e-5)])
def test_norms_compute_in_single_precision_and_answer_in_the_given_one(layer):
    x = 300 + torch.randn(2, 6, 6, 6, 6, generator=torch.Generator().manual_seed(0)).half()
    out = layer(x)
    assert out.dtype == torch.float16
    torch.testing.assert_close(out, layer(x.float()).half())


def test_channels_of_a_volume_are_normed_at_each_place():
    x = torch.randn(2, 6, 3, 4, 5, generator=torch.Generator().manual_seed(0))
    out = ChannelNorm32(6, False, 1e-5)(x)
    torch.testing.assert_close(out.mean(1), torch.zeros(2, 3, 4, 5), atol=1e-6, rtol=0)
    torch.testing.assert_close(out[1, :, 2, 3, 4], torch.nn.functional.layer_norm(x[1, :, 2, 3, 4], (6,)))
