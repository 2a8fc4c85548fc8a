"""A network that sees a batch in pieces answers as if it had seen it whole."""

from typing import Any

import pytest
import torch
from torch import nn

from maquette.priors.chunks import run_in_chunks
from tests.fakes.tiny_diffusers import _unet_xl

pytestmark = pytest.mark.torch


class Network(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.seen: list[int] = []

    def forward(
        self, x: Any, t: Any, *, control: list[Any], extra: dict[str, Any], scale: list[float]
    ) -> Any:
        self.seen.append(len(x))
        mixed = x + t + control[0] * scale[0] + extra["more"][0]
        return [mixed, -mixed], (mixed * 2,)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 10])
def test_pieces_join_to_the_whole(size: int) -> None:
    whole, cut = Network(), Network()
    run_in_chunks(cut, size)
    generator = torch.Generator().manual_seed(0)
    x, control, more = (torch.randn(7, 3, generator=generator) for _ in range(3))
    options = {"control": [control], "extra": {"more": (more,)}, "scale": [0.5]}
    expected, found = (network(x, torch.tensor(3.0), **options) for network in (whole, cut))
    for one, other in (
        (expected[0][0], found[0][0]),
        (expected[0][1], found[0][1]),
        (expected[1][0], found[1][0]),
    ):
        assert torch.equal(one, other)
    assert max(cut.seen) <= size
    assert sum(cut.seen) == 7


def test_a_published_unet_does_not_notice() -> None:
    unet = _unet_xl(False)
    generator = torch.Generator().manual_seed(1)
    x, text = torch.randn(5, 4, 8, 8, generator=generator), torch.randn(5, 6, 64, generator=generator)
    added = {"text_embeds": torch.randn(5, 32, generator=generator), "time_ids": torch.ones(5, 6)}
    with torch.no_grad():
        expected = unet(x, 10, text, added_cond_kwargs=added, return_dict=False)[0]
        run_in_chunks(unet, 2)
        found = unet(x, 10, encoder_hidden_states=text, added_cond_kwargs=added, return_dict=False)[0]
    torch.testing.assert_close(found, expected, atol=1e-5, rtol=1e-5)
