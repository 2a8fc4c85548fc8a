# SPDX-License-Identifier: GPL-3.0-or-later
"""Marks a result as an asset of this .blend, with the backend's own picture as its preview."""

from pathlib import Path
from typing import Any

import bpy

from .provenance import Origin


def mark_as_asset(item: bpy.types.Object, origin: Origin, preview: Path | None) -> None:
    """Puts an object into the asset browser. Without a picture Blender renders one in the background."""
    item.asset_mark()
    data: Any = item.asset_data
    data.description = origin.prompt
    data.author = "Maquette"
    for tag in ("maquette", origin.recipe):
        data.tags.new(tag, skip_if_exists=True)
    if preview is not None and preview.is_file():
        with bpy.context.temp_override(id=item):
            bpy.ops.ed.lib_id_load_custom_preview(filepath=str(preview))
    else:
        item.asset_generate_preview()
