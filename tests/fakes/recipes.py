"""Recipes that do on cue what real ones must never do. The parameter `script` lists steps, run in order.

Steps: stage=NAME[:STEPS] step[=N] note=TEXT preview sleep=S busy=S (progress all the while) gil=S (holds the
GIL in native code) deaf=S (ignores cancels) hang raise=TYPE error=CODE exit=CODE signal=NAME ignore_term
alloc=MB keep=MB spew=KB child (starts a subprocess) write=full|half|slow|limit|lie
(how the result fails) or glb (a real one).
"""

import ctypes
import os
import signal
import subprocess
import sys
import time

import numpy as np

from maquette.assets import Asset, Material, Mesh
from maquette.progress import Progress
from maquette.protocol import MaquetteError, Parameter, RecipeDescription
from maquette.recipes import Recipe, Request

STAGES = ("load", "shape", "finish")
PREVIEW = b"\x89PNG\r\n\x1a\n" + bytes(64)
SCRIPT = Parameter("script", "text", "stage=load stage=shape:3 step=3 stage=finish", "What to do")

kept: list[bytearray] = []


def describe(name: str, inputs: tuple[str, ...], environment: str = "core") -> RecipeDescription:
    return RecipeDescription(
        name=name,
        title=name.title(),
        summary="Does what it is told",
        task="generate",
        inputs=inputs,
        parameters=(SCRIPT,),
        stages=STAGES,
        environment=environment,
        seconds=0.3,
    )


def run(request: Request, progress: Progress) -> Asset:
    how_to_write = ""
    for word in str(request.parameters["script"]).split():
        name, _, value = word.partition("=")
        if name == "write":
            how_to_write = value
        else:
            _act(name, value, progress)
    return make_asset(request, how_to_write)


def make_asset(request: Request, name: str) -> Asset:
    """A tetrahedron whose corners depend on the seed; images and meshes that came along are counted."""
    generator = np.random.default_rng(request.seed)
    vertices = generator.random((4, 3), dtype=np.float32)  # [4, 3]
    faces = np.array([[0, 2, 1], [0, 1, 3], [1, 2, 3], [0, 3, 2]], dtype=np.int32)
    pixels = generator.integers(0, 256, (8, 8, 3), dtype=np.uint8)
    mesh = Mesh(vertices, faces, np.zeros((4, 3, 2), dtype=np.float32))
    provenance = {
        "prompt": request.prompt,
        "seed": request.seed,
        "images": [list(image.shape) for image in request.images],
        "mesh_vertices": len(request.mesh.vertices) if request.mesh else 0,
    }
    return Asset(mesh, Material(pixels, pixels, pixels), name, provenance)


def _act(name: str, value: str, progress: Progress) -> None:
    if name == "stage":
        stage, _, steps = value.partition(":")
        progress.stage(stage, int(steps or 1))
    elif name == "step":
        for _ in range(int(value or 1)):
            progress.step()
    elif name == "note":
        progress.note(value)
    elif name == "preview":
        progress.preview(PREVIEW)
    elif name in ("sleep", "busy", "deaf", "gil", "hang"):
        _pass_time(name, float(value or 3600), progress)
    elif name in ("alloc", "keep", "spew", "child"):
        _take(name, int(value or 1))
    else:
        _misbehave(name, value)


def _pass_time(name: str, seconds: float, progress: Progress) -> None:
    end = time.monotonic() + seconds
    if name in ("gil", "hang"):
        ctypes.PyDLL(None).sleep(int(seconds))
    elif name == "deaf":
        time.sleep(seconds)
    while time.monotonic() < end:
        if name == "busy":
            progress.step(0)
        progress.check()
        time.sleep(0.005)


def _take(name: str, amount: int) -> None:
    if name == "alloc":
        bytearray(amount << 20)
    elif name == "keep":
        kept.append(bytearray(os.urandom(1) * (amount << 20)))
    elif name == "spew":
        sys.stderr.write("x" * 1023 * amount + "\nthe end of the spew\n")
    else:
        subprocess.Popen([sys.executable, "-c", "import time; time.sleep(3600)"])


def _misbehave(name: str, value: str) -> None:
    if name == "raise":
        raise {"ValueError": ValueError, "MemoryError": MemoryError, "OSError": OSError}[value](
            "on cue: /home/me"
        )
    if name == "error":
        raise MaquetteError(value, f"{value} on cue", "retry")
    if name == "exit":
        sys.stderr.write("last words\n")
        sys.stderr.flush()
        os._exit(int(value))
    if name == "signal":
        os.kill(os.getpid(), signal.Signals[value])
    elif name == "ignore_term":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    else:
        raise ValueError(f"the script has no step {name!r}")


RECIPES = (
    Recipe(describe("script", ("prompt?", "images?")), run),
    Recipe(describe("remodel", ("prompt?", "mesh")), run),
    Recipe(describe("grand", ("prompt?",), "full"), run),
)
