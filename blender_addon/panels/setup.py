# SPDX-License-Identifier: GPL-3.0-or-later
"""The backend: how it is, and the buttons that install, start and stop it."""

from typing import Any

import bpy

from .. import runtime
from ..phases import Phase
from . import parts


class MAQUETTE_PT_setup(bpy.types.Panel):
    """State of the backend, and what to send with a bug report."""

    bl_label = "Setup"
    bl_space_type = "VIEW_3D"
    bl_region_type = "UI"
    bl_category = "Maquette"
    bl_options = {"DEFAULT_CLOSED"}

    def draw_header_preset(self, context: bpy.types.Context) -> None:
        layout: Any = self.layout
        layout.label(text=f"{runtime.current().phase.value}  ")

    def draw(self, context: bpy.types.Context) -> None:
        layout: Any = self.layout
        link = runtime.current().link
        parts.phase_line(layout, link)
        if link.error is not None:
            parts.error_box(layout, context, link.error)
        if link.phase is Phase.NOT_INSTALLED:
            parts.text(layout, context, "The first Generate unpacks it. Nothing is downloaded", "INFO")
        _controls(layout, link.phase)
        column = layout.column(align=True)
        column.operator("maquette.show_log", icon="TEXT")
        column.operator("maquette.copy_diagnostics", icon="COPYDOWN")
        column.operator("maquette.open_data_folder", icon="FILE_FOLDER")


def _controls(layout: Any, phase: Phase) -> None:
    row = layout.row(align=True)
    row.scale_y = 1.3
    if phase is Phase.NOT_INSTALLED:
        row.operator("maquette.install", icon="IMPORT")
    elif phase in (Phase.STOPPED, Phase.FAILED):
        row.operator("maquette.start_backend", icon="PLAY")
    else:
        row.operator("maquette.stop_backend", icon="PAUSE")
        if phase is Phase.READY:
            row.operator("maquette.free_memory", icon="MEMORY")


CLASSES = (MAQUETTE_PT_setup,)
