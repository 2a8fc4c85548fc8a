"""Blocks and networks against dense volumes, and what follows from their definition."""

import pytest

torch = pytest.importorskip("torch")

from maquette.models.trellis2 import build  # noqa: E402
from maquette.models.trellis2.blocks import ConvNeXtBlock, DownBlock, UpBlock  # noqa: E402
from maquette.models.trellis2.vae import guide_to  # noqa: E402
from maquette.nn.sparse import SparseVoxels  # noqa: E402
from tests.fakes.tiny_trellis2 import small  # noqa: E402
from tests.nn.scenes import at, dense, scattered  # noqa: E402

pytestmark = pytest.mark.torch

functional = torch.nn.functional
SIDE = 6


def convolved(layer, volume):
    """A sparse layer's weights on a dense volume [B, C, X, Y, Z]."""
    return functional.conv3d(volume, layer.weight.permute(0, 4, 1, 2, 3), layer.bias, padding=1)


def masked(volume, voxels):
    """Zero where no voxel is, as a submanifold convolution sees it."""
    return volume * dense(voxels.with_feats(torch.ones(len(voxels.coords), 1)), volume.shape[-1])


def normed(volume, norm=None):
    channels = volume.shape[1:2]
    affine = (None, None) if norm is None else (norm.weight, norm.bias)
    return functional.layer_norm(volume.movedim(1, -1), channels, *affine, eps=1e-6).movedim(-1, 1)


def randomised(block):
    for parameter in block.parameters():
        torch.nn.init.normal_(parameter, std=0.3)
    return block


@pytest.fixture
def voxels():
    torch.manual_seed(0)
    return scattered(40, SIDE, 16)


@torch.no_grad()
def test_a_convnext_block_is_the_dense_one_at_active_places(voxels):
    block = randomised(ConvNeXtBlock(16))
    h = at(normed(convolved(block.conv, dense(voxels, SIDE)), block.norm), voxels.coords)
    expected = voxels.feats + block.mlp[2](functional.silu(block.mlp[0](h)))
    torch.testing.assert_close(block(voxels).feats, expected, atol=1e-4, rtol=1e-4)


def spread_out(volume):
    """Channels [B, 8 C, X, Y, Z] to space [B, C, 2 X, 2 Y, 2 Z], child x + 2 y + 4 z."""
    parts = volume.unflatten(1, (2, 2, 2, -1))  # z, y, x, C
    return parts.permute(0, 4, 5, 3, 6, 2, 7, 1).flatten(6).flatten(4, 5).flatten(2, 3)


@torch.no_grad()
def test_an_up_block_is_the_dense_one_where_children_are(voxels):
    block = randomised(UpBlock(16, 4, predicts=True))
    fine, logits = block(voxels, None)
    torch.testing.assert_close(logits.feats, block.to_subdiv(voxels.feats))
    volume = dense(voxels, SIDE)
    there = spread_out(dense(voxels.with_feats((logits.feats > 0).float()), SIDE))
    assert sorted(fine.coords.tolist()) == there[:, 0].nonzero().tolist()
    h = masked(functional.silu(normed(volume, block.norm1)), voxels)
    h = spread_out(convolved(block.conv1, h)) * there
    h = convolved(block.conv2, functional.silu(normed(h)) * there)
    skip = spread_out(volume).repeat_interleave(2, dim=1)
    torch.testing.assert_close(fine.feats, at(h + skip, fine.coords), atol=1e-4, rtol=1e-4)


@torch.no_grad()
def test_a_down_block_is_the_dense_one_where_parents_are(voxels):
    block = randomised(DownBlock(16, 64))
    coarse = block(voxels)
    assert torch.equal(coarse.coords, voxels.grid.parents[0].coords)

    def packed(volume):  # the inverse of spread_out
        parts = volume.unflatten(4, (-1, 2)).unflatten(3, (-1, 2)).unflatten(2, (-1, 2))
        return parts.permute(0, 7, 5, 3, 1, 2, 4, 6).flatten(1, 4)

    volume = dense(voxels, SIDE)
    h = masked(functional.silu(normed(volume, block.norm1)), voxels)
    h = packed(masked(convolved(block.conv1, h), voxels))
    h = convolved(block.conv2, masked(functional.silu(normed(h)), coarse))
    skip = packed(volume).unflatten(1, (64, 2)).mean(2)
    torch.testing.assert_close(coarse.feats, at(h + skip, coarse.coords), atol=1e-4, rtol=1e-4)


@torch.no_grad()
def test_a_guide_leads_back_to_the_voxels_it_was_made_from():
    voxels = scattered(60, 32, 6)
    coarse = voxels.grid
    for _ in range(4):
        coarse = coarse.parents[0]
    guide = guide_to(voxels.grid, 4)
    assert torch.equal(guide[0].coords, coarse.coords)
    torch.manual_seed(0)
    decoder = build(*small("tex_dec_next_dc_f16c32_fp16", 12))
    fine = decoder(SparseVoxels(coarse.coords, torch.randn(len(coarse.coords), 8)), guide)
    assert sorted(fine.coords.tolist()) == sorted(voxels.coords.tolist())
    assert fine.feats.shape == (len(voxels.coords), 6)


@torch.no_grad()
def test_a_texture_follows_the_subdivision_of_its_shape():
    torch.manual_seed(0)
    shape = build(*small("shape_dec_next_dc_f16c32_fp16", 12))
    texture = build(*small("tex_dec_next_dc_f16c32_fp16", 12))
    latents = scattered(20, 4, 8, batch=1)
    head, subdivisions = shape(latents)
    assert head.feats.shape[1] == 7
    assert torch.equal(texture(latents, subdivisions).coords, head.coords)
    assert torch.equal(shape.upsample(latents, 4).coords, head.coords)


@torch.no_grad()
def test_autoencoders_in_half_precision_are_near_to_single():
    voxels = scattered(200, 32, 6)
    guide = guide_to(voxels.grid, 4)
    latents = guide[0].with_feats(torch.randn(len(guide[0].coords), 8))
    for name, call in (
        ("tex_enc_next_dc_f16c32_fp16", lambda network: network(voxels)[0]),
        ("tex_dec_next_dc_f16c32_fp16", lambda network: network(latents, guide)),
    ):
        torch.manual_seed(0)
        kind, args = small(name)
        single, half = build(kind, args), build(kind, args | {"use_fp16": True})
        half.load_state_dict(single.state_dict())
        assert half.blocks[1][-1].conv2.weight.dtype == torch.float16
        exact, found = call(single).feats, call(half).feats
        assert found.dtype == torch.float32
        assert 0 < (found - exact).abs().max() <= 2e-2 * max(1, exact.abs().max())


@torch.no_grad()
def test_samples_of_a_batch_do_not_see_each_other():
    torch.manual_seed(0)
    flow = build(*small("slat_flow_imgshape2tex_dit_1_3B_512_bf16", 12))
    both = scattered(30, 8, 8)
    known = both.with_feats(torch.randn(len(both.coords), 8))
    t, cond = torch.tensor([100.0, 900.0]), torch.randn(2, 5, 12)
    together = flow(both, t, cond, known).feats
    for sample in range(2):
        rows = both.coords[:, 0] == sample
        coords = both.coords[rows] * torch.tensor([0, 1, 1, 1], dtype=torch.int32)
        one = SparseVoxels(coords, torch.cat([both.feats, known.feats], dim=1)[rows])
        alone = flow(one, t[sample : sample + 1], cond[sample : sample + 1]).feats
        torch.testing.assert_close(together[rows], alone, atol=1e-5, rtol=1e-4)


@torch.no_grad()
def test_dense_and_sparse_flows_are_the_same_network():
    torch.manual_seed(0)
    kind, args = small("ss_flow_img_dit_1_3B_64_bf16", 12)
    dense_flow = build(kind, args | {"resolution": 4})
    sparse_flow = build("SLatFlowModel", args)
    state = {key: value for key, value in dense_flow.state_dict().items() if key != "rope_phases"}
    sparse_flow.load_state_dict(state)
    side = torch.arange(4)
    coords = functional.pad(torch.cartesian_prod(side, side, side), (1, 0)).int()
    x, t, cond = torch.randn(1, 8, 4, 4, 4), torch.tensor([500.0]), torch.randn(1, 5, 12)
    rows = sparse_flow(SparseVoxels(coords, x[0].flatten(1).T.contiguous()), t, cond).feats
    torch.testing.assert_close(rows, dense_flow(x, t, cond)[0].flatten(1).T, atol=1e-5, rtol=1e-4)
