import math

import pytest

torch = pytest.importorskip("torch")

from maquette.nn import attention, grouping  # noqa: E402
from maquette.nn.attention import CrossAttention, SelfAttention, attend, attend_context  # noqa: E402
from maquette.nn.embeddings import rotary_phases, rotate  # noqa: E402
from maquette.nn.grouping import group_rows, uniform_grouping  # noqa: E402
from maquette.nn.sparse import window_labels  # noqa: E402

from .scenes import scattered  # noqa: E402

pytestmark = pytest.mark.torch
HEADS, CHANNELS = 3, 8


def written_out(q, k, v, related):
    """Softmax attention with a mask of all rows against all: [N, H, D], related [N, M]."""
    logits = torch.einsum("nhd,mhd->hnm", q, k) / math.sqrt(q.shape[-1])
    logits = logits.masked_fill(~related, -torch.inf)
    return torch.einsum("hnm,mhd->nhd", logits.softmax(-1), v)


def random_heads(rows, count=3):
    generator = torch.Generator().manual_seed(rows)
    return [torch.randn(rows, HEADS, CHANNELS, generator=generator) for _ in range(count)]


def labels_of(lengths, shuffled=True):
    labels = torch.cat([torch.full((length,), label) for label, length in enumerate(lengths)])
    return (
        labels[torch.randperm(len(labels), generator=torch.Generator().manual_seed(0))]
        if shuffled
        else labels
    )


@pytest.mark.parametrize(
    "labels",
    [
        labels_of([1]),
        labels_of([7, 7, 7], shuffled=False),
        labels_of([7, 7, 7]),
        labels_of([1, 30, 2, 9, 8, 31, 1]),
        labels_of([5, 0, 6]) * 2 + 1,
    ],
    ids=["one row", "dense", "shuffled", "of all lengths", "with gaps"],
)
@pytest.mark.parametrize("limit", [1 << 15, 16], ids=["few buckets", "many buckets"])
def test_rows_attend_to_their_group_only(labels, limit, monkeypatch):
    monkeypatch.setattr(grouping, "_BUCKET_ROWS", limit)
    q, k, v = random_heads(len(labels))
    expected = written_out(q, k, v, labels[:, None] == labels)
    torch.testing.assert_close(attend(q, k, v, group_rows(labels)), expected)


@pytest.mark.parametrize("lengths", [[11], [7, 7], [3, 9, 10, 1]], ids=["one", "dense", "padded"])
def test_queries_in_chunks_give_the_same(lengths, monkeypatch):
    q, k, v = random_heads(sum(lengths))
    grouped = group_rows(labels_of(lengths, shuffled=False))
    whole, asked = attend(q, k, v, grouped), []

    def counted(q, k, v, **options):
        asked.append(q.shape[:3].numel() * k.shape[2])
        return torch.nn.functional.scaled_dot_product_attention(q, k, v, **options)

    monkeypatch.setattr(attention, "scaled_dot_product_attention", counted)
    monkeypatch.setattr(attention, "_SCORES", 64)
    monkeypatch.setattr(attention, "_FRUGAL", ())
    torch.testing.assert_close(attend(q, k, v, grouped), whole)
    assert len(asked) > len(lengths)
    assert max(asked) <= max(64, 2 * HEADS * max(lengths))  # or a single query of every group


@pytest.mark.parametrize("labels", [labels_of([6, 6], False), labels_of([9, 4]), labels_of([0, 5])])
def test_rows_attend_to_the_context_of_their_sample(labels):
    q = random_heads(len(labels), 1)[0]
    k, v = (part.view(2, 10, HEADS, CHANNELS) for part in random_heads(20, 2))
    owner = torch.arange(2).repeat_interleave(10)
    expected = written_out(q, k.flatten(0, 1), v.flatten(0, 1), labels[:, None] == owner)
    torch.testing.assert_close(attend_context(q, k, v, group_rows(labels)), expected)


def test_a_dense_batch_needs_no_gathering():
    assert group_rows(labels_of([4, 4], shuffled=False)) == uniform_grouping(2, 4)


@pytest.mark.parametrize(("size", "shift"), [(4, 0), (4, 2), (3, 1)])
def test_windows_hold_what_lies_in_one_box_of_one_sample(size, shift):
    voxels = scattered(80, 10, 1)
    labels = window_labels(voxels.coords, size, shift)
    boxes = [(b, *((c + shift) // size for c in place)) for b, *place in voxels.coords.tolist()]
    numbers = {box: len(boxes) for box in boxes}
    assert len(numbers) == len(set(labels.tolist())) == len(set(zip(boxes, labels.tolist(), strict=True)))
    assert voxels.grid.windows(size, shift) is voxels.grid.windows(size, shift)


@torch.no_grad()
def test_normed_heads_have_the_length_that_gamma_and_their_size_give():
    layer = SelfAttention(CHANNELS * HEADS, HEADS, qk_rms_norm=True)
    q = layer.q_rms_norm(random_heads(5)[0] * 100)
    torch.testing.assert_close(q.norm(dim=-1), torch.full((5, HEADS), math.sqrt(CHANNELS)))
    layer.q_rms_norm.gamma.mul_(2)
    torch.testing.assert_close(layer.q_rms_norm(random_heads(5)[0]), 2 * q)


@torch.no_grad()
def test_self_attention_is_that_of_torch():
    torch.manual_seed(0)
    layer = SelfAttention(24, HEADS, qk_rms_norm=False)
    peer = torch.nn.MultiheadAttention(24, HEADS, batch_first=True)
    peer.in_proj_weight.copy_(layer.to_qkv.weight)
    peer.in_proj_bias.copy_(layer.to_qkv.bias)
    peer.out_proj.load_state_dict(layer.to_out.state_dict())
    x = torch.randn(2, 5, 24)
    found = layer(x.flatten(0, 1), uniform_grouping(2, 5))
    torch.testing.assert_close(found.view(2, 5, 24), peer(x, x, x, need_weights=False)[0])


@torch.no_grad()
def test_cross_attention_of_a_single_context_row_gives_its_value():
    layer = CrossAttention(24, 6, HEADS, qk_rms_norm=True)
    context = torch.randn(2, 1, 6)
    found = layer(torch.randn(7, 24), context, group_rows(torch.tensor([0, 0, 0, 0, 1, 1, 1])))
    value = layer.to_out(layer.to_kv(context[:, 0])[:, 24:])
    torch.testing.assert_close(found, value[[0, 0, 0, 0, 1, 1, 1]])


def test_turned_queries_and_keys_see_only_differences_of_places():
    places = torch.randint(0, 30, (6, 3), generator=torch.Generator().manual_seed(0))
    q, k = (torch.randn(6, 1, 128, generator=torch.Generator().manual_seed(seed)) for seed in (1, 2))

    def products(shift):
        phases = rotary_phases(places + shift, 128)
        return torch.einsum("nhd,mhd->nm", rotate(q, phases), rotate(k, phases))

    torch.testing.assert_close(products(0), products(torch.tensor([3, 1, 7])), atol=1e-3, rtol=1e-4)
    assert (products(0) - torch.einsum("nhd,mhd->nm", q, k)).abs().max() > 1


def test_turning_is_a_complex_product():
    phases = rotary_phases(torch.tensor([[1, 2, 3], [0, 5, 9]]), 128)
    x = torch.randn(2, 4, 128, generator=torch.Generator().manual_seed(0))
    pairs = torch.view_as_complex(x.unflatten(-1, (-1, 2)).contiguous())
    expected = torch.view_as_real(pairs * torch.polar(torch.ones(2, 64), phases)[:, None]).flatten(-2)
    torch.testing.assert_close(rotate(x, phases), expected)
    assert phases[:, 63].tolist() == [0, 0]  # 3 times 21 angles turn; the last pair stands still
    assert phases[0, 21].item() == 2
