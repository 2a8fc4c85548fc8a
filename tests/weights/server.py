"""The real server with a worker that knows "tiny"; its argument is JSON with the data folder."""

import json
import sys
from pathlib import Path

from maquette.protocol import RecipeDescription
from maquette.recipes.pull_weights import DESCRIPTION
from maquette.server.process import serve
from maquette.server.settings import Settings
from tests.weights.conftest import TINY, register

PAINTS = RecipeDescription(
    name="paints",
    title="Paints",
    summary="Needs weights",
    task="generate",
    inputs=("prompt?",),
    parameters=(),
    stages=("load",),
    environment="full",
    weights=(TINY,),
)


def main() -> int:
    register()
    worker = (sys.executable, str(Path(__file__).with_name("worker.py")))
    return serve(
        Settings(
            data=Path(json.loads(sys.argv[1])["data"]),
            commands={"core": worker, "full": worker},
            descriptions=(DESCRIPTION, PAINTS),
            minimum_free_bytes=0,
        )
    )


if __name__ == "__main__":
    sys.exit(main())
