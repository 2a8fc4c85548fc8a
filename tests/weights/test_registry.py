"""The registry's data, and what is made of it without the hub."""

import re
from pathlib import Path

import pytest

from maquette import weights
from maquette.protocol import MaquetteError
from maquette.recipes import RECIPES
from maquette.weights import REGISTRY, Weights
from maquette.weights.verify import verify
from tests.test_layers import loaded_by

from .made import declare

NAMES = {
    *("sdxl-base", "sdxl-vae-fp16-fix", "controlnet-union-sdxl", "ip-adapter-sdxl", "sdxl-lightning"),
    *("sd15", "controlnet-depth-sd15", "controlnet-inpaint-sd15", "controlnet-tile-sd15", "lcm-lora-sd15"),
    *("marigold-iid-appearance", "taesdxl", "taesd", "swin2sr-x4"),
}
PERMISSIVE = {"mit", "apache-2.0", "bsd-3-clause", "cc-by-4.0", "cc0-1.0"}


@pytest.mark.parametrize("entry", REGISTRY.values(), ids=lambda entry: entry.name)
def test_an_entry_says_everything_that_is_asked_of_it(entry: Weights) -> None:
    assert re.fullmatch(r"[a-z0-9][a-z0-9-]*", entry.name)
    assert entry.about
    assert "." not in entry.about[-1]
    for source in entry.sources:
        assert re.fullmatch(r"[\w.-]+/[\w.-]+", source.hub_id)
        assert source.is_pinned or source.revision == "main"
    assert entry.licence_url.startswith("https://")
    assert entry.is_permissive == (entry.licence in PERMISSIVE)
    assert entry.size_bytes is None or entry.size_bytes > 1_000_000
    for file in entry.files:
        assert file.sha256 == "" or re.fullmatch(r"[0-9a-f]{64}", file.sha256)
        kept = file.saved_as or file.pattern
        assert kept.rsplit(".")[-1] in ("safetensors", "json", "txt"), "a pickle stays no pickle"


def test_the_names_that_recipes_use_are_there() -> None:
    assert set(REGISTRY) >= NAMES
    assert {name for recipe in RECIPES for name in recipe.description.weights} <= set(REGISTRY)


def test_sizes_add_up_where_they_are_known() -> None:
    known = [entry for entry in REGISTRY.values() if all(file.size_bytes for file in entry.files)]
    assert known
    for entry in known:
        assert entry.size_bytes == sum(file.size_bytes or 0 for file in entry.files)
    assert weights.total_bytes([REGISTRY["sdxl-lightning"], REGISTRY["lcm-lora-sd15"]]) == 528_476_148
    assert weights.total_bytes([REGISTRY["marigold-iid-appearance"], REGISTRY["taesd"]]) is None


def test_an_unknown_name_is_told_the_known_ones() -> None:
    with pytest.raises(MaquetteError, match="'trellis' are unknown: choose some of sdxl-base"):
        weights.find("trellis")


def test_weights_that_were_made_by_hand_are_found(tmp_path: Path) -> None:
    folder = weights.root(tmp_path) / "taesd"
    folder.mkdir(parents=True)
    (folder / "config.json").write_text("{}")
    assert not weights.is_here(tmp_path, "taesd")
    declare(tmp_path, "taesd")
    assert weights.folder(tmp_path, "taesd") == folder
    assert verify(tmp_path, "taesd") == ()
    [told] = weights.provenance(tmp_path, ["taesd"])
    assert isinstance(told, dict)
    assert told["licence"] == "mit"


def test_a_repository_may_lie_in_several_folders(tmp_path: Path) -> None:
    """Texts and pictures share decoders, which nobody fetches twice; an old name of a publisher is known."""
    path = "ckpts/ss_dec_conv3d_16l8_fp16.json"
    for hub_id in ("microsoft/TRELLIS-image-large", "JeffreyXiang/TRELLIS-image-large"):
        with pytest.raises(MaquetteError, match="weights pull trellis-decoders"):
            weights.find_file(tmp_path, hub_id, path)
    folder = weights.root(tmp_path) / "trellis-decoders"
    (folder / "ckpts").mkdir(parents=True)
    (folder / path).write_text("{}")
    declare(tmp_path, "trellis-decoders")
    assert weights.find_file(tmp_path, "JeffreyXiang/TRELLIS-image-large", path) == folder / path
    with pytest.raises(MaquetteError, match="not among the known weights"):
        weights.find_file(tmp_path, "microsoft/TRELLIS-image-large", "ckpts/unheard_of.json")


def test_asking_what_is_here_loads_no_hub() -> None:
    assert not {"huggingface_hub", "torch", "PIL", "scipy"} & loaded_by("import maquette.weights.verify")
