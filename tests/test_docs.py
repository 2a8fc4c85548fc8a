"""What the documents say of the code is so."""

import json
import re
import tomllib
from pathlib import Path

import pytest
from PIL import Image

from maquette.procedural.kinds import KINDS
from maquette.protocol.errors import CODES
from maquette.protocol.messages import FROM_CLIENT, FROM_SERVER

ROOT = Path(__file__).resolve().parent.parent
WEIGHTS = ROOT / "backend" / "maquette" / "starter" / "weights"
README = (ROOT / "README.md").read_text(encoding="utf-8")
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def test_the_readme_counts_the_kinds() -> None:
    assert f"{len(KINDS)} kinds" in README


def test_the_guide_lists_every_kind() -> None:
    listed = (ROOT / "docs" / "guide.md").read_text(encoding="utf-8").partition("<!-- kinds -->")[2]
    names = re.findall(r"[\w ]+", listed.partition("\n## ")[0].replace("**", ""))
    assert not {kind.name for kind in KINDS} - {name.strip() for name in names}


def test_the_guide_lists_every_kind_that_the_starter_learnt() -> None:
    listed = (ROOT / "docs" / "guide.md").read_text(encoding="utf-8").partition("<!-- starter kinds -->")[2]
    names = " ".join(listed.partition(";")[0].split()).split(", ")
    about = json.loads((WEIGHTS / "about.json").read_text(encoding="utf-8"))
    assert set(names) == set(about["vocabulary"]["kinds"])
    assert f"{len(names)} kinds" in README


def test_the_protocol_page_tells_every_message_and_error() -> None:
    page = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")
    assert not [name for name in (*FROM_CLIENT, *FROM_SERVER, *CODES) if f"`{name}`" not in page]


def test_every_dependency_has_a_line_in_the_readme() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [
        *project["dependencies"],
        *(d for extra in project["optional-dependencies"].values() for d in extra),
    ]
    table = README.partition("| dependency |")[2].partition("\n\n")[0]
    for requirement in wanted:
        name = re.split(r"[<>=;\[ ]", requirement)[0].removesuffix("-5.0")
        assert re.search(rf"\b{re.escape(name)}\b", table, re.IGNORECASE), name


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_and_pictures_are_there(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#:]+)\)", document.read_text(encoding="utf-8")):
        path = document.parent / target
        assert path.exists(), target
        if path.suffix in (".png", ".jpg"):
            with Image.open(path) as picture:
                assert min(picture.size) >= 512, target
