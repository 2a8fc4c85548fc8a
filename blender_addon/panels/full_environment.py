# SPDX-License-Identifier: GPL-3.0-or-later
"""PyTorch, which some recipes need: drawn only where such a recipe is known."""

from typing import Any

import bpy

from .. import catalogue, runtime
from ..full_environment import FullEnvironment
from . import parts


class MAQUETTE_PT_full(bpy.types.Panel):
    """What would be downloaded, how far it is, and what can be done with it."""

    bl_label = "PyTorch"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Maquette"
    bl_parent_id = "MAQUETTE_PT_setup"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        return any(recipe.environment == "full" for recipe in catalogue.recipes())

    def draw(self, context: bpy.types.Context) -> None:
        layout: Any = self.layout
        full = runtime.current().full
        if full.is_active:
            row = layout.row(align=True)
            words = full.words[:1].upper() + full.words[1:] or "Beginning"
            row.progress(factor=full.fraction, type="BAR", text=words)
            row.operator("maquette.cancel_full", text="", icon="X")
            return
        if full.error is not None:
            parts.error_box(layout, context, full.error)
        if full.is_whole:
            _installed(layout, context, full)
        elif full.error is None:
            _offer(layout, context, full)


def _installed(layout: Any, context: bpy.types.Context, full: FullEnvironment) -> None:
    found = full.words if full.words not in ("", "ready") else "Installed"
    parts.text(layout, context, found, "CHECKMARK")
    row = layout.row(align=True)
    row.operator("maquette.verify_full", icon="VIEWZOOM")
    row.operator("maquette.remove_full", icon="TRASH")


def _offer(layout: Any, context: bpy.types.Context, full: FullEnvironment) -> None:
    names = [recipe.title for recipe in catalogue.recipes() if recipe.environment == "full"]
    parts.text(layout, context, f"Needed by {', '.join(names)}", "INFO")
    parts.text(layout, context, parts.download_words(full.installer))
    words = "Go On Installing" if full.installer.is_begun() else "Install PyTorch"
    parts.download_button(layout, context, words)


CLASSES = (MAQUETTE_PT_full,)
