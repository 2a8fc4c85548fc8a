# SPDX-License-Identifier: GPL-3.0-or-later
"""An image file dropped on the 3D viewport becomes the picture of what to make."""

import bpy

from .scene_io.picture import EXTENSIONS


class MAQUETTE_FH_image(bpy.types.FileHandler):
    """Offers itself for images over a 3D viewport."""

    bl_idname = "MAQUETTE_FH_image"
    bl_label = "Maquette: Make This"
    bl_import_operator = "maquette.add_image"
    bl_file_extensions = ";".join(EXTENSIONS)

    @classmethod
    def poll_drop(cls, context: bpy.types.Context) -> bool:
        return context.area is not None and context.area.type == "VIEW_3D"


CLASSES = (MAQUETTE_FH_image,)
