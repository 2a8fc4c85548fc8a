# SPDX-License-Identifier: GPL-3.0-or-later
"""An image file dropped on the 3D viewport or its sidebar becomes a picture of what to make, or of a surface.

Blender itself makes an empty of it: where several would take a file, it asks at the place of the drop.
"""

import bpy

from . import catalogue
from .operators.generate import takes
from .scene_io.picture import EXTENSIONS
from .scene_io.selection import selected_meshes


class MAQUETTE_FH_image(bpy.types.FileHandler):
    """Offers itself for images over a 3D viewport."""

    bl_idname = "MAQUETTE_FH_image"
    bl_label = "Maquette: Make This"
    bl_import_operator = "maquette.drop_image"
    bl_file_extensions = ";".join(EXTENSIONS)

    @classmethod
    def poll_drop(cls, context: bpy.types.Context) -> bool:
        return context.area is not None and context.area.type == "VIEW_3D"


class MAQUETTE_FH_surface(bpy.types.FileHandler):
    """Offers itself for images over a 3D viewport with a selected mesh, once a recipe looks at them."""

    bl_idname = "MAQUETTE_FH_surface"
    bl_label = "Maquette: Texture Like This"
    bl_import_operator = "maquette.drop_surface"
    bl_file_extensions = ";".join(EXTENSIONS)

    @classmethod
    def poll_drop(cls, context: bpy.types.Context) -> bool:
        is_over = context.area is not None and context.area.type == "VIEW_3D"
        has_taker = any(takes(recipe, "images") for recipe in catalogue.recipes("texture"))
        return is_over and has_taker and bool(selected_meshes(context))


CLASSES = (MAQUETTE_FH_image, MAQUETTE_FH_surface)
