"""A real Blender with its window: Suzanne is selected, a surface is typed, Texture is pressed, and undone.

It begins with nothing installed: the backend is unpacked and started by the press, without a network.
"""

import json
from pathlib import Path

from .conftest import Play

PROMPT = "rusty iron with green moss"


def test_suzanne_gets_maps_on_her_own_uvs_and_ctrl_z_takes_them_back(
    play: Play, pictures: Path, tmp_path: Path
) -> None:
    (pictures / "texture.png").unlink(missing_ok=True)
    undone = play("texture_artist.py", "texture_hands.sh", PROMPT)
    seen = json.loads((tmp_path / "state.json.textured").read_text())
    assert seen["prompt"] == PROMPT
    assert seen["jobs"] == ["PLACED"], seen
    assert seen["worn_prompt"] == PROMPT
    assert len(seen["images"]) == 3
    assert seen["uv_maps"] == ["UVMap"]
    assert seen["uvs_untouched"]
    assert seen["vertices"] == undone["vertices"] == 507
    assert undone["material"] == ""
    assert (pictures / "texture.png").stat().st_size > 50_000
    print(f"from the press to the material: {seen['seconds']:.1f} s")
