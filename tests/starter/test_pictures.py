import numpy as np
import pytest

from maquette.protocol import MaquetteError
from maquette.starter.pictures import FILL, cut_out, prepare


def scene(background: tuple[int, int, int], alpha: int = 255) -> np.ndarray:
    """A red block, 40 by 20 pixels, in the upper left of a picture of 200 by 100."""
    picture = np.zeros((100, 200, 4), np.uint8)
    picture[..., :3] = background
    picture[..., 3] = alpha
    picture[10:30, 20:60] = (200, 10, 10, 255)
    return picture


@pytest.mark.parametrize("picture", [scene((0, 0, 0), 0), scene((240, 240, 235))], ids=["alpha", "plain"])
def test_the_object_is_cut_out_and_stands_alone_in_the_middle(picture: np.ndarray) -> None:
    small, _ = prepare(picture, 64)
    assert small.shape == (64, 64, 4)
    there = small[..., 3] > 0.5
    rows, columns = np.flatnonzero(there.any(axis=1)), np.flatnonzero(there.any(axis=0))
    assert np.ptp(columns) + 1 == pytest.approx(64 * FILL, abs=2)
    assert np.ptp(rows) + 1 == pytest.approx(64 * FILL / 2, abs=2)
    assert rows.mean() == pytest.approx(31.5, abs=1)
    assert columns.mean() == pytest.approx(31.5, abs=1)
    assert small[32, 32] == pytest.approx((200 / 255, 10 / 255, 10 / 255, 1), abs=0.02)
    assert not small[~there & (small[..., 3] == 0)].any()


def test_people_are_told_when_a_background_was_taken_away() -> None:
    assert prepare(scene((0, 0, 0), 0), 64)[1] == ""
    assert "background" in prepare(scene((240, 240, 235)), 64)[1]


def test_holes_that_the_object_encloses_stay() -> None:
    picture = scene((255, 255, 255))
    picture[15:25, 30:50, :3] = 255
    cut, _ = cut_out(picture)
    assert (cut[15:25, 30:50, 3] == 255).all()


def test_a_busy_background_is_refused_with_the_remedy() -> None:
    picture = scene((0, 0, 0))
    picture[..., :3] = np.random.default_rng(0).integers(0, 255, (100, 200, 3))
    with pytest.raises(MaquetteError, match="cut the object out"):
        prepare(picture, 64)


def test_a_picture_of_nothing_is_refused() -> None:
    with pytest.raises(MaquetteError, match="shows nothing"):
        prepare(np.full((50, 50, 4), 255, np.uint8), 64)


def graded(seed: int = 0) -> np.ndarray:
    """A blue block on a grey background that grows lighter upwards, with a soft shadow beside the block."""
    y, x = np.mgrid[0:240, 0:320] / 240
    grey = 0.75 - 0.25 * y - 0.2 * np.exp(-(((x - 0.85) / 0.15) ** 2) - ((y - 0.72) / 0.08) ** 2)
    picture = np.empty((240, 320, 4), np.uint8)
    noise = np.random.default_rng(seed).normal(0, 0.003, (240, 320))
    picture[..., :3] = (255 * (grey + noise)).clip(0, 255)[..., None].astype(np.uint8)
    picture[..., 3] = 255
    picture[80:180, 100:200, :3] = (30, 60, 170)
    return picture


def test_a_smooth_background_with_a_soft_shadow_is_taken_away() -> None:
    cut, told = cut_out(graded())
    assert "smooth" in told
    block = np.zeros((240, 320), bool)
    block[80:180, 100:200] = True
    kept = cut[..., 3] > 127
    assert (kept & block).sum() / (kept | block).sum() > 0.95


def test_what_is_enclosed_belongs_to_a_smooth_background_too() -> None:
    picture = graded()
    picture[115:145, 130:170] = graded(1)[115:145, 20:60]
    kept = cut_out(picture)[0][..., 3] > 127
    assert not kept[122:138, 138:162].any()
