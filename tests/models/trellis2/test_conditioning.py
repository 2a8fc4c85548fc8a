"""The encoder on its publisher's layout, with small random weights."""

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytest.importorskip("transformers")

from PIL import Image  # noqa: E402

from maquette.models.trellis2.conditioning import PictureEncoder  # noqa: E402
from tests.fakes.tiny_trellis2 import CONTEXT, write_picture_encoder  # noqa: E402

pytestmark = pytest.mark.torch


@pytest.fixture(scope="module")
def encoder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dinov3")
    write_picture_encoder(folder)
    encoder = PictureEncoder.from_pretrained(folder)
    with torch.no_grad():
        encoder.model.norm.weight.fill_(3.0)  # what must not be applied
    return encoder


@pytest.mark.parametrize("side", [64, 128])
def test_pictures_become_all_tokens_normed_without_parameters(encoder, side):
    generator = np.random.default_rng(0)
    pictures = [generator.integers(0, 256, (size, size, 3), np.uint8) for size in (side, 90)]
    tokens = encoder.encode(pictures, side)
    assert tokens.shape == (2, 1 + 4 + (side // 16) ** 2, CONTEXT)
    torch.testing.assert_close(tokens.mean(-1), torch.zeros(tokens.shape[:2]), atol=1e-5, rtol=0)
    torch.testing.assert_close(tokens[1:], encoder.encode(pictures[1:], side), atol=1e-4, rtol=1e-4)
    sized = Image.fromarray(pictures[1]).resize((side, side), Image.Resampling.LANCZOS)
    values = torch.from_numpy(np.stack([pictures[0], np.asarray(sized)])).permute(0, 3, 1, 2) / 255
    mean, std = torch.tensor([0.485, 0.456, 0.406]), torch.tensor([0.229, 0.224, 0.225])
    with torch.no_grad():  # 3 times the norm that has parameters
        last = encoder.model((values - mean[:, None, None]) / std[:, None, None]).last_hidden_state
    torch.testing.assert_close(tokens, last / 3, atol=1e-3, rtol=1e-3)
