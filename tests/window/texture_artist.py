"""Runs inside a Blender with a window: Suzanne is selected, and the Maquette tab open."""

import os
import sys
import time
from pathlib import Path

import bpy

sys.path.insert(0, str(Path(__file__).parent))

import stage

pressed_at = worn_at = 0.0
uvs_before = b""


def prepare() -> None:
    global uvs_before
    for item in list(bpy.data.objects):
        if item.type == "MESH":
            bpy.data.objects.remove(item)
    bpy.ops.mesh.primitive_monkey_add()
    bpy.ops.object.shade_smooth()
    bpy.context.active_object.modifiers.new("Subdivision", "SUBSURF").levels = 2
    uvs_before = uvs()
    settings = bpy.context.window_manager.maquette
    settings.texture_random_seed, settings.texture_seed = False, int(os.environ["WINDOW_SEED"])
    bpy.ops.ed.undo_push(message="Suzanne")
    bpy.app.timers.register(watch)


def watch() -> float | None:
    """Notes when the button was pressed and when the material was there, and shows it."""
    global pressed_at, worn_at
    if not pressed_at and stage.session().jobs.newest_first():
        pressed_at = time.monotonic()
    if not worn_at and material() is not None:
        worn_at = time.monotonic()
        stage.show_material()
    return 0.02


def material() -> bpy.types.Material | None:
    slots = bpy.data.objects["Suzanne"].material_slots
    return slots[0].material if slots else None


def uvs() -> bytes:
    layer = bpy.data.objects["Suzanne"].data.uv_layers["UVMap"]
    return b"".join(bytes(str(tuple(loop.vector)), "ascii") for loop in layer.uv)


def report() -> stage.Json:
    worn, mesh = material(), bpy.data.objects["Suzanne"].data
    session = stage.session()
    jobs = session.jobs.newest_first()
    nodes = worn.node_tree.nodes if worn is not None else ()
    return {
        "prompt": bpy.context.window_manager.maquette.texture_prompt,
        "phase": session.phase.name,
        "jobs": [job.fate.name for job in jobs],
        "stages": [job.view.stage for job in jobs if job.view],
        "errors": [job.error.message for job in jobs if job.error],
        "material": worn.name if worn is not None else "",
        "worn_prompt": worn.get("maquette_prompt", "") if worn is not None else "",
        "images": {n.name: list(n.image.size) for n in nodes if n.type == "TEX_IMAGE"},
        "uv_maps": [layer.name for layer in mesh.uv_layers],
        "vertices": len(mesh.vertices),
        "uvs_untouched": uvs() == uvs_before,
        "seconds": worn_at - pressed_at if worn_at else -1.0,
    }


stage.begin(prepare, report, stage.View((0.25, 0.0, 0.0), 4.6, turn_deg=28.0, tilt_deg=76.0))
