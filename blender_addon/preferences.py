# SPDX-License-Identifier: GPL-3.0-or-later
# mypy: disable-error-code="valid-type"
"""What an artist sets once: where data lives and whether results become assets."""

import logging
from pathlib import Path
from typing import Any

import bpy

from .identity import PACKAGE, user_folder
from .scene_io.part_marks import WAYS

_logger = logging.getLogger(__name__)


class MAQUETTE_AP_preferences(bpy.types.AddonPreferences):
    """Drawn in Edit > Preferences > Add-ons > Maquette."""

    bl_idname = PACKAGE

    data_folder: bpy.props.StringProperty(
        name="Data Folder",
        description="Where the backend and its results are kept, from the next start of Blender on. "
        "Leave empty for the extension's own folder",
        subtype="DIR_PATH",
    )
    mark_assets: bpy.props.BoolProperty(
        name="Add Results to Asset Browser",
        description="Mark every result as an asset, with a preview, to be found in the Asset Browser",
        default=False,
    )
    parts: bpy.props.EnumProperty(
        name="Parts",
        description="How the parts of what is generated are told apart in Blender",
        items=list(WAYS),
        default="NONE",
    )

    def draw(self, context: bpy.types.Context) -> None:
        layout = self.layout
        layout.use_property_split = True
        layout.prop(self, "data_folder", placeholder=str(user_folder()))
        layout.prop(self, "parts")
        layout.prop(self, "mark_assets")


def data_folder() -> Path:
    """The folder of the backend, its job store and its log, made if need be."""
    chosen = str(getattr(_preferences(), "data_folder", ""))
    if chosen:
        folder = Path(bpy.path.abspath(chosen))
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            _logger.warning("The data folder cannot be used (%s): the extension's own is", error.strerror)
        else:
            return folder
    return user_folder()


def marks_assets() -> bool:
    """Whether results go to the asset browser."""
    return bool(getattr(_preferences(), "mark_assets", False))


def parts_way() -> str:
    """How parts are marked: one of `scene_io.part_marks.WAYS`."""
    return str(getattr(_preferences(), "parts", "NONE"))


def draw_parts(layout: Any) -> None:
    """Draws the choice of how parts are marked, where there are preferences to keep it."""
    preferences = _preferences()
    if preferences is not None:
        layout.prop(preferences, "parts")


def reason_offline() -> str:
    """Why nothing may be downloaded, in words; empty if it may be."""
    app: Any = bpy.app
    if app.online_access:
        return ""
    if app.online_access_override:
        return "Blender was started in offline mode: start it without --offline-mode to download"
    return "Blender may not go online: allow it in Preferences > System > Network"


def _preferences() -> Any:
    """This add-on's preferences; None where it runs from a checkout without being enabled."""
    preferences: Any = bpy.context.preferences
    addon = preferences.addons.get(PACKAGE)
    return addon.preferences if addon else None
