"""Layers lie where they belong, and every one of them leaves a material that is one."""

import numpy as np
import pytest
from scipy.spatial import cKDTree

from maquette.procedural.materials import finish
from maquette.procedural.texturing.clouds import clouds
from maquette.procedural.texturing.description import Layer, SurfaceDescription
from maquette.procedural.texturing.site import Site
from maquette.procedural.texturing.stack import ORDER, PEELABLE, compose

FIGURES = ("studs", "veins", "seams", "spots", "stripes", "material")


def site(count=20_000, wear=1.0, **cues):
    """Points on a ball of the object's size, in the open, without edges, but for what is given."""
    rng = np.random.default_rng(3)
    n = rng.normal(size=(count, 3)).astype(np.float32)
    n /= np.linalg.norm(n, axis=1, keepdims=True)
    values = {"openness": 1.0, "sky": 1.0, "edge": 0.0, "broad": 0.0, "rise": 0.5} | cues
    full = {name: np.broadcast_to(np.float32(value), count).copy() for name, value in values.items()}
    tree = cKDTree(0.5 * n[:40])
    return Site(
        0.5 * n, n, lambda p, q: (p, q), texel=0.001, clouds=clouds(1), seed=1, wear=wear,
        anchors=lambda: tree, **full,
    )  # fmt: skip


def described(base, *layers, is_new=True):
    return SurfaceDescription("", finish(base), layers, is_new)


def laid(name, where, base="stone", amount=1.0, place=""):
    """[N] how far a layer moves the colours at a site."""
    made_of = finish("gold") if name in (*FIGURES, *PEELABLE) else None
    bare = compose(where, described(base))
    covered = compose(where, described(base, Layer(name, amount, made_of, place)))
    return np.abs(covered.color - bare.color).sum(axis=1)


@pytest.mark.parametrize("base", ["stone", "steel", "oak", "leather"])
@pytest.mark.parametrize("name", [name for name in ORDER if name != "underrust"])
def test_every_layer_changes_the_surface_and_leaves_a_material(name, base):
    made_of = finish("gold") if name in (*FIGURES, *PEELABLE) else None
    where = site(edge=np.linspace(-1, 1, 20_000), openness=np.linspace(0.2, 1, 20_000))
    bare = compose(where, described(base))
    skin = compose(where, described(base, Layer(name, 1.0, made_of)))
    for values in (skin.color, skin.roughness, skin.metallic):
        assert np.isfinite(values).all()
        assert 0 <= values.min() <= values.max() <= 1
    assert np.isfinite(skin.height).all()
    assert np.abs(skin.height).max() < 0.08
    changed = np.abs(skin.color - bare.color).max() + np.abs(skin.roughness - bare.roughness).max()
    assert changed + np.abs(skin.height - bare.height).max() * 100 > 0.05


@pytest.mark.parametrize("name", ["moss", "snow", "dust", "sand", "ash"])
def test_what_falls_or_grows_lies_on_upper_sides(name):
    where = site()
    change = laid(name, where)
    assert change[where.up > 0.8].mean() > 2 * change[where.up < -0.5].mean()


def test_nothing_falls_under_a_roof():
    assert laid("snow", site(sky=0.0)).mean() < 0.05 < laid("snow", site(sky=1.0)).mean()


def test_mud_splashes_up_from_the_ground():
    rise = np.linspace(0, 1, 20_000)
    change = laid("mud", site(rise=rise))
    assert change[rise < 0.2].mean() > 5 * change[rise > 0.8].mean()


@pytest.mark.parametrize(
    ("name", "cue"), [("dirt", "edge"), ("dirt", "openness"), ("mold", "edge"), ("soot", "openness")]
)
def test_dirt_finds_crevices(name, cue):
    values = np.linspace(-1, 1, 20_000)
    change = laid(name, site(**{cue: values}), base="oak")
    assert change[values < -0.5].mean() > change[values > 0.5].mean() + 0.1


def test_wear_brightens_edges_and_darkens_crevices():
    edge = np.linspace(-1, 1, 20_000)
    bare = compose(site(edge=edge), described("steel")).color.mean(axis=1)
    worn = compose(site(edge=edge), described("steel", Layer("worn"))).color.mean(axis=1)
    assert (worn - bare)[edge > 0.7].mean() > 0.02
    assert (worn - bare)[edge < -0.7].mean() < -0.02


def test_paint_leaves_edges_first_and_shows_what_is_below():
    edge = np.linspace(0, 1, 20_000)
    layer = Layer("paint", 0.3, finish("paint", "blue"))
    skin = compose(site(edge=edge), described("steel", layer))
    assert skin.metallic[edge > 0.8].mean() > 0.5
    assert skin.metallic[edge < 0.1].mean() < 0.1


def test_borders_are_crisp():
    """Of the texels that rust changes at all, most are changed fully: it is not a fade."""
    metallic = compose(site(), described("steel", Layer("rust"))).metallic
    between = ((metallic > 0.1) & (metallic < 0.9)).mean()
    assert 0.2 < (metallic < 0.1).mean() < 0.8
    assert between < 0.15


def test_more_of_a_layer_covers_more():
    shares = [(laid("moss", site(), amount=amount) > 0.2).mean() for amount in (0.4, 1.0, 1.8)]
    assert shares[0] < shares[1] < shares[2]
    assert shares[2] > 0.6


def test_new_things_and_no_wear_have_no_traces_of_use():
    edge = np.linspace(-1, 1, 20_000)
    new = compose(site(edge=edge), described("steel"))
    unworn = compose(site(edge=edge, wear=0.0), described("steel", is_new=False))
    used = compose(site(edge=edge), described("steel", is_new=False))
    assert np.array_equal(new.color, unworn.color)
    assert np.abs(used.color - new.color).max() > 0.05


def test_chunks_do_not_show():
    """Half of the texels alone look as they do among the others."""
    whole = site()
    rows = slice(0, 10_000)
    cues = {name: getattr(whole, name)[rows] for name in ("openness", "sky", "edge", "broad", "rise")}
    half = Site(
        whole.p[rows], whole.n[rows], whole.turn, texel=whole.texel, clouds=whole.clouds, seed=1, wear=1.0,
        anchors=whole.anchors, **cues,
    )  # fmt: skip
    description = described("oak", Layer("weathered"), Layer("moss"), Layer("rust"), is_new=False)
    assert np.allclose(compose(half, description).color, compose(whole, description).color[rows], atol=1e-5)


def test_a_glowing_layer_shines_in_its_colour():
    layer = Layer("seams", 1.0, finish("paint", (1.0, 0.3, 0.0)), glow=True)
    emission = compose(site(), described("slate", layer)).emission
    assert emission is not None
    assert emission.max() > 0.9
    assert (emission.max(axis=1) < 0.05).mean() > 0.5
    assert (emission[:, 0] >= emission[:, 2]).all()
