"""What TRELLIS's recipes are given in tests."""

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import trimesh

from maquette.assets import Asset, Material, Mesh
from maquette.progress import Progress
from maquette.protocol import Json
from maquette.recipes import RECIPES, Request

QUICK: dict[str, Json] = {"triangles": 500, "texture_size": "256"}
STEPS: dict[str, Json] = {"latent_steps": 2, "latent_guidance": 2.0}


def picture(size: int = 64) -> np.ndarray:
    """A red disc on nothing."""
    y, x = np.mgrid[:size, :size] - (size - 1) / 2
    made = np.zeros((size, size, 4), np.uint8)
    made[np.hypot(x, y) < size / 3] = (200, 30, 30, 255)
    return made


def block() -> tuple[Mesh, Material]:
    """A box two metres high that stands beside the origin, white below and black above its middle."""
    box = trimesh.creation.box((1, 1, 2)).subdivide().subdivide()
    vertices = (box.vertices + np.array([3, 0, 1])).astype(np.float32)
    faces = box.faces.astype(np.int32)
    corners = vertices[faces]
    # All sides on one square, so that v tells the height: good enough to look maps up by.
    uvs = np.stack([(corners[..., 0] + corners[..., 1] - 2) / 3, corners[..., 2] / 2], axis=-1)
    base = np.full((64, 64, 3), 255, np.uint8)
    base[:32] = 0
    flat = np.full((64, 64, 3), (128, 128, 255), np.uint8)
    rough = np.full((64, 64, 3), (255, 51, 204), np.uint8)
    return Mesh(vertices, faces, np.clip(uvs, 0, 1).astype(np.float32)), Material(base, rough, flat)


def run(name: str, data: Path, parameters: Mapping[str, Json], progress: Progress, **inputs: object) -> Asset:
    """A recipe, as a worker runs it."""
    recipe = next(recipe for recipe in RECIPES if recipe.description.name == name)
    values = recipe.description.validated({**QUICK, **parameters})
    made = recipe.run(Request(parameters=values, data=data, **{"prompt": "", "seed": 3, **inputs}), progress)
    assert isinstance(made, Asset)
    return made
