# SPDX-License-Identifier: GPL-3.0-or-later
"""Which package this is, and the folder that it may write to."""

from pathlib import Path
from typing import Final

import bpy

PACKAGE: Final = __package__  # bl_ext.<repository>.maquette, or blender_addon in a checkout


def user_folder() -> Path:
    """The folder that Blender gives this extension; beside Blender's own data files where it is none."""
    try:
        folder = bpy.utils.extension_path_user(PACKAGE, create=True)
    except ValueError:
        folder = bpy.utils.user_resource("DATAFILES", path="maquette", create=True)
    return Path(folder)
