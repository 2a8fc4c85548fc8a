"""What a mask protects stays bit for bit, whatever the maps are."""

import numpy as np
import pytest

from maquette.assets import Material
from maquette.protocol import MaquetteError
from maquette.texture.masking import check_mask, keep_outside

SIZE = 32


def random_maps(seed, channels=3, emits=False):
    rng = np.random.default_rng(seed)
    base, orm, normal, light = (rng.integers(0, 255, (SIZE, SIZE, c), np.uint8) for c in (channels, 3, 3, 3))
    return Material(base, orm, normal, light if emits else None, "BLEND" if channels == 4 else "OPAQUE")


@pytest.mark.parametrize("mask_size", [SIZE, SIZE // 2, SIZE * 4])
def test_texels_are_either_before_or_after(mask_size):
    before, after = random_maps(1), random_maps(2)
    mask = np.zeros((mask_size, mask_size), np.uint8)
    mask[: mask_size // 2] = 128
    mask[mask_size // 2 :] = 127
    mixed = keep_outside(before, after, mask)
    for name in ("base_color", "orm", "normal"):
        assert (getattr(mixed, name)[: SIZE // 2] == getattr(after, name)[: SIZE // 2]).all()
        assert (getattr(mixed, name)[SIZE // 2 :] == getattr(before, name)[SIZE // 2 :]).all()


def test_alpha_stays_as_it_was():
    before, after = random_maps(1, channels=4), random_maps(2)
    mixed = keep_outside(before, after, np.full((SIZE, SIZE), 255, np.uint8))
    assert (mixed.base_color[..., 3] == before.base_color[..., 3]).all()
    assert (mixed.base_color[..., :3] == after.base_color).all()
    assert mixed.alpha_mode == "BLEND"


def test_a_mask_needs_maps_to_keep_and_a_part_that_may_change():
    maps = random_maps(1)
    assert check_mask(np.full((4, 4), 128, np.uint8), maps) is maps
    with pytest.raises(MaquetteError, match="texture the whole mesh first"):
        check_mask(np.full((4, 4), 255, np.uint8), None)
    with pytest.raises(MaquetteError, match="protects all of the mesh: paint"):
        check_mask(np.full((4, 4), 127, np.uint8), maps)


@pytest.mark.parametrize(("old", "new"), [(True, False), (False, True)])
def test_emission_of_either_side_is_kept(old, new):
    before, after = random_maps(1, emits=old), random_maps(2, emits=new)
    mask = np.zeros((SIZE, SIZE), np.uint8)
    mask[:, :4] = 255
    mixed = keep_outside(before, after, mask).emissive
    assert (mixed[:, 4:] == (before.emissive[:, 4:] if old else 0)).all()
    assert (mixed[:, :4] == (after.emissive[:, :4] if new else 0)).all()
