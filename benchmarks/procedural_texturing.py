"""What `texture-procedural` costs: the whole recipe, on a mesh of 20k faces, with maps of 2048."""

import statistics
import time

import numpy as np

from maquette.assets import Mesh
from maquette.geometry.unwrap.unwrapping import unwrap
from maquette.progress import Progress
from maquette.recipes import Request
from maquette.recipes.texture_procedural import RECIPE

from .blob import decimated, raw_blob
from .table import Row, at_most

FACES, SIZE = 20_000, 2048
PROMPTS = (
    "rusty iron with green moss",
    "weathered oak with brass nails",
    "old painted blue metal, scratched",
)


def rows() -> list[Row]:
    """CPU seconds of the recipe on the mesh's own UVs, and with the unwrap; medians over prompts."""
    bare = Mesh(*decimated(*raw_blob(), FACES))
    own = Mesh(bare.vertices, bare.faces, unwrap(bare.vertices, bare.faces, SIZE, SIZE // 128, Progress()))
    _seconds(own, PROMPTS[0])  # imports, first calls
    kept = [_seconds(own, prompt) for prompt in PROMPTS]
    unwrapped = _seconds(bare, PROMPTS[0])
    prompts = f"{len(PROMPTS)} prompts, {len(own.faces)} faces, {SIZE} maps, own UVs; worst {max(kept):.2f} s"
    return [
        at_most("texture-procedural", statistics.median(kept), "CPU s", 10.0, prompts),
        at_most("texture-procedural, new UVs", unwrapped, "CPU s", 10.0, f"{PROMPTS[0]!r}, with the unwrap"),
    ]


def _seconds(mesh: Mesh, prompt: str) -> float:
    parameters = RECIPE.description.validated({"texture_size": str(SIZE)})
    started = time.process_time()
    asset = RECIPE.run(Request(prompt, parameters, 1, mesh=mesh), Progress())
    seconds = time.process_time() - started
    assert np.array_equal(asset.mesh.vertices, mesh.vertices)
    return seconds
