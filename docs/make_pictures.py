"""Makes docs/images/kinds.jpg and the list of kinds in docs/guide.md; seeds fixed, nothing chosen by hand.

python docs/make_pictures.py [KIND...]     (the window's pictures come from tests/window)
"""

import re
import sys
from collections import defaultdict
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from maquette.procedural.generate import generate
from maquette.procedural.kinds import KINDS
from maquette.progress import Progress
from maquette.render.contact_sheet import contact_sheet
from maquette.render.preview import render_preview

DOCS = Path(__file__).resolve().parent
SEED = 1
TILE = 224
COLUMNS = 9
PARAMETERS = {"triangles": 12000, "texture_size": "512", "detail": 1.0, "size": 0.0}


def picture(kind: str) -> npt.NDArray[np.uint8]:  # [TILE, TILE, 3]
    """The kind's preview, by the same way as any prompt."""
    return render_preview(generate(kind, PARAMETERS, SEED, Progress()), TILE)


def kinds_by_group() -> str:
    """The list of kinds as Markdown."""
    groups = defaultdict(list)
    for kind in KINDS:
        groups[kind.group].append(kind.name)
    return "\n".join(f"- **{group}**: {', '.join(names)}" for group, names in groups.items())


def main(names: list[str]) -> None:
    guide = DOCS / "guide.md"
    text = re.sub(
        r"<!-- kinds -->\n.*?(?=\n## )",
        lambda _: f"<!-- kinds -->\n{kinds_by_group()}\n",
        guide.read_text(encoding="utf-8"),
        flags=re.DOTALL,
    )
    guide.write_text(text, encoding="utf-8")
    names = names or [kind.name for kind in KINDS]
    with ProcessPoolExecutor(2) as pool:
        pictures = list(pool.map(picture, names))
    sheet = contact_sheet(pictures, COLUMNS, names)
    Image.fromarray(sheet).save(DOCS / "images" / "kinds.jpg", quality=88, optimize=True)


if __name__ == "__main__":
    main(sys.argv[1:])
