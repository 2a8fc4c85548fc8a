# SPDX-License-Identifier: GPL-3.0-or-later
"""The backend's own Python environment: unpacked from this extension, or, in a checkout, the one at hand."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from maquette.client.installer import CoreInstaller, Step

BUNDLE: Final = Path(__file__).parent  # build_addon.py puts bundle.json and the wheels here; read only
SERVER: Final = "maquette.server"


def is_installed(folder: Path) -> bool:
    """Whether the backend can be started at once."""
    return not _has_bundle() or _installer(folder).is_installed()


def install_steps(folder: Path) -> Iterator[Step]:
    """Installs a few milliseconds at a time. Raises MaquetteError for what a person has to mend."""
    return _installer(folder).install_steps()


def server_command(folder: Path) -> list[str]:
    """What starts the server, apart from its own options."""
    if _has_bundle():
        return _installer(folder).command(SERVER)
    return [sys.executable, "-I", "-m", SERVER]


def _has_bundle() -> bool:
    return (BUNDLE / "bundle.json").is_file()


def _installer(folder: Path) -> CoreInstaller:
    return CoreInstaller(BUNDLE, folder / "environments")
