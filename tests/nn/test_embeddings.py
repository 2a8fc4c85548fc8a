import math

import pytest

torch = pytest.importorskip("torch")

from maquette.nn.embeddings import position_features, time_features  # noqa: E402

pytestmark = pytest.mark.torch


def test_times_are_cosines_then_sines():
    features = time_features(torch.tensor([500.0]), 8)[0]
    angles = [500 * 10000 ** (-k / 4) for k in range(4)]
    expected = [math.cos(a) for a in angles] + [math.sin(a) for a in angles]
    torch.testing.assert_close(features, torch.tensor(expected), atol=1e-4, rtol=0)


def test_places_are_sines_then_cosines_axis_by_axis_and_padded():
    features = position_features(torch.tensor([[3, 0, 7]]), 16)[0]
    expected = [f(c * 10000 ** (-k / 2)) for c in (3, 0, 7) for f in (math.sin, math.cos) for k in range(2)]
    torch.testing.assert_close(features, torch.tensor([*expected, 0, 0, 0, 0]))
