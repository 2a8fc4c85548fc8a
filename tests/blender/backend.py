"""The server as it is, with the scriptable worker: it does on cue what the add-on must survive.

Started as `backend.py --data DIR` by the add-on, and as `backend.py worker` by the server. `polish` is a
recipe for textures: new maps on the mesh that came along, and a record of what came along. `grand` needs the
full environment; where one is installed, the same worker plays it.
"""

import os
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from maquette import __version__  # noqa: E402
from maquette.assets import Asset, Material  # noqa: E402
from maquette.environments import find_full  # noqa: E402
from maquette.progress import Progress  # noqa: E402
from maquette.protocol import Parameter  # noqa: E402
from maquette.recipes import Receipt, Recipe, Request  # noqa: E402
from maquette.recipes.pull_weights import RECIPE as PULL_WEIGHTS  # noqa: E402
from maquette.server.process import serve  # noqa: E402
from maquette.server.settings import Settings  # noqa: E402
from tests.fakes import recipes as fakes  # noqa: E402

VIEWS = ((255, 0, 0), (0, 255, 0), (0, 0, 255))


def polish(request: Request, progress: Progress) -> Asset:
    """Paints the mesh that came along red, and tells what it was given."""
    progress.stage("load")
    mesh = request.mesh
    assert mesh is not None
    keeps = mesh.uvs is not None and request.parameters["uvs"] != "new"
    pixels = np.full((8, 8, 3), (200, 30, 20), np.uint8)
    a, b, c = (mesh.vertices[mesh.faces[:, corner]].astype(float) for corner in range(3))
    provenance = {
        "uvs": "kept" if keeps else "new",
        "choice": request.parameters["uvs"],
        "mesh_vertices": len(mesh.vertices),
        "faces": len(mesh.faces),
        "size": (mesh.bounds[1] - mesh.bounds[0]).tolist(),
        "volume": float((a * np.cross(b, c)).sum() / 6),
        "images": len(request.images),
        "maps": request.maps is not None and request.maps.base_color[0, 0, :3].tolist(),
        "views": {"count": len(VIEWS), "columns": 2, "size": 4},
        "seen_again": request.views is not None and request.views[0, 0, :3].tolist(),
        "may_change": None if request.mask is None else float((request.mask > 127).mean()),
    }
    uvs = mesh.uvs if keeps else project(mesh.vertices[mesh.faces])
    return Asset(replace(mesh, uvs=uvs), Material(pixels, pixels, pixels), "polished", provenance, sheet())


def sheet() -> npt.NDArray[np.uint8]:
    """Three views of four pixels a side in two columns: plain red, green and blue."""
    whole = np.full((8, 8, 3), 128, np.uint8)
    for number, color in enumerate(VIEWS):
        row, column = divmod(number, 2)
        whole[4 * row : 4 * row + 4, 4 * column : 4 * column + 4] = color
    return whole


def project(corners: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """[F, 3, 3] -> [F, 3, 2], from above into the square: the corners of a polygon stay together."""
    flat = corners[..., :2]
    low, high = flat.min(axis=(0, 1)), flat.max(axis=(0, 1))
    return np.asarray((flat - low) / (high - low), np.float32)


SCRIPT = fakes.RECIPES[0]
POLISH = Recipe(
    replace(
        SCRIPT.description,
        name="polish",
        title="Polish",
        task="texture",
        inputs=("prompt?", "mesh", "images?", "maps?", "mask?", "views?"),
        parameters=(
            Parameter("uvs", "choice", "auto", "Which UVs", choices=("auto", "keep", "new")),
            Parameter("redo_view", "int", -1, "Which view is painted again", minimum=-1, advanced=True),
        ),
    ),
    polish,
)
HEAVY = Recipe(
    replace(SCRIPT.description, name="heavy", title="Heavy", task="vary", weights=("taesd",)), SCRIPT.run
)
PULL = Recipe(
    replace(PULL_WEIGHTS.description, environment="core"),
    lambda request, progress: Receipt("weights", {"weights": [str(request.parameters["names"])]}),
)
GRAND = next(recipe for recipe in fakes.RECIPES if recipe.description.environment == "full")
SHARPEN = Recipe(
    replace(
        POLISH.description, name="sharpen", title="Sharpen", task="refine", inputs=("mesh", "maps", "mask?")
    ),
    polish,
)
UNWRAP = Recipe(
    replace(
        SCRIPT.description, name="flatten", title="Flatten", task="unwrap", inputs=("mesh",), parameters=()
    ),
    lambda request, progress: polish(
        replace(request, parameters={"uvs": "new"}, mesh=replace(request.mesh, uvs=None)), progress
    ),
)
RESHAPE = Recipe(
    replace(
        POLISH.description,
        name="reshape",
        title="Reshape",
        task="vary",
        inputs=("prompt?", "images?", "mesh", "maps?", "mask?"),
    ),
    polish,
)
RECIPES = (SCRIPT, POLISH, GRAND, HEAVY, PULL, SHARPEN, UNWRAP, RESHAPE)

__all__ = ["RECIPES", "Request"]


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["worker"]:
        from maquette.worker.process import work
        from tests.fakes.fake_worker import write_result

        work(RECIPES, write_result)
        return 0
    data = Path(arguments[arguments.index("--data") + 1])
    descriptions = tuple(recipe.description for recipe in RECIPES)
    worker = (sys.executable, os.path.abspath(__file__), "worker")
    commands = {"core": worker} | ({"full": worker} if find_full(data, __version__) else {})
    return serve(Settings(data=data, commands=commands, descriptions=descriptions))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
