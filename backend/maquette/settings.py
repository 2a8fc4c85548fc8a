"""Where Maquette keeps its data on this machine: one folder that server, client and command line agree on."""

import os
import sys
from pathlib import Path


def data_folder() -> Path:
    """The user's data folder: job store, logs, run files, environments. Nothing is created here."""
    home = Path.home()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA", home / "AppData" / "Local")) / "Maquette"
    if sys.platform == "darwin":
        return home / "Library" / "Application Support" / "Maquette"
    return Path(os.environ.get("XDG_DATA_HOME", home / ".local" / "share")) / "maquette"
