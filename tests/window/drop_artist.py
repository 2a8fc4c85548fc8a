"""Runs inside a Blender with a window: an empty scene, the Maquette tab open; what was dropped is told."""

import sys
from pathlib import Path

import bpy

sys.path.insert(0, str(Path(__file__).parent))

import stage


def prepare() -> None:
    for item in list(bpy.data.objects):
        bpy.data.objects.remove(item)


def report() -> stage.Json:
    settings = bpy.context.window_manager.maquette
    return {
        "images": [item.filepath for item in settings.images],
        "empties": [item.data.filepath for item in bpy.data.objects if item.data is not None],
    }


stage.begin(prepare, report, stage.View((0.0, 0.0, 0.0), 6.0))
