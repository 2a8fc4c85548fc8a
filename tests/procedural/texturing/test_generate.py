"""From a mesh and a prompt to maps: the mesh comes back untouched, whatever it is."""

from dataclasses import replace

import numpy as np
import pytest

from maquette.assets import Material, Mesh
from maquette.geometry.unwrap.unwrapping import unwrap
from maquette.procedural.texturing.generate import object_unit, texture
from maquette.progress import CancelledError, Progress
from maquette.protocol import MaquetteError
from maquette.recipes import Request
from maquette.recipes.texture_procedural import RECIPE
from maquette.texture import surface_cues

from .shapes import ball, cube, table

SMALL = {"texture_size": "512", "wear": 1.0, "scale": 1.0, "uvs": "auto"}
MAPS = ("base_color", "orm", "normal")


def painted(mesh, prompt="rusty iron with green moss", seed=1, maps=None, mask=None, **parameters):
    return texture(mesh, prompt, {**SMALL, **parameters}, seed, Progress(), maps, mask)


@pytest.fixture(scope="module", autouse=True)
def _coarser_cues():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(surface_cues, "SPACING", 0.03)
        patch.setattr(surface_cues, "DIRECTIONS", 24)
        yield


@pytest.fixture(scope="module")
def own() -> Mesh:
    """A ball that comes with UVs."""
    mesh = ball()
    return replace(mesh, uvs=unwrap(mesh.vertices, mesh.faces, 512, 4, Progress()))


@pytest.fixture(scope="module")
def rusty(own):
    return painted(own)


def test_vertices_faces_and_uvs_come_back_bit_for_bit(own, rusty):
    for name in ("vertices", "faces", "uvs"):
        assert getattr(rusty.mesh, name).tobytes() == getattr(own, name).tobytes()
    assert rusty.provenance["uvs"] == "kept"


def test_maps_hold_what_was_asked_for(rusty):
    material = rusty.material
    assert all(getattr(material, name).shape == (512, 512, 3) for name in MAPS)
    red, green, blue = np.moveaxis(material.base_color.astype(int), 2, 0)
    assert ((green > red + 10) & (green > blue + 10)).mean() > 0.05  # moss
    assert ((red > green + 20) & (red > blue + 30)).mean() > 0.05  # rust
    assert (material.orm[..., 2] > 200).mean() > 0.02  # iron
    assert np.abs(material.normal[..., :2].astype(int) - 128).max() > 20


def test_normals_are_unit_and_point_outwards(rusty):
    normal = rusty.material.normal.astype(float) / 127.5 - 1
    assert np.abs(np.linalg.norm(normal, axis=2) - 1).max() < 0.02
    assert normal[..., 2].min() > 0


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(own, rusty):
    again, other = painted(own), painted(own, seed=2)
    for name in MAPS:
        assert getattr(again.material, name).tobytes() == getattr(rusty.material, name).tobytes()
    assert (other.material.base_color != rusty.material.base_color).mean() > 0.2


def test_a_mesh_without_uvs_gets_new_ones_and_keeps_its_shape():
    asset = painted(cube())
    assert asset.mesh.faces.tobytes() == cube().faces.tobytes()
    assert asset.mesh.uvs.shape == (12, 3, 2)
    assert asset.provenance["uvs"] == "new"
    assert "it got new ones" in asset.provenance["notes"][-1]


def test_an_object_looks_the_same_at_any_size(own, rusty):
    small = painted(replace(own, vertices=own.vertices * np.float32(1 / 64)))  # a power of two: no rounding
    difference = np.abs(small.material.base_color.astype(int) - rusty.material.base_color)
    assert (difference.max(axis=2) > 8).mean() < 0.02
    assert object_unit(own) == pytest.approx(0.5 * np.sqrt(np.pi), rel=0.02)


def test_scale_makes_the_pattern_larger(own):
    def edges(scale):
        color = painted(own, "mossy stone", scale=scale).material.base_color.astype(int)
        return (np.abs(np.diff(color, axis=0)).max(axis=2) > 40).mean()

    assert edges(0.5) > 1.4 * edges(2.0)


def test_outside_of_a_mask_every_map_stays_bit_for_bit(own):
    rng = np.random.default_rng(1)
    maps = Material(*(rng.integers(0, 255, (512, 512, 3), np.uint8) for _ in range(3)))
    mask = np.zeros((512, 512), np.uint8)
    mask[100:300, 50:400] = 255
    after = painted(own, maps=maps, mask=mask).material
    outside = mask == 0
    for name in MAPS:
        assert (getattr(after, name)[outside] == getattr(maps, name)[outside]).all()
        assert (getattr(after, name)[~outside] != getattr(maps, name)[~outside]).mean() > 0.5


def test_a_mask_without_maps_is_refused(own):
    with pytest.raises(MaquetteError, match="mask"):
        painted(own, mask=np.full((8, 8), 255, np.uint8))


def broken_meshes():
    rng = np.random.default_rng(4)
    soup = rng.uniform(-1, 1, (300, 3)).astype(np.float32)
    sheet = Mesh(
        np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0], [0, 1, 0]], np.float32),
        np.array([[0, 1, 2], [0, 2, 3]], np.int32),
    )
    fan = Mesh(
        np.array([[0, 0, 0], [0, 0, 1], [1, 0, 0], [0, 1, 0], [-1, 0, 0]], np.float32),
        np.array([[0, 1, 2], [0, 1, 3], [0, 1, 4]], np.int32),
    )
    stacked = replace(
        table(), uvs=np.tile(np.array([[0.1, 0.1], [0.9, 0.1], [0.5, 0.9]], np.float32), (24, 1, 1))
    )
    mirrored = cube()
    square = np.array([[0.1, 0.1], [0.9, 0.1], [0.9, 0.9]], np.float32)
    half = np.array([square, square[:, ::-1]] * 6)
    needle = Mesh(
        np.array([[0, 0, 0], [5, 0, 0], [5, 1e-6, 0], [0, 0, 1]], np.float32),
        np.array([[0, 1, 2], [0, 1, 3]], np.int32),
    )
    return {
        "soup": Mesh(soup, np.arange(300, dtype=np.int32).reshape(-1, 3)),
        "open sheet": sheet,
        "three faces on an edge": fan,
        "several pieces": table(),
        "every face on one place": stacked,
        "mirrored": replace(mirrored, uvs=half),
        "needle": needle,
    }


@pytest.mark.parametrize("name", broken_meshes())
def test_any_mesh_can_be_painted(name):
    mesh = broken_meshes()[name]
    asset = painted(mesh, "weathered oak with brass nails, mossy")
    assert asset.mesh.vertices.tobytes() == mesh.vertices.tobytes()
    assert asset.mesh.faces.tobytes() == mesh.faces.tobytes()
    assert asset.material.base_color.std() > 1


def test_a_mesh_without_a_surface_is_refused():
    point = Mesh(np.zeros((3, 3), np.float32), np.array([[0, 1, 2]], np.int32))
    with pytest.raises(MaquetteError) as caught:
        painted(point)
    assert caught.value.code == "bad_input"


def test_glowing_cracks_make_an_emission_map(own):
    emissive = painted(own, "obsidian with glowing orange cracks").material.emissive
    assert emissive is not None
    assert emissive.max() > 200


def test_the_recipe_reports_its_stages_and_hears_a_cancel(own):
    seen = []
    progress = Progress(lambda stage, step, steps, note, preview: seen.append((stage, note)))
    request = Request("mossy stone", RECIPE.description.validated({"texture_size": "512"}), 1, mesh=own)
    RECIPE.run(request, progress)
    assert tuple(dict.fromkeys(stage for stage, _ in seen)) == RECIPE.description.stages
    assert ("understand", "stone; mossy") in seen
    with pytest.raises(CancelledError):
        RECIPE.run(request, Progress(is_cancelled=lambda: len(seen) > 3))


def test_the_recipe_asks_for_a_mesh():
    with pytest.raises(MaquetteError, match="no mesh"):
        RECIPE.run(Request("oak", RECIPE.description.validated({}), 1), Progress())


def test_glass_is_looked_through_except_where_something_lies_on_it(own):
    glass, mossy = painted(own, "new glass", wear=0.0), painted(own, "glass covered in moss")
    assert (glass.material.alpha_mode, mossy.material.alpha_mode) == ("BLEND", "BLEND")
    assert glass.material.base_color[..., 3].max() < 100
    assert (mossy.material.base_color[..., 3] == 255).mean() > 0.05


def test_opaque_materials_have_no_alpha(rusty):
    assert (rusty.material.alpha_mode, rusty.material.base_color.shape[2]) == ("OPAQUE", 3)
