"""A real Blender with its window: a prompt is typed, Generate is pressed, the object stands at the cursor.

Needs a program that runs Blender on a virtual screen and photographs it, `../shared/tools/blender-gui`; where
it is missing the tests of this folder are skipped. With MAQUETTE_PICTURES=docs/images their photographs
become the documentation's pictures.
"""

from pathlib import Path

from .conftest import Play

PROMPT = "a red wooden chair with a round seat"
PICTURES = ("empty", "working", "panel")


def test_a_typed_prompt_becomes_an_object(play: Play, pictures: Path) -> None:
    for name in PICTURES:
        (pictures / f"{name}.png").unlink(missing_ok=True)
    seen = play("artist.py", "hands.sh", PROMPT)
    assert seen["prompt"] == PROMPT
    assert seen["jobs"] == ["PLACED"], seen
    (item,) = seen["objects"]
    assert item["prompt"] == PROMPT
    assert item["location"] == [0.0, 0.0, 0.0]
    assert 1_000 < item["triangles"] <= 20_000
    assert item["images"] == 3
    for name in PICTURES:
        assert (pictures / f"{name}.png").stat().st_size > 50_000
    print(f"longest gap of the event loop: {seen['longest_gap_s']:.2f} s")
