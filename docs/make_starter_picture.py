"""Makes docs/images/starter.jpg: 32 samples of the starter model, prompts and seeds fixed, none hand-picked.

python -m docs.make_starter_picture [FILE]
"""

import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from maquette.procedural.prompt.description import a
from maquette.progress import Progress
from maquette.recipes.starter import DESCRIPTION
from maquette.render.contact_sheet import contact_sheet
from maquette.render.preview import render_preview
from maquette.starter.generate import generate
from maquette.starter.model import Model
from training import CHECKPOINT

DOCS = Path(__file__).resolve().parent
SEED = 1
COUNT = 32
TILE = 224
COLUMNS = 8
COLORS = ("red", "blue", "green", "yellow", "white", "brown", "orange", "turquoise", "black", "pink", "grey")
FINISHES = ("wooden", "plastic", "ceramic", "stone", "metal")
PARAMETERS = {"triangles": 12000, "texture_size": "512"}


def prompts() -> list[str]:
    """The kinds in turn, colours and finishes in turn."""
    kinds = sorted(Model(CHECKPOINT).about["vocabulary"]["kinds"])
    looks = [(COLORS[i % len(COLORS)], FINISHES[i % len(FINISHES)]) for i in range(COUNT)]
    return [a(f"{color} {finish} {kinds[i % len(kinds)]}") for i, (color, finish) in enumerate(looks)]


def picture(prompt: str) -> npt.NDArray[np.uint8]:  # [TILE, TILE, 3]
    """The prompt's preview, by the same way as any prompt."""
    asset = generate(prompt, (), DESCRIPTION.validated(PARAMETERS), SEED, Progress(), Model(CHECKPOINT))
    return render_preview(asset, TILE)


def main(target: Path) -> None:
    with ProcessPoolExecutor(2) as pool:
        pictures = list(pool.map(picture, prompts()))
    labels = [prompt.partition(" ")[2] for prompt in prompts()]
    Image.fromarray(contact_sheet(pictures, COLUMNS, labels)).save(target, quality=88, optimize=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else DOCS / "images" / "starter.jpg")
