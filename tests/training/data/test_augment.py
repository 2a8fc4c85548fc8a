import pytest

torch = pytest.importorskip("torch")

from training.data import augment as augmenting  # noqa: E402
from training.data.augment import CUT_OUT, FILL, FRAMED, LOOSE, augment  # noqa: E402

pytestmark = pytest.mark.torch


def views(count, size=32):
    """A white square in the middle of a transparent picture."""
    pictures = torch.zeros(count, size, size, 4, dtype=torch.uint8)
    pictures[:, 8:24, 8:24] = 255
    return pictures


def augmented(count, seed=0):
    return augment(views(count), torch.Generator().manual_seed(seed))


def test_the_same_generator_gives_the_same_pictures():
    assert torch.equal(augmented(8), augmented(8))
    assert not torch.equal(augmented(8), augmented(8, seed=1))


def test_some_are_cut_out_and_the_rest_have_a_background():
    made = augmented(400)
    assert made.shape == (400, 4, 32, 32)
    assert made.min() >= 0
    assert made.max() <= 1
    is_full = (made[:, 3] == 1).flatten(1).all(1)
    assert is_full.float().mean().item() == pytest.approx(1 - CUT_OUT, abs=0.08)
    bare = made[~is_full]
    outside = bare[:, 3] == 0
    assert (bare[:, :3].amax(1)[outside] == 0).all()


def test_the_object_moves_and_changes_its_size():
    alpha = augmented(200)[:, 3]
    bare = alpha[(alpha < 1).flatten(1).any(1)]
    area = bare.flatten(1).mean(1)
    assert area.max() / area.min() > 1.5
    columns = torch.arange(32.0)
    middle = (bare.sum(1) * columns).sum(1) / bare.sum((1, 2))
    assert middle.std() > 1


def test_many_are_framed_as_the_generator_frames_them(monkeypatch):
    monkeypatch.setattr(augmenting, "CUT_OUT", 1.0)
    pictures = torch.zeros(400, 64, 64, 4, dtype=torch.uint8)
    pictures[:, 6:26, 20:50] = 255
    there = augment(pictures, torch.Generator().manual_seed(0))[:, 3] > 0.5
    columns, rows = there.any(1), there.any(2)
    wide = columns.sum(1) / 64
    places = torch.arange(64.0)
    middle = (rows * places).sum(1) / rows.sum(1) - 31.5
    framed = ((wide - FILL).abs() < FILL * LOOSE + 0.02) & (middle.abs() < 32 * LOOSE + 1)
    assert framed.float().mean().item() == pytest.approx(FRAMED, abs=0.08)


def test_a_picture_of_nothing_stays_nothing():
    made = augment(torch.zeros(8, 32, 32, 4, dtype=torch.uint8), torch.Generator().manual_seed(0))
    assert torch.isfinite(made).all()
