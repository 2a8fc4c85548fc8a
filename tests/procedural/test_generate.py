"""From a prompt to an asset."""

import numpy as np
import numpy.typing as npt
import pytest

from maquette.assets import Asset
from maquette.procedural.generate import generate
from maquette.progress import CancelledError, Progress
from maquette.protocol import Json, MaquetteError
from maquette.recipes.procedural import DESCRIPTION

SMALL: dict[str, Json] = {"triangles": 1500, "texture_size": "512", "detail": 1.0, "size": 0.0}


def make(prompt: str, seed: int = 1, **parameters: Json) -> Asset:
    return generate(prompt, {**SMALL, **parameters}, seed, Progress())


@pytest.fixture(scope="module")
def stool() -> Asset:
    return make("a red wooden stool with three metal legs, zany")


def test_asset_is_a_textured_mesh_on_the_ground(stool: Asset) -> None:
    low, high = stool.mesh.bounds
    assert low[2] == 0
    assert (low + high)[:2] == pytest.approx((0, 0), abs=1e-5)
    assert 0.3 < high[2] < 1
    assert 700 < len(stool.mesh.faces) <= 1600
    assert stool.mesh.uvs is not None
    assert stool.material.base_color.shape[:2] == (512, 512)


def test_faces_know_their_part(stool: Asset) -> None:
    assert stool.mesh.part_ids is not None
    assert set(stool.mesh.part_names) >= {"seat", "leg"}
    centroids = stool.mesh.vertices[stool.mesh.faces].mean(axis=1)
    part = np.array(stool.mesh.part_names)[stool.mesh.part_ids]
    assert centroids[part == "leg", 2].mean() < centroids[part == "seat", 2].mean()


def test_provenance_tells_how_it_was_made(stool: Asset) -> None:
    told = stool.provenance
    assert told["recipe"] == "procedural"
    assert told["seed"] == 1
    assert told["kind"] == "stool"
    assert told["understood"] == "stool: wood, red; legs: metal, 3"
    assert told["ignored"] == ["zany (not known)"]
    assert told["parameters"] == SMALL
    assert isinstance(told["parts"], dict)
    assert str(told["parts"]["seat"]).startswith("red ")


def test_same_seed_gives_the_same_bytes_and_another_does_not(stool: Asset) -> None:
    again = make("a red wooden stool with three metal legs, zany")
    for a, b in (
        (stool.mesh.vertices, again.mesh.vertices),
        (stool.mesh.faces, again.mesh.faces),
        (stool.material.base_color, again.material.base_color),
        (stool.material.orm, again.material.orm),
        (stool.material.normal, again.material.normal),
    ):
        assert a.tobytes() == b.tobytes()
    other = make("a red wooden stool with three metal legs, zany", seed=2)
    assert stool.mesh.vertices.tobytes() != other.mesh.vertices.tobytes()


def test_size_sets_the_longest_side() -> None:
    low, high = make("a mug", size=0.5).mesh.bounds
    assert float((high - low).max()) == pytest.approx(0.5, rel=0.02)


def test_progress_goes_through_the_stages_and_tells_what_was_understood() -> None:
    stages: list[str] = []
    notes: list[str] = []

    def report(stage: str, step: int, steps: int, note: str, preview: bytes) -> None:
        if not stages or stages[-1] != stage:
            stages.append(stage)
        if note:
            notes.append(note)

    generate("a shiny mug, zany", SMALL, 0, Progress(report))
    assert tuple(stages) == DESCRIPTION.stages
    assert notes == ["mug: shiny", "ignored: zany (not known)"]


def test_bad_prompt_is_refused_before_any_work() -> None:
    with pytest.raises(MaquetteError, match="no kind 'zeppelin' is known"):
        make("a zeppelin")


def test_cancel_is_heard() -> None:
    calls = 0

    def is_cancelled() -> bool:
        nonlocal calls
        calls += 1
        return calls > 10

    with pytest.raises(CancelledError):
        generate("a mug", SMALL, 0, Progress(is_cancelled=is_cancelled))


def parts_at(asset: Asset, part: str) -> npt.NDArray[np.float32]:
    """The vertices of a part [N, 3]."""
    assert asset.mesh.part_ids is not None
    faces = asset.mesh.faces[asset.mesh.part_ids == asset.mesh.part_names.index(part)]
    return asset.mesh.vertices[np.unique(faces)]


def test_a_glass_bottle_is_hollow_and_blends() -> None:
    bottle = make("a glass bottle with a cork")
    assert bottle.material.alpha_mode == "BLEND"
    assert bottle.material.base_color[..., 3].min() < 200
    assert bottle.material.base_color[..., 3].max() == 255  # the cork
    body = parts_at(bottle, "body")
    low = body[body[:, 2] < 0.05]
    inside = (np.linalg.norm(low[:, :2], axis=1) < 0.9 * np.abs(low[:, :2]).max()) & (low[:, 2] > 0.002)
    assert inside.sum() > 3  # its floor


def test_a_flame_is_seen_in_a_glazed_lantern() -> None:
    lantern = make("a lantern with glass panes", triangles=6000)
    assert lantern.material.alpha_mode == "BLEND"
    assert {"glass", "flame", "candle"} <= set(lantern.mesh.part_names)
    assert len(parts_at(lantern, "flame")) > 10


def test_opaque_objects_have_no_alpha(stool: Asset) -> None:
    assert (stool.material.alpha_mode, stool.material.base_color.shape[2]) == ("OPAQUE", 3)
