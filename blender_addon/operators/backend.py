# SPDX-License-Identifier: GPL-3.0-or-later
"""The buttons of the Setup panel, and those that errors offer."""

from typing import Any

import bpy

from .. import diagnostics, runtime
from ..phases import Phase
from ..preferences import data_folder


class MAQUETTE_OT_install(bpy.types.Operator):
    """Unpack the backend from this extension into the data folder. Nothing is downloaded"""

    bl_idname = "maquette.install"
    bl_label = "Install"

    def execute(self, context: bpy.types.Context) -> set[Any]:
        runtime.current().link.install()
        return {"FINISHED"}


class MAQUETTE_OT_start_backend(bpy.types.Operator):
    """Start the backend, and install it before where that is needed"""

    bl_idname = "maquette.start_backend"
    bl_label = "Start"

    def execute(self, context: bpy.types.Context) -> set[Any]:
        runtime.current().link.start()
        return {"FINISHED"}


class MAQUETTE_OT_restart_backend(bpy.types.Operator):
    """Stop the backend and start it anew. Running jobs are lost, finished ones are kept"""

    bl_idname = "maquette.restart_backend"
    bl_label = "Restart"

    def execute(self, context: bpy.types.Context) -> set[Any]:
        runtime.current().link.stop()
        runtime.current().link.start()
        return {"FINISHED"}


class MAQUETTE_OT_stop_backend(bpy.types.Operator):
    """Stop the backend. Running jobs are lost, finished ones are kept"""

    bl_idname = "maquette.stop_backend"
    bl_label = "Stop"

    def execute(self, context: bpy.types.Context) -> set[Any]:
        runtime.current().link.stop()
        return {"FINISHED"}


class MAQUETTE_OT_free_memory(bpy.types.Operator):
    """Have the backend give back the memory that idle models hold"""

    bl_idname = "maquette.free_memory"
    bl_label = "Free Memory"

    @classmethod
    def poll(cls, context: bpy.types.Context) -> bool:
        if runtime.current().phase is Phase.READY:
            return True
        cls.poll_message_set("The backend does not run, so it holds no memory")
        return False

    def execute(self, context: bpy.types.Context) -> set[Any]:
        runtime.current().link.pump.unload()
        return {"FINISHED"}


class MAQUETTE_OT_show_log(bpy.types.Operator):
    """Open the backend's log"""

    bl_idname = "maquette.show_log"
    bl_label = "Show Log"

    def execute(self, context: bpy.types.Context) -> set[Any]:
        log = runtime.current().link.log
        if log is None or not log.is_file():
            self.report({"INFO"}, "The backend has not written a log yet: start it")
            return {"CANCELLED"}
        bpy.ops.wm.path_open(filepath=str(log))
        return {"FINISHED"}


class MAQUETTE_OT_copy_diagnostics(bpy.types.Operator):
    """Copy versions, states, errors and the end of the log, to paste into a report. Prompts are left out"""

    bl_idname = "maquette.copy_diagnostics"
    bl_label = "Copy Diagnostics"

    def execute(self, context: bpy.types.Context) -> set[Any]:
        manager: Any = context.window_manager
        manager.clipboard = diagnostics.report()
        self.report({"INFO"}, "Copied to the clipboard")
        return {"FINISHED"}


class MAQUETTE_OT_open_data_folder(bpy.types.Operator):
    """Open the folder of the backend and its results"""

    bl_idname = "maquette.open_data_folder"
    bl_label = "Open Data Folder"

    def execute(self, context: bpy.types.Context) -> set[Any]:
        bpy.ops.wm.path_open(filepath=str(data_folder()))
        return {"FINISHED"}


class MAQUETTE_OT_open_extensions(bpy.types.Operator):
    """Open Blender's list of extensions, where updates are found"""

    bl_idname = "maquette.open_extensions"
    bl_label = "Extensions"

    def execute(self, context: bpy.types.Context) -> set[Any]:
        preferences: Any = context.preferences
        preferences.active_section = "EXTENSIONS"
        bpy.ops.screen.userpref_show("INVOKE_DEFAULT")
        return {"FINISHED"}


CLASSES = (
    MAQUETTE_OT_install,
    MAQUETTE_OT_start_backend,
    MAQUETTE_OT_restart_backend,
    MAQUETTE_OT_stop_backend,
    MAQUETTE_OT_free_memory,
    MAQUETTE_OT_show_log,
    MAQUETTE_OT_copy_diagnostics,
    MAQUETTE_OT_open_data_folder,
    MAQUETTE_OT_open_extensions,
)
