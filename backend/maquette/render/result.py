"""What a worker leaves of a finished job: the asset's files and its picture, in one folder."""

from pathlib import Path
from typing import Final

from maquette.assets import Asset
from maquette.assets.files import write_files
from maquette.protocol import Json

from .preview import render_preview

_PREVIEW_SIZE: Final = 256  # what Blender shows of an asset; the command line renders its own


def write_result(asset: Asset, folder: Path) -> dict[str, Json]:
    """Writes the asset and a preview of it into the folder, which must exist; returns `write_files`'s
    summary.
    """
    return write_files(asset, folder, render_preview(asset, _PREVIEW_SIZE))
