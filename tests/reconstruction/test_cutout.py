import numpy as np
import pytest

torch = pytest.importorskip("torch")

from safetensors.torch import save_file  # noqa: E402

from maquette import weights  # noqa: E402
from maquette.models.u2net import U2Net  # noqa: E402
from maquette.progress import Progress  # noqa: E402
from maquette.protocol import MaquetteError  # noqa: E402
from maquette.reconstruction.cutout import cut_out, plain_background  # noqa: E402
from tests.weights.made import declare  # noqa: E402

pytestmark = pytest.mark.torch


def disc_on(background, size=64):
    """A red disc with a hole of the background's colour in its middle."""
    y, x = np.mgrid[:size, :size] - (size - 1) / 2
    away = np.hypot(x, y)
    picture = np.broadcast_to(background, (size, size, 3)).astype(np.uint8).copy()
    picture[(away < 20) & (away > 5)] = (200, 20, 20)
    return np.dstack([picture, np.full((size, size), 255, np.uint8)]), away < 20


NOISE = np.random.default_rng(0).integers(0, 256, (64, 64, 3))


def told(picture, data):
    notes = []
    progress = Progress(lambda stage, step, steps, note, preview: notes.append(note))
    return cut_out(picture, data, "cpu", progress), notes


def test_a_pictures_own_transparency_is_kept(tmp_path):
    picture, disc = disc_on((255, 255, 255))
    picture[~disc, 3] = 0
    found, notes = told(picture, tmp_path)
    assert found is picture
    assert notes == []


def test_a_plain_background_goes_and_a_hole_of_its_colour_stays(tmp_path):
    picture, disc = disc_on((250, 252, 248))
    found, notes = told(picture, tmp_path)
    assert np.array_equal(found[..., 3] == 255, disc)
    assert "plain background" in notes[0]
    assert plain_background(NOISE.astype(np.uint8)) is None
    assert plain_background(np.full((8, 8, 3), 9, np.uint8)) is None


def test_without_a_network_a_photograph_is_asked_to_be_cut_out(tmp_path):
    picture, _ = disc_on(NOISE)
    with pytest.raises(MaquetteError, match=r"weights pull u2net`, or give a picture") as caught:
        told(picture, tmp_path)
    assert caught.value.code == "missing_weights"
    assert caught.value.remedy == "pull_weights"
    assert caught.value.details["weights"] == ["u2net"]


def test_with_a_network_a_photograph_is_cut_out_and_large_ones_shrink(tmp_path):
    folder = weights.root(tmp_path) / "u2net"
    folder.mkdir(parents=True)
    torch.manual_seed(0)
    save_file(U2Net().state_dict(), folder / "u2net.safetensors")
    declare(tmp_path, "u2net")
    picture, _ = disc_on(NOISE)
    large = picture.repeat(20, axis=1)
    found, notes = told(large, tmp_path)
    assert found.shape == (51, 1024, 4)
    assert "U2-Net" in notes[0]
    assert len(np.unique(found[..., 3])) > 10
