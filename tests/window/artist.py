"""Runs inside a Blender with a window: an empty scene, and the Maquette tab open. WINDOW_SEED is the seed."""

import os
import sys
from pathlib import Path

import bpy

sys.path.insert(0, str(Path(__file__).parent))

import stage


def prepare() -> None:
    for item in list(bpy.data.objects):
        if item.type == "MESH":
            bpy.data.objects.remove(item)
    settings = bpy.context.window_manager.maquette
    settings.random_seed, settings.seed = False, int(os.environ["WINDOW_SEED"])
    bpy.app.timers.register(pose)


def pose() -> float | None:
    """Shows the object with its material once it stands."""
    if not any(item.type == "MESH" for item in bpy.data.objects):
        return 0.2
    stage.show_material()
    return None


def report() -> stage.Json:
    session = stage.session()
    jobs = session.jobs.newest_first()
    return {
        "prompt": bpy.context.window_manager.maquette.prompt,
        "phase": session.phase.name,
        "jobs": [job.fate.name for job in jobs],
        "stages": [job.view.stage for job in jobs if job.view],
        "objects": [
            {
                "name": item.name,
                "location": list(item.location),
                "triangles": len(item.data.polygons),
                "images": sum(node.type == "TEX_IMAGE" for node in item.data.materials[0].node_tree.nodes),
                "prompt": item.get("maquette_prompt", ""),
            }
            for item in bpy.data.objects
            if item.type == "MESH"
        ],
    }


stage.begin(prepare, report, stage.View((0.12, 0.12, 0.42), 1.9))
