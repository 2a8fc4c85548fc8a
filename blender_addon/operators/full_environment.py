# SPDX-License-Identifier: GPL-3.0-or-later
"""The buttons around PyTorch: download it, cancel that, try it, remove it."""

from typing import Any

import bpy

from .. import runtime
from ..jobs import Fate
from ..panels import parts
from ..preferences import reason_offline


class MAQUETTE_OT_install_full(bpy.types.Operator):
    """Download PyTorch into the data folder, in the build that fits this machine. Blender stays usable"""

    bl_idname = "maquette.install_full"
    bl_label = "Install PyTorch"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        full = runtime.current().full
        reason = reason_offline() or (_reason_busy() if full.is_whole else "")
        if full.is_active:
            reason = "Something is being done with it already: wait, or cancel it"
        if reason:
            cls.poll_message_set(reason)
        return not reason

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[Any]:
        manager: Any = context.window_manager
        answer: set[Any] = manager.invoke_props_dialog(self, width=360, confirm_text="Download and Install")
        return answer

    def draw(self, context: bpy.types.Context) -> None:
        parts.text(self.layout, context, parts.download_words(runtime.current().full.installer), "IMPORT")

    def execute(self, context: bpy.types.Context) -> set[Any]:
        runtime.current().install_full()
        return {"FINISHED"}


class MAQUETTE_OT_cancel_full(bpy.types.Operator):
    """Stop this. What was downloaded completely is kept for the next time"""

    bl_idname = "maquette.cancel_full"
    bl_label = "Cancel"

    def execute(self, context: bpy.types.Context) -> set[Any]:
        runtime.current().full.cancel()
        return {"FINISHED"}


class MAQUETTE_OT_verify_full(bpy.types.Operator):
    """Start PyTorch once and see whether it works, and whether it finds the graphics card"""

    bl_idname = "maquette.verify_full"
    bl_label = "Check"

    def execute(self, context: bpy.types.Context) -> set[Any]:
        runtime.current().full.verify()
        return {"FINISHED"}


class MAQUETTE_OT_remove_full(bpy.types.Operator):
    """Delete PyTorch from the data folder. Results are kept, and it can be installed again"""

    bl_idname = "maquette.remove_full"
    bl_label = "Remove"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        reason = _reason_busy()
        if reason:
            cls.poll_message_set(reason)
        return not reason

    def invoke(self, context: bpy.types.Context, event: bpy.types.Event) -> set[Any]:
        manager: Any = context.window_manager
        answer: set[Any] = manager.invoke_confirm(self, event)
        return answer

    def execute(self, context: bpy.types.Context) -> set[Any]:
        runtime.current().remove_full()
        return {"FINISHED"}


def _reason_busy() -> str:
    """Why the backend cannot be stopped now; empty if it can be."""
    is_busy = runtime.current().jobs.with_fate(Fate.OPEN)
    return "A job is running: wait for it, or cancel it" if is_busy else ""


CLASSES = (
    MAQUETTE_OT_install_full,
    MAQUETTE_OT_cancel_full,
    MAQUETTE_OT_verify_full,
    MAQUETTE_OT_remove_full,
)
