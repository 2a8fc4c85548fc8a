"""What an artist does with a new ZIP, in a real Blender that knows nothing of this checkout.

    python artist.py ZIP

Installs the extension, types a prompt, presses Generate, waits, undoes, redoes, saves, reopens, and prints
what it saw as JSON. Only bpy and the standard library are imported; BLENDER_USER_RESOURCES names an empty
folder.
"""

import json
import sys
import tempfile
import time
from pathlib import Path

import bpy

PROMPT = "a red wooden chair with a round seat"
TIMEOUT_S = 150.0


def main(zip_path: str) -> dict[str, object]:
    begun = time.monotonic()
    bpy.ops.wm.read_factory_settings(use_empty=True)
    bpy.ops.extensions.package_install_files(filepath=zip_path, repo="user_default", enable_on_install=True)
    name = next(key for key in list(bpy.context.preferences.addons.keys()) if key.endswith(".maquette"))
    installed = time.monotonic()

    bpy.ops.ed.undo_push(message="Before")  # without a window the undo stack begins only when asked
    bpy.context.scene.cursor.location = (1.0, 2.0, 0.0)
    bpy.context.window_manager.maquette.prompt = PROMPT
    bpy.context.preferences.addons[name].preferences.parts = "GROUPS"
    assert bpy.ops.maquette.generate() == {"FINISHED"}
    longest_tick = wait_for_object(name)
    standing = time.monotonic()

    report: dict[str, object] = {
        "blender": bpy.app.version_string,
        "install_s": installed - begun,
        "first_object_s": standing - begun,
        "longest_tick_s": longest_tick,
        "object": describe(),
    }
    bpy.ops.ed.undo()
    report["objects_after_undo"] = len(bpy.data.objects)
    bpy.ops.ed.redo()
    report["objects_after_redo"] = len(bpy.data.objects)
    report["reopened"] = save_and_reopen()
    bpy.ops.preferences.addon_disable(module=name)
    report["children_left"] = children_left()
    return report


def wait_for_object(name: str) -> float:
    """Beats the timer, which never fires in the module, until the object stands; gives the longest beat."""
    runtime = sys.modules[f"{name}.runtime"]
    longest, deadline = 0.0, time.monotonic() + TIMEOUT_S
    while not bpy.data.objects:
        before = time.perf_counter()
        pause = runtime.tick()
        longest = max(longest, time.perf_counter() - before)
        failed = [
            job.failure or (job.view and job.view.error) for job in runtime.current().jobs.newest_first()
        ]
        if time.monotonic() > deadline or any(failed):
            raise RuntimeError(f"no object after {TIMEOUT_S} s: {failed}")
        time.sleep(min(pause, 0.05))
    return longest


def describe() -> dict[str, object]:
    """What stands in the scene."""
    item = bpy.data.objects[0]
    material = item.data.materials[0]
    images = [node.image for node in material.node_tree.nodes if node.type == "TEX_IMAGE"]
    return {
        "count": len(bpy.data.objects),
        "triangles": len(item.data.polygons),
        "uv_layers": len(item.data.uv_layers),
        "groups": [group.name for group in item.vertex_groups],
        "location": list(item.location),
        "dimensions": list(item.dimensions),
        "images": {image.name: [*image.size, image.colorspace_settings.name] for image in images},
        "packed": all(image.packed_file for image in images),
        "prompt": item.get("maquette_prompt", ""),
        "keys": sorted(filter(lambda key: key.startswith("maquette"), item.keys())),
    }


def save_and_reopen() -> dict[str, object]:
    with tempfile.TemporaryDirectory() as folder:
        path = str(Path(folder) / "scene.blend")
        bpy.ops.wm.save_as_mainfile(filepath=path)
        bpy.ops.wm.read_homefile(use_empty=True)
        assert not bpy.data.objects
        bpy.ops.wm.open_mainfile(filepath=path)
        return describe()


def children_left() -> int:
    """How many child processes are still there two seconds after the add-on went (Linux)."""
    listings = list(Path("/proc/self/task").glob("*/children"))
    for _ in range(40):
        children = [pid for listing in listings for pid in listing.read_text().split()]
        if not children:
            return 0
        time.sleep(0.05)
    return len(children)


if __name__ == "__main__":
    print("REPORT " + json.dumps(main(sys.argv[1])), flush=True)
