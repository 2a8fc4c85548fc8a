import pytest

torch = pytest.importorskip("torch")

from maquette.nn.attention import attend, attend_context  # noqa: E402
from maquette.nn.blocks import ModulatedCrossBlock  # noqa: E402
from maquette.nn.grouping import uniform_grouping  # noqa: E402
from maquette.nn.mixing import MixerBlock  # noqa: E402

pytestmark = pytest.mark.torch


def test_a_mixer_reaches_every_place_but_no_other_sample() -> None:
    torch.manual_seed(0)
    block = MixerBlock(6, 4, 8, 8)
    x = torch.randn(2, 6, 4, requires_grad=True)
    block(x)[0, 5].sum().backward()
    assert (x.grad[0].abs().sum(-1) > 0).all()
    assert not x.grad[1].any()


def test_attention_written_out_for_processors_is_the_same_attention() -> None:
    samples = uniform_grouping(2, 5)
    q, k, v = torch.randn(3, 10, 2, 8, generator=torch.Generator().manual_seed(0)).bfloat16()
    context_k, context_v = torch.randn(2, 2, 7, 2, 8, generator=torch.Generator().manual_seed(1)).bfloat16()
    with torch.no_grad():
        kernel = attend(q, k, v, samples), attend_context(q, context_k, context_v, samples)
    written = attend(q, k, v, samples), attend_context(q, context_k, context_v, samples)
    for a, b in zip(kernel, written, strict=True):
        assert torch.allclose(a.float(), b.float(), atol=2e-2)


def test_uniform_samples_need_no_list_of_rows() -> None:
    torch.manual_seed(0)
    block = ModulatedCrossBlock(8, 8, 2, 16, shared_modulation=True)
    x, signal, context = torch.randn(6, 8), torch.randn(2, 48), torch.randn(2, 3, 8)
    samples = uniform_grouping(2, 3)
    listed = block(x, signal, context, samples, torch.tensor([0, 0, 0, 1, 1, 1]))
    assert torch.equal(block(x, signal, context, samples, None), listed)
