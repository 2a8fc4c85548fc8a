"""The flow: what it is told has to matter, and nothing else."""

import pytest

torch = pytest.importorskip("torch")

from maquette.models.starter.config import StarterConfig  # noqa: E402
from maquette.models.starter.flow import StarterFlow, both  # noqa: E402
from maquette.models.starter.layers import OwnLinear  # noqa: E402

pytestmark = pytest.mark.torch
CONFIG = StarterConfig.tiny().flow


@pytest.fixture(scope="module")
def flow():
    torch.manual_seed(0)
    model = StarterFlow(CONFIG).eval()
    with torch.no_grad():
        for parameter in model.parameters():  # away from the zeros that it starts with
            parameter.add_(0.1 * torch.randn_like(parameter))
    return model


def inputs(count=2):
    generator = torch.Generator().manual_seed(1)
    shape = torch.randn(count, CONFIG.tokens, CONFIG.token_channels, generator=generator)
    slots = torch.randn(count, CONFIG.slots, CONFIG.slot_channels, generator=generator)
    words = torch.randint(1, CONFIG.word_buckets, (count, CONFIG.words), generator=generator)
    grams = torch.randint(0, CONFIG.gram_buckets, (count, CONFIG.words, CONFIG.grams), generator=generator)
    return shape, slots, words, grams


@torch.no_grad()
def test_samples_of_a_batch_do_not_see_each_other(flow) -> None:
    shape, slots, words, grams = inputs(3)
    times = torch.tensor([0.2, 0.5, 0.9])
    together = flow(shape, slots, times, times.flip(0), flow.read(words, grams)[0])
    for i in range(3):
        row = slice(i, i + 1)
        alone = flow(
            shape[row], slots[row], times[row], times.flip(0)[row], flow.read(words[row], grams[row])[0]
        )
        for one, all_of_them in zip(alone, together, strict=True):
            assert torch.allclose(one, all_of_them[row], atol=1e-5)


@torch.no_grad()
@pytest.mark.parametrize("changed", ["shape", "slots", "shape_time", "slots_time", "words", "picture"])
def test_both_velocities_depend_on_everything_that_is_told(flow, changed) -> None:
    shape, slots, words, grams = inputs()
    picture = torch.rand(2, CONFIG.picture, CONFIG.picture, 4, generator=torch.Generator().manual_seed(2))
    told = {
        "shape": shape,
        "slots": slots,
        "shape_time": torch.full((2,), 0.5),
        "slots_time": torch.full((2,), 0.5),
        "words": words,
        "picture": picture,
    }

    def velocities(told):
        context = both(flow.read(told["words"], grams)[0], flow.see(told["picture"])[0])
        return flow(told["shape"], told["slots"], told["shape_time"], told["slots_time"], context)

    other = {**told, changed: told[changed].flip(0) if changed == "words" else 0.5 * told[changed]}
    for before, after in zip(velocities(told), velocities(other), strict=True):
        assert (before - after).abs().max() > 1e-4


def test_every_token_has_a_layer_of_its_own() -> None:
    layer = OwnLinear(3, 2, 4)
    x = torch.randn(5, 3, 2)
    expected = torch.stack([x[:, i] @ layer.weight[i] + layer.bias[i] for i in range(3)], dim=1)
    assert torch.allclose(layer(x), expected, atol=1e-6)
