"""Kinds that the model has not learnt, through the recipe."""

from maquette.assets import Asset
from maquette.progress import Progress
from maquette.recipes import STARTER, Request


def made(prompt: str) -> tuple[Asset, list[str]]:
    notes: list[str] = []
    progress = Progress(report=lambda _stage, _step, _steps, note, _preview: notes.append(note))
    parameters = STARTER.description.validated({"triangles": 1500, "texture_size": "512", "size": 2.0})
    asset = STARTER.run(Request(prompt, parameters, 3), progress)
    assert isinstance(asset, Asset)
    return asset, [note for note in notes if note]


def test_they_are_made_by_the_procedural_recipe_and_that_is_told() -> None:
    asset, notes = made("a red windmill")
    told = "'windmill' has not been learnt: made by the procedural recipe"
    assert notes[0] == told
    assert asset.provenance["recipe"] == "procedural"
    assert asset.provenance["notes"][0] == told
    low, high = asset.mesh.bounds
    assert abs(float((high - low).max()) - 2) < 0.02


def test_what_was_learnt_is_not_handed_on() -> None:
    asset, _ = made("a red mug")
    assert asset.provenance["recipe"] == "starter"
