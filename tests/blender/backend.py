"""The server as it is, with the scriptable worker: it does on cue what the add-on must survive.

Started as `backend.py --data DIR` by the add-on, and as `backend.py worker` by the server. `polish` is a
recipe for textures: new maps on the mesh that came along. `grand` needs the full environment; where one is
installed, the same worker plays it.
"""

import os
import sys
from dataclasses import replace
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from maquette import __version__  # noqa: E402
from maquette.environments import find_full  # noqa: E402
from maquette.recipes import Recipe, Request  # noqa: E402
from maquette.server.process import serve  # noqa: E402
from maquette.server.settings import Settings  # noqa: E402
from tests.fakes import recipes as fakes  # noqa: E402

SCRIPT = fakes.RECIPES[0]
POLISH = Recipe(
    replace(SCRIPT.description, name="polish", title="Polish", task="texture", inputs=("prompt?", "mesh")),
    SCRIPT.run,
)
GRAND = next(recipe for recipe in fakes.RECIPES if recipe.description.environment == "full")
RECIPES = (SCRIPT, POLISH, GRAND)

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
