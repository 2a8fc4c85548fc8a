import pytest

torch = pytest.importorskip("torch")

from maquette.nn.blocks import ModulatedCrossBlock, TransformerBlock  # noqa: E402
from maquette.nn.grouping import uniform_grouping  # noqa: E402
from maquette.nn.sparse import Grid  # noqa: E402

from .scenes import scattered  # noqa: E402

pytestmark = pytest.mark.torch
WIDTH, HEADS = 24, 3


def block(**options):
    torch.manual_seed(0)
    return ModulatedCrossBlock(WIDTH, 6, HEADS, 48, **options)


@torch.no_grad()
def test_a_full_sparse_set_and_a_dense_batch_are_the_same_tokens():
    side = torch.arange(3)
    coords = torch.cartesian_prod(torch.arange(2), side, side, side).int()
    grid, layer = Grid(coords[torch.randperm(54, generator=torch.Generator().manual_seed(3))]), block()
    x, signal, context = torch.randn(54, WIDTH), torch.randn(2, WIDTH), torch.randn(2, 5, 6)
    sample = torch.arange(2).repeat_interleave(27)
    dense = layer(x, signal, context, uniform_grouping(2, 27), sample)
    rows = (grid.coords * torch.tensor([27, 9, 3, 1])).sum(1)
    sparse = layer(x[rows], signal, context, grid.samples, grid.coords[:, 0].long())
    torch.testing.assert_close(sparse, dense[rows])


@torch.no_grad()
def test_the_block_is_what_the_paper_writes():
    layer = block(qk_rms_norm=True, qk_rms_norm_cross=True)
    x, signal, context = torch.randn(8, WIDTH), torch.randn(1, WIDTH), torch.randn(1, 5, 6)
    samples, rows = uniform_grouping(1, 8), torch.zeros(8, dtype=torch.int64)
    norm = torch.nn.functional.layer_norm
    shift1, scale1, gate1, shift2, scale2, gate2 = layer.adaLN_modulation(signal).chunk(6, dim=1)
    h = x + gate1 * layer.self_attn(norm(x, (WIDTH,), eps=1e-6) * (1 + scale1) + shift1, samples)
    h = h + layer.cross_attn(layer.norm2(h), context, samples)
    h = h + gate2 * layer.mlp(norm(h, (WIDTH,), eps=1e-6) * (1 + scale2) + shift2)
    torch.testing.assert_close(layer(x, signal, context, samples, rows), h)


@torch.no_grad()
def test_modulations_may_be_computed_once_for_all_blocks():
    own, shared = block(), block(shared_modulation=True)
    shared.load_state_dict({k: v for k, v in own.state_dict().items() if "adaLN" not in k}, strict=False)
    shared.modulation.copy_(torch.randn(6 * WIDTH))
    x, signal, context = torch.randn(8, WIDTH), torch.randn(2, WIDTH), torch.randn(2, 5, 6)
    samples, rows = uniform_grouping(2, 4), torch.arange(2).repeat_interleave(4)
    six = own.adaLN_modulation(signal) - shared.modulation
    torch.testing.assert_close(shared(x, six, context, samples, rows), own(x, signal, context, samples, rows))


@torch.no_grad()
def test_windows_do_not_see_each_other():
    torch.manual_seed(0)
    voxels, layer = scattered(60, 8, WIDTH), TransformerBlock(WIDTH, HEADS, 48)
    windows = voxels.grid.windows(4, 2)
    before = layer(voxels.feats, windows)
    box = torch.cat([voxels.coords[:, :1], (voxels.coords[:, 1:] + 2) // 4], dim=1)
    same = (box == box[0]).all(1)
    changed = voxels.feats.clone()
    changed[0] += 1
    after = layer(changed, windows)
    torch.testing.assert_close(after[~same], before[~same])
    assert 0 < int(same.sum()) - 1 == int(((after != before).any(1) & same).sum()) - 1
