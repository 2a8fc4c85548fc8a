"""Encoders on the publishers' layouts, with small random weights."""

import json

import numpy as np
import pytest

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

from maquette.models.trellis.conditioning import PictureEncoder, TextEncoder  # noqa: E402

pytestmark = pytest.mark.torch


@pytest.fixture(scope="module")
def picture_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dinov2")
    torch.manual_seed(0)
    config = transformers.Dinov2WithRegistersConfig(
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        image_size=518,
        patch_size=14,
        layer_norm_eps=1e-5,
    )
    model = transformers.Dinov2WithRegistersModel(config)
    with torch.no_grad():
        model.layernorm.weight.fill_(3.0)  # what must not be applied
    model.save_pretrained(folder)
    return folder


def test_pictures_become_all_tokens_normed_without_parameters(picture_folder):
    pictures = np.random.default_rng(0).integers(0, 256, (2, 518, 518, 3), np.uint8)
    encoder = PictureEncoder.from_pretrained(picture_folder)
    tokens = encoder.encode(pictures)
    assert tokens.shape == (2, 1 + 4 + 37 * 37, 16)
    torch.testing.assert_close(tokens.mean(-1), torch.zeros(2, 1374), atol=1e-5, rtol=0)
    torch.testing.assert_close(tokens[1:], encoder.encode(pictures[1:]), atol=1e-4, rtol=1e-4)
    normed = (
        torch.from_numpy(pictures).permute(0, 3, 1, 2) / 255
        - torch.tensor([0.485, 0.456, 0.406])[:, None, None]
    )
    values = normed / torch.tensor([0.229, 0.224, 0.225])[:, None, None]
    with torch.no_grad():
        last = encoder.model(values).last_hidden_state  # 3 times the norm that has parameters
    torch.testing.assert_close(tokens, last / 3, atol=1e-3, rtol=1e-3)


def test_patches_are_the_tokens_before_that_norm_where_they_lie_in_the_picture(picture_folder):
    pictures = np.random.default_rng(0).integers(0, 256, (1, 518, 518, 3), np.uint8)
    encoder = PictureEncoder.from_pretrained(picture_folder)
    patches = encoder.encode_patches(pictures)
    assert patches.shape == (1, 16, 37, 37)
    normed = torch.nn.functional.layer_norm(patches[0].flatten(1).T, (16,))
    torch.testing.assert_close(normed, encoder.encode(pictures)[0, 5:])


@pytest.fixture(scope="module")
def text_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("clip")
    letters = [chr(code) for code in range(ord("a"), ord("z") + 1)]
    words = [*letters, *[f"{letter}</w>" for letter in letters], "<|startoftext|>", "<|endoftext|>"]
    (folder / "vocab.json").write_text(json.dumps({word: number for number, word in enumerate(words)}))
    (folder / "merges.txt").write_text("#version: 0.2\n")
    transformers.CLIPTokenizer(str(folder / "vocab.json"), str(folder / "merges.txt")).save_pretrained(folder)
    config = transformers.CLIPTextConfig(
        vocab_size=len(words),
        hidden_size=16,
        intermediate_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        bos_token_id=len(words) - 2,
        eos_token_id=len(words) - 1,
    )
    torch.manual_seed(0)
    transformers.CLIPTextModel(config).save_pretrained(folder)
    return folder


def test_texts_become_seventy_seven_tokens_however_long(text_folder):
    encoder = TextEncoder.from_pretrained(text_folder)
    tokens = encoder.encode(["a chair", "", "z " * 200])
    assert tokens.shape == (3, 77, 16)
    torch.testing.assert_close(tokens[1:2], encoder.encode([""]), atol=1e-5, rtol=1e-5)
    assert (tokens[0] - tokens[1]).abs().max() > 1e-3
