"""A real Blender with its window, and a real drop: the picture that is dragged in is one of what to make."""

from pathlib import Path

from .conftest import Play


def test_a_picture_can_be_dropped_on_the_sidebar_and_on_the_viewport(play: Play) -> None:
    seen = play("drop_artist.py", "drop_hands.sh")
    assert [Path(path).name for path in seen["images"]] == ["sidebar.png", "viewport.png"]
    assert seen["empties"] == []
