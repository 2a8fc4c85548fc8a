"""Views in one picture and out of it again."""

import io

import numpy as np
import pytest
from PIL import Image

from maquette.painting.sheet import PREVIEW_SIDE, columns_of, encode_preview, from_sheet, to_sheet
from maquette.protocol import MaquetteError


def pictures(count, size=8):
    return np.random.default_rng(count).integers(0, 256, (count, size, size, 3)).astype(np.float32) / 255


@pytest.mark.parametrize("count", [1, 2, 3, 4, 10, 14])
def test_views_come_back_as_they_were(count):
    views = pictures(count)
    sheet = to_sheet(views)
    np.testing.assert_allclose(from_sheet(sheet, count), views, atol=1e-6)
    with_alpha = np.concatenate([sheet, np.full((*sheet.shape[:2], 1), 255, np.uint8)], axis=2)
    np.testing.assert_allclose(from_sheet(with_alpha, count), views, atol=1e-6)


def test_views_stand_in_reading_order_and_empty_places_are_grey():
    sheet = to_sheet(np.stack([np.full((2, 2, 3), value, np.float32) for value in (0, 0.2, 0.4)]))
    assert sheet[0, 0, 0] == 0
    assert sheet[0, 2, 0] == 51
    assert sheet[2, 0, 0] == 102
    assert (sheet[2:, 2:] == 128).all()


def test_every_count_fits_its_columns():
    for count in range(1, 20):
        assert (columns_of(count) - 1) ** 2 < count <= columns_of(count) ** 2


@pytest.mark.parametrize("shape", [(17, 24, 3), (30, 30, 3), (4, 2, 3)])
def test_a_sheet_of_other_views_is_refused(shape):
    with pytest.raises(MaquetteError, match="do not hold the 5 views"):
        from_sheet(np.zeros(shape, np.uint8), 5)


def test_a_preview_is_a_small_webp():
    with Image.open(io.BytesIO(encode_preview(pictures(10, 200)))) as image:
        assert image.format == "WEBP"
        assert max(image.size) == PREVIEW_SIDE
