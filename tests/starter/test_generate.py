"""From prompts and pictures to assets, with the weights as far as they are trained."""

import numpy as np
import pytest

from maquette.assets import Asset, Mesh
from maquette.geometry.topology import mesh_edges
from maquette.progress import CancelledError, Progress
from maquette.protocol import Json, MaquetteError
from maquette.recipes.starter import DESCRIPTION
from maquette.recipes.starter_texture import DESCRIPTION as TEXTURE
from maquette.starter.generate import generate
from maquette.starter.model import Model
from maquette.starter.texture import texture
from training import CHECKPOINT

MODEL = Model(CHECKPOINT)
SMALL: dict[str, Json] = {"triangles": 1500, "texture_size": "512", "candidates": 2}


def make(prompt: str, seed: int = 1, pictures: tuple[np.ndarray, ...] = (), **parameters: Json) -> Asset:
    return generate(prompt, pictures, DESCRIPTION.validated({**SMALL, **parameters}), seed, Progress(), MODEL)


@pytest.fixture(scope="module")
def table() -> Asset:
    return make("a red wooden table, gorblesque")


def test_the_asset_is_closed_textured_and_stands_on_the_ground(table: Asset) -> None:
    low, high = table.mesh.bounds
    assert low[2] == 0
    assert (low + high)[:2] == pytest.approx((0, 0), abs=1e-5)
    assert table.mesh.uvs is not None
    assert (mesh_edges(table.mesh.faces).counts == 2).all()
    assert table.material.base_color.shape[:2] == (512, 512)
    assert table.material.orm.shape[:2] == (512, 512)


def test_it_has_the_natural_size_of_its_kind_or_the_one_asked_for(table: Asset) -> None:
    low, high = table.mesh.bounds
    assert 0.6 < (high - low).max() < 2.6
    large = make("a red wooden table", size=3.0)
    assert float(np.ptp(large.mesh.bounds, axis=0).max()) == pytest.approx(3, rel=1e-5)
    measured = make("a red wooden table 50 cm tall")
    assert float(np.ptp(measured.mesh.bounds, axis=0)[2]) == pytest.approx(0.5, rel=1e-5)


def test_faces_know_their_part(table: Asset) -> None:
    assert table.mesh.part_ids is not None
    assert table.mesh.part_ids.max() < len(table.mesh.part_names)
    assert set(table.mesh.part_names) <= {
        "top",
        "leg",
        "shelf",
        "drawer",
        "part 4",
        "part 5",
        "part 6",
        "part 7",
    }


def test_provenance_tells_what_was_understood_and_how_the_model_was_made(table: Asset) -> None:
    told = table.provenance
    assert told["kind"] == "table"
    assert told["understood"] == "table: red, wooden"
    assert any("gorblesque" in str(note) for note in told["notes"])
    assert "procedural" in str(told["detail"])
    assert set(told["model"]) == {"shape", "flow", "data"}
    assert told["licence"] == "CC0-1.0"


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(table: Asset) -> None:
    again, other = make("a red wooden table, gorblesque"), make("a red wooden table, gorblesque", seed=90)
    assert np.array_equal(again.mesh.vertices, table.mesh.vertices)
    assert np.array_equal(again.material.base_color, table.material.base_color)
    assert not np.array_equal(other.material.base_color, table.material.base_color)


def test_an_unknown_kind_is_refused_unless_a_picture_says_what_it_is() -> None:
    with pytest.raises(MaquetteError, match="no kind"):
        make("a blue submarine")
    picture = np.zeros((80, 80, 4), np.uint8)
    picture[20:60, 10:70] = (180, 40, 30, 255)
    asset = make("", pictures=(picture,))
    assert asset.provenance["pictures"] == 1
    assert any("the picture" in str(note) for note in asset.provenance["notes"])
    assert len(asset.mesh.faces) > 100


def test_a_cancel_is_heard() -> None:
    with pytest.raises(CancelledError):
        generate("a chair", (), DESCRIPTION.validated(SMALL), 1, Progress(is_cancelled=lambda: True), MODEL)


def test_new_materials_leave_the_geometry_untouched() -> None:
    corners = np.array([(x, y, z) for x in (0, 1) for y in (0, 1) for z in (0, 2)], np.float32)
    quads = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    faces = np.array([t for a, b, c, d in quads for t in ((a, b, c), (a, c, d))], np.int32)
    mesh = Mesh(corners + 5, faces)
    parameters = TEXTURE.validated({"texture_size": "512"})
    made = texture(mesh, "a blue plastic crate", (), parameters, 1, Progress(), MODEL)
    assert np.array_equal(made.mesh.vertices, mesh.vertices)
    assert np.array_equal(made.mesh.faces, mesh.faces)
    assert made.mesh.uvs is not None
    assert made.material.base_color.shape[:2] == (512, 512)
    with pytest.raises(MaquetteError, match="no mesh"):
        texture(None, "a crate", (), parameters, 1, Progress(), MODEL)


def test_a_model_that_is_not_there_is_told(tmp_path) -> None:
    with pytest.raises(MaquetteError, match="is not there") as error:
        Model(tmp_path)
    assert error.value.code == "missing_weights"
