"""From a raw generated surface and what is known of its looks to a mesh with UVs and maps."""

from collections.abc import Callable
from dataclasses import replace
from typing import Final

import numpy as np

from maquette.assets import Material, Mesh
from maquette.assets.color import linear_to_srgb, srgb_to_linear
from maquette.assets.mesh import Floats, Ints
from maquette.geometry.normals import face_normals
from maquette.geometry.repair.clean import face_areas
from maquette.progress import Progress
from maquette.protocol import bad_input
from maquette.texture.delight import find_light
from maquette.texture.finish import MESH_STAGES, finish_mesh
from maquette.texture.surface import Surface, SurfaceSample

from .colors import Colors
from .inner_shells import drop_inner

FINISH_STAGES: Final = ("clean", *MESH_STAGES)

_PLACES: Final = 20_000  # where the light on a surface is measured


def finish_generated(
    vertices: Floats,  # [V, 3] as a model gives them
    faces: Ints,  # [F, 3]
    surface: Surface,  # asked at points of this mesh
    triangles: int | None,  # None: as many as there are
    texture_size: int,
    progress: Progress,
) -> tuple[Mesh, Material, str]:
    """A clean mesh of at most about `triangles` faces with maps, and a line for people.

    Reports FINISH_STAGES. Raises bad_input where the model made no surface.
    """
    if not len(faces):
        raise bad_input("no surface came out: choose another seed or another picture")
    progress.stage("clean", 1)
    before = len(faces)
    vertices, faces = drop_inner(vertices, faces)
    inner = before - len(faces)
    progress.step()
    mesh, material = finish_mesh(vertices, faces, surface, triangles, texture_size, progress)
    hidden = f", {inner} of them inside" if inner else ""
    return mesh, material, f"{before} triangles{hidden}, became {len(mesh.faces)}"


def matte_surface(
    colors: Colors,
    vertices: Floats,  # [V, 3]
    faces: Ints,  # [F, 3]
    delight: float,  # 0 leaves the colours, 1 takes out all light that was found in them
    roughness: float,
    metallic: float,
    seed: int,
) -> Surface:
    """A material whose base colour is what `colors` says, without the light that shows in it."""
    flatten = _flattening(colors, vertices, faces, delight, seed)

    def surface(points: Floats, normals: Floats) -> SurfaceSample:
        ones = np.ones(len(points), np.float32)
        return SurfaceSample(flatten(colors(points), normals), ones * roughness, ones * metallic)

    return surface


def stand_on_ground(mesh: Mesh, size: float) -> Mesh:
    """With its longest side `size` metres long, above the origin."""
    low, high = mesh.bounds
    scale = size / max(float((high - low).max()), 1e-12)
    foot = np.array([(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, low[2]], np.float32)
    return replace(mesh, vertices=((mesh.vertices - foot) * np.float32(scale)).astype(np.float32))


def _flattening(
    colors: Colors, vertices: Floats, faces: Ints, amount: float, seed: int
) -> Callable[[Floats, Floats], Floats]:
    """Colours [N, 3] and unit normals [N, 3] to colours under flat light."""
    if amount == 0:
        return lambda shown, normals: shown
    generator = np.random.default_rng(seed)
    areas = face_areas(vertices, faces)
    chosen = generator.choice(len(faces), _PLACES, p=areas / areas.sum())
    places = vertices[faces[chosen]].mean(axis=1, dtype=np.float32)
    linear = srgb_to_linear(colors(places)).astype(np.float32)
    light = find_light(linear, places, face_normals(vertices, faces)[chosen], generator)

    def flatten(shown: Floats, normals: Floats) -> Floats:
        gain = np.exp(np.float32(-amount) * light.at(normals))
        flat: Floats = linear_to_srgb(np.clip(srgb_to_linear(shown) * gain[:, None], 0, 1))
        return flat.astype(np.float32)

    return flatten
