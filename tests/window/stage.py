"""What every script in a Blender with a window does: install the ZIP, open the Maquette tab, report.

WINDOW_ZIP is the extension, WINDOW_STATE the JSON file that says four times a second how things are;
SHOT_READY is created when the panel can be seen. Nothing is pressed here: that is done from outside, by
keyboard and mouse.
"""

import importlib
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from math import radians
from pathlib import Path

import bpy
from mathutils import Euler

Json = dict[str, object]

STATE = Path(os.environ["WINDOW_STATE"])

longest_gap_s = 0.0
beat_at = 0.0


@dataclass(frozen=True)
class View:
    """Where a viewport looks."""

    at: tuple[float, float, float]
    distance: float
    turn_deg: float = 46.0  # from the front, to the right; Blender's own default is about this
    tilt_deg: float = 63.0  # from above


def begin(prepare: Callable[[], None], report: Callable[[], Json], view: View) -> None:
    """Installs the add-on, lets `prepare` set the scene, and shows it."""

    def install() -> None:
        bpy.ops.extensions.package_install_files(
            filepath=os.environ["WINDOW_ZIP"], repo="user_default", enable_on_install=True
        )
        prepare()
        bpy.app.timers.register(lambda: open_tab(view), first_interval=0.5)
        bpy.app.timers.register(beat)
        bpy.app.timers.register(lambda: write(report()))

    bpy.context.preferences.view.show_splash = False
    bpy.app.timers.register(install, first_interval=1.0)


def session() -> object:
    """The add-on's session."""
    return importlib.import_module("bl_ext.user_default.maquette.runtime").current()


def viewports() -> list[bpy.types.Area]:
    """The 3D viewports of the window."""
    areas = bpy.context.window_manager.windows[0].screen.areas
    return [area for area in areas if area.type == "VIEW_3D"]


def open_tab(view: View) -> float | None:
    """Shows the sidebar on the Maquette tab."""
    for area in viewports():
        space = area.spaces[0]
        space.show_region_ui = True
        space.overlay.show_extras = False
        camera = space.region_3d
        camera.view_location, camera.view_distance = view.at, view.distance
        camera.view_rotation = Euler((radians(view.tilt_deg), 0.0, radians(view.turn_deg))).to_quaternion()
        for region in area.regions:
            if region.type == "UI":
                try:
                    region.active_panel_category = "Maquette"
                except (AttributeError, TypeError, RuntimeError):
                    return 0.3  # before its first draw a region has no tabs
                region.tag_redraw()
    Path(os.environ["SHOT_READY"]).touch()
    return None


def show_material() -> None:
    """Material preview, without an outline: a software renderer is too slow for more of that."""
    for area in viewports():
        area.spaces[0].shading.type = "MATERIAL"
        area.spaces[0].overlay.show_outline_selected = False


def beat() -> float:
    """Notes the longest time that Blender's event loop did not come round."""
    global longest_gap_s, beat_at
    now = time.monotonic()
    if beat_at:
        longest_gap_s = max(longest_gap_s, now - beat_at)
    beat_at = now
    return 0.01


def write(state: Json) -> float:
    """Puts a whole state in the place of the last one."""
    draft = STATE.with_suffix(".part")
    draft.write_text(json.dumps({**state, "longest_gap_s": longest_gap_s}))
    draft.replace(STATE)
    return 0.25
