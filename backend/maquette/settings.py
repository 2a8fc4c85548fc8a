"""The one place that reads the environment: where data lives and which running backend to attach to."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Settings:
    """`connection_file` names a running backend to attach to; None means: start a private one."""

    data_dir: Path
    connection_file: Path | None = None

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
    """Command line over environment (MAQUETTE_DATA, MAQUETTE_CONNECTION) over the platform's own folder."""
    data = data or environ.get("MAQUETTE_DATA")
    connection = connection or environ.get("MAQUETTE_CONNECTION")
    return Settings(
        data_dir=Path(data).expanduser().absolute() if data else default_data_dir(sys.platform, environ),
        connection_file=Path(connection).expanduser().absolute() if connection else None,
    )


def default_data_dir(platform: str, environ: Mapping[str, str]) -> Path:
    """Where the platform keeps the data of one user's programs."""
    home = Path.home()
    if platform == "win32":
        return Path(environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "Maquette"
    if platform == "darwin":
        return home / "Library" / "Application Support" / "Maquette"
    return Path(environ.get("XDG_DATA_HOME") or home / ".local" / "share") / "maquette"
