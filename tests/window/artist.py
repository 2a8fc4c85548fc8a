"""Runs inside a Blender with a window: installs the ZIP, opens the Maquette tab, and reports on the scene.

It presses nothing: the prompt is typed and the button pressed from outside, by keyboard and mouse. WINDOW_ZIP
is the extension, WINDOW_SEED the seed in the panel, WINDOW_STATE the JSON file that says four times a second
how things are; SHOT_READY is created when the panel can be seen.
"""

import importlib
import json
import os
import time
from pathlib import Path

import bpy

STATE = Path(os.environ["WINDOW_STATE"])
longest_gap_s = 0.0
beat_at = 0.0


def install() -> None:
    bpy.ops.extensions.package_install_files(
        filepath=os.environ["WINDOW_ZIP"], repo="user_default", enable_on_install=True
    )
    for item in list(bpy.data.objects):
        if item.type == "MESH":
            bpy.data.objects.remove(item)
    settings = bpy.context.window_manager.maquette
    settings.random_seed, settings.seed = False, int(os.environ["WINDOW_SEED"])
    bpy.app.timers.register(open_tab, first_interval=0.5)
    bpy.app.timers.register(pose)
    bpy.app.timers.register(beat)
    bpy.app.timers.register(report)


def open_tab() -> float | None:
    """Shows the sidebar on the Maquette tab, framed for an object of a metre."""
    for area in bpy.context.window_manager.windows[0].screen.areas:
        if area.type != "VIEW_3D":
            continue
        space = area.spaces[0]
        space.show_region_ui = True
        space.overlay.show_extras = False
        space.region_3d.view_location = (0.12, 0.12, 0.42)
        space.region_3d.view_distance = 1.9
        for region in area.regions:
            if region.type == "UI":
                try:
                    region.active_panel_category = "Maquette"
                except (AttributeError, TypeError, RuntimeError):
                    return 0.3  # before its first draw a region has no tabs
                region.tag_redraw()
    Path(os.environ["SHOT_READY"]).touch()
    return None


def pose() -> float | None:
    """Shows the object with its material once it stands: a software renderer is too slow for more of that."""
    if not any(item.type == "MESH" for item in bpy.data.objects):
        return 0.2
    for area in bpy.context.window_manager.windows[0].screen.areas:
        if area.type == "VIEW_3D":
            area.spaces[0].shading.type = "MATERIAL"
            area.spaces[0].overlay.show_outline_selected = False
    return None


def beat() -> float:
    """Notes the longest time that Blender's event loop did not come round."""
    global longest_gap_s, beat_at
    now = time.monotonic()
    if beat_at:
        longest_gap_s = max(longest_gap_s, now - beat_at)
    beat_at = now
    return 0.01


def report() -> float:
    runtime = importlib.import_module("bl_ext.user_default.maquette.runtime")
    session = runtime.current()
    meshes = [item for item in bpy.data.objects if item.type == "MESH"]
    state = {
        "prompt": bpy.context.window_manager.maquette.prompt,
        "phase": session.phase.name,
        "jobs": [job.fate.name for job in session.jobs.newest_first()],
        "stages": [job.view.stage for job in session.jobs.newest_first() if job.view],
        "objects": [
            {
                "name": item.name,
                "location": list(item.location),
                "triangles": len(item.data.polygons),
                "images": sum(node.type == "TEX_IMAGE" for node in item.data.materials[0].node_tree.nodes),
                "prompt": item.get("maquette_prompt", ""),
            }
            for item in meshes
        ],
        "longest_gap_s": longest_gap_s,
    }
    draft = STATE.with_suffix(".part")
    draft.write_text(json.dumps(state))
    draft.replace(STATE)
    return 0.25


bpy.context.preferences.view.show_splash = False
bpy.app.timers.register(install, first_interval=1.0)
