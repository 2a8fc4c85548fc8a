"""The real server process with the scriptable worker.

Its argument is JSON: fields of Settings, with those of Limits and PeerLimits in "limits" and "peers".
"""

import json
import sys
from pathlib import Path

from maquette.server.process import serve
from maquette.server.router import PeerLimits
from maquette.server.settings import Settings
from maquette.server.supervision import Limits
from tests.fakes.recipes import RECIPES

WORKER = (sys.executable, str(Path(__file__).with_name("fake_worker.py")))


def main() -> int:
    values = json.loads(sys.argv[1])
    worker = tuple(values.pop("worker", WORKER))
    for name in ("data", "connection", "allow"):
        if name in values:
            values[name] = Path(values[name])
    return serve(
        Settings(
            commands={"core": worker},
            descriptions=tuple(recipe.description for recipe in RECIPES),
            limits=Limits(**values.pop("limits", {})),
            peers=PeerLimits(**values.pop("peers", {})),
            **values,
        )
    )


if __name__ == "__main__":
    sys.exit(main())
