"""Memory computed on `meta` against memory counted on a processor."""

import gc

import pytest

torch = pytest.importorskip("torch")

from maquette.models.footprint import Allocations, Footprint, footprint  # noqa: E402
from maquette.models.trellis2.loading import build  # noqa: E402
from maquette.models.trellis2.vae import guide_to  # noqa: E402
from maquette.nn.sparse import Grid, SparseVoxels  # noqa: E402

pytestmark = pytest.mark.torch

MB = 1 << 20


def test_what_lives_is_counted_and_what_is_let_go_is_not() -> None:
    with Allocations() as found:
        first = torch.zeros(MB)  # 4 MB
        view = first[:10]
        second = first + 1
        assert (found.live, found.peak) == (8 * MB, 8 * MB)
        del first
        assert found.live == 8 * MB  # the view holds it
        del view
        gc.collect()
        assert found.live == 4 * MB
        second += 1
        third = second.to(torch.float16)
        assert (found.live, found.peak) == (6 * MB, 8 * MB)
    assert third.dtype == torch.float16


def test_a_layer_without_contents_takes_what_arithmetic_says() -> None:
    layer = torch.nn.Linear(1000, 500, device="meta")
    x = torch.empty(2000, 1000, device="meta")
    assert footprint(layer, lambda: layer(x)) == Footprint(4 * (1000 * 500 + 500), 4 * 2000 * 500)


def test_attention_holds_no_scores() -> None:
    q = torch.empty(1, 4, 20_000, 32, device="meta")
    found = footprint(torch.nn.Identity(), lambda: torch.nn.functional.scaled_dot_product_attention(q, q, q))
    assert found.work == q.numel() * 4


@pytest.mark.parametrize("level", [0, 2])
def test_a_sparse_decoder_takes_as_much_on_paper_as_on_a_processor(level: int) -> None:
    """The texture decoder of TRELLIS.2, narrow: real coordinates, features that are there in name only."""
    args = {
        "out_channels": 6,
        "pred_subdiv": False,
        "resolution": 256,
        "model_channels": [64, 32, 16],
        "latent_channels": 8,
        "num_blocks": [1, 1, 1],
        "block_type": ["SparseConvNeXtBlock3d"] * 3,
        "up_block_type": ["SparseResBlockC2S3d"] * 2,
        "block_args": [{"use_checkpoint": False}] * 3,
        "use_fp16": False,
    }
    places = torch.stack(torch.meshgrid(*[torch.arange(24 + 8 * level)] * 3, indexing="ij"), -1).reshape(
        -1, 3
    )
    shell = (places - places.amax() / 2).norm(dim=1).sub(places.amax() / 2.2).abs() < 0.9
    fine = Grid(torch.nn.functional.pad(places[shell], (1, 0)).int())
    found = []
    for device in ("cpu", "meta"):
        guide = guide_to(fine, 2)
        coarse = guide[0].coords
        with torch.device(device):
            network = build("SparseUnetVaeDecoder", args, torch.float32).eval()
        voxels = SparseVoxels(coarse, torch.zeros(len(coarse), 8, device=device))
        found.append(footprint(network, lambda n=network, v=voxels, g=guide: n(v, g)))
    assert found[0].weights == found[1].weights == 4 * sum(p.numel() for p in network.parameters())
    assert found[1].work == pytest.approx(found[0].work, rel=0.02)
    assert found[0].work > 20 * len(fine.coords)
