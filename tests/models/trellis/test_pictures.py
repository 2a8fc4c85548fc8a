import numpy as np
import pytest

pytest.importorskip("torch")
from PIL import Image

from maquette.models.trellis import preprocess
from maquette.protocol import MaquetteError

pytestmark = pytest.mark.torch


def cut_out(width, height, box, colour=(200, 100, 50), alpha=255):
    picture = np.zeros((height, width, 4), np.uint8)
    left, top, right, bottom = box
    picture[top : bottom + 1, left : right + 1] = (*colour, alpha)
    return picture


@pytest.mark.parametrize("box", [(100, 60, 300, 180), (0, 0, 399, 40)], ids=["inside", "at the border"])
def test_the_object_stands_in_the_middle_with_a_margin_on_black(box):
    pixels = preprocess(cut_out(400, 300, box))
    assert pixels.shape == (518, 518, 3)
    assert pixels.dtype == np.uint8
    rows, columns = np.nonzero(pixels[..., 0] > 100)
    assert abs(rows.min() + rows.max() - 517) < 8
    assert abs(columns.min() + columns.max() - 517) < 8
    assert (columns.max() - columns.min() + 1) / 518 == pytest.approx(1 / 1.2, abs=0.01)
    assert pixels[0].max() == 0
    assert pixels[259, 259].tolist() == [200, 100, 50]


def test_faint_pixels_do_not_count_but_darken():
    picture = cut_out(200, 200, (50, 50, 149, 149))
    picture[10:20, 10:20] = (255, 255, 255, 204)
    assert np.array_equal(preprocess(picture) > 0, preprocess(cut_out(200, 200, (50, 50, 149, 149))) > 0)
    half = cut_out(200, 200, (50, 50, 149, 149))
    half[90:110, 90:110, 3] = 128
    assert preprocess(half)[259, 259, 0] == pytest.approx(200 * 128 / 255, abs=2)


def test_pictures_are_taken_as_arrays_and_as_images():
    picture = cut_out(200, 100, (50, 20, 149, 79))
    assert np.array_equal(preprocess(picture), preprocess(Image.fromarray(picture)))


def test_pictures_without_a_cut_out_object_are_refused():
    with pytest.raises(MaquetteError, match="no transparent background"):
        preprocess(np.zeros((8, 8, 3), np.uint8))
    with pytest.raises(MaquetteError, match="transparent everywhere"):
        preprocess(np.zeros((8, 8, 4), np.uint8))
