"""The one place that reads the environment: where data lives, which running backend to attach to, and how
weights are fetched.
"""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

HUB: Final = "https://huggingface.co"
_TRUE: Final = ("1", "on", "yes", "true")


@dataclass(frozen=True)
class Settings:
    """`connection_file` names a running backend to attach to; None means: start a private one.

    `weights_folder` is where weights lie if not in the data folder, `hub` the address that they are fetched
    from, and `hub_token` what it is shown, if not the token of the Hugging Face login.
    """

    data_dir: Path
    connection_file: Path | None = None
    weights_folder: Path | None = None
    hub: str = HUB
    hub_token: str = field(default="", repr=False)
    is_offline: bool = False

    @property
    def weights_dir(self) -> Path:
        """The folder of all weights."""
        return self.weights_folder or self.data_dir / "weights"

    @property
    def session_file(self) -> Path:
        """The secret token that this user's jobs belong to."""
        return self.data_dir / "session"

    @property
    def run_dir(self) -> Path:
        """Where every running backend of this folder has its connection file."""
        return self.data_dir / "run"

    @property
    def log_dir(self) -> Path:
        """Where the messages of backends go."""
        return self.data_dir / "log"


def load_settings(
    data: str | None = None,
    connection: str | None = None,
    environ: Mapping[str, str] = os.environ,
) -> Settings:
    """Command line over environment (MAQUETTE_DATA, MAQUETTE_CONNECTION) over the platform's own folder.

    Of weights: MAQUETTE_WEIGHTS is their folder, MAQUETTE_HUB another hub and MAQUETTE_HUB_TOKEN its token;
    MAQUETTE_OFFLINE forbids to fetch any. HF_ENDPOINT and HF_HUB_OFFLINE count as well.
    """
    data = data or environ.get("MAQUETTE_DATA")
    offline = environ.get("MAQUETTE_OFFLINE") or environ.get("HF_HUB_OFFLINE") or ""
    return Settings(
        data_dir=_path(data) or default_data_dir(sys.platform, environ),
        connection_file=_path(connection or environ.get("MAQUETTE_CONNECTION")),
        weights_folder=_path(environ.get("MAQUETTE_WEIGHTS")),
        hub=(environ.get("MAQUETTE_HUB") or environ.get("HF_ENDPOINT") or HUB).rstrip("/"),
        hub_token=environ.get("MAQUETTE_HUB_TOKEN", ""),
        is_offline=offline.lower() in _TRUE,
    )


def _path(given: str | None) -> Path | None:
    return Path(given).expanduser().absolute() if given else None


def default_data_dir(platform: str, environ: Mapping[str, str]) -> Path:
    """Where the platform keeps the data of one user's programs."""
    home = Path.home()
    if platform == "win32":
        return Path(environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "Maquette"
    if platform == "darwin":
        return home / "Library" / "Application Support" / "Maquette"
    return Path(environ.get("XDG_DATA_HOME") or home / ".local" / "share") / "maquette"
