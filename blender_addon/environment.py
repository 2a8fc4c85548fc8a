# SPDX-License-Identifier: GPL-3.0-or-later
"""The backend's own Python environments: core, unpacked from this extension (in a checkout, the one at hand),
and full, with PyTorch.
"""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from maquette import __version__
from maquette.client.installer import CoreInstaller, FullInstaller, Step

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


def full_installer(folder: Path) -> FullInstaller:
    """Of the environment with PyTorch; Maquette comes from this extension's wheel, or from the checkout."""
    wheel = next((BUNDLE / "wheels").glob("maquette-*.whl"), BUNDLE.parent)
    return FullInstaller(_environments(folder), __version__, str(wheel))


def remove_others(folder: Path) -> Iterator[None]:
    """Removes what earlier versions left and nobody uses, a few milliseconds at a time: to be begun when
    this version's backend was seen to work.
    """
    if _has_bundle():
        yield from _installer(folder).remove_others()
    yield from full_installer(folder).remove_others()


def _has_bundle() -> bool:
    return (BUNDLE / "bundle.json").is_file()


def _installer(folder: Path) -> CoreInstaller:
    return CoreInstaller(BUNDLE, _environments(folder))


def _environments(folder: Path) -> Path:
    return folder / "environments"
