import numpy as np
import pytest

pytest.importorskip("torch")
from PIL import Image

from maquette.models.trellis2 import preprocess
from maquette.protocol import MaquetteError
from tests.models.trellis.test_pictures import cut_out

pytestmark = pytest.mark.torch


@pytest.mark.parametrize("box", [(100, 60, 300, 180), (0, 0, 399, 40)], ids=["inside", "at the border"])
def test_the_object_fills_a_square_on_black(box):
    pixels = preprocess(cut_out(400, 300, box))
    side = max(box[2] - box[0], box[3] - box[1])
    assert pixels.dtype == np.uint8
    assert pixels.shape == (side // 2 * 2, side // 2 * 2, 3)
    rows, columns = np.nonzero(pixels[..., 0])
    assert columns.min() <= 1
    assert columns.max() >= len(pixels) - 2
    assert abs(rows.min() + rows.max() + 1 - len(pixels)) <= 2
    assert pixels[len(pixels) // 2, len(pixels) // 2].tolist() == [200, 100, 50]


def test_alpha_darkens():
    assert preprocess(cut_out(64, 64, (8, 8, 55, 55), alpha=230))[20, 20].tolist() == [180, 90, 45]


def test_large_pictures_are_taken_at_1024():
    pixels = preprocess(Image.fromarray(cut_out(3000, 1500, (0, 100, 2999, 1400))))
    assert pixels.shape == (1022, 1022, 3)


def test_pictures_without_a_cut_out_object_are_refused():
    with pytest.raises(MaquetteError, match="no transparent background"):
        preprocess(np.zeros((8, 8, 3), np.uint8))
