"""New UVs for an artist's mesh: no seam runs through a polygon."""

import numpy as np
import pytest

from maquette.assets import Asset, Mesh
from maquette.assets.mesh import Floats, Ints
from maquette.geometry.unwrap.unwrapping import unwrap
from maquette.geometry.unwrap.uv_check import check_uvs
from maquette.progress import Progress
from maquette.recipes import Request
from maquette.recipes.unwrap import RECIPE as UNWRAP


def torus(major: int, minor: int, twist: float = 0.0) -> tuple[Floats, Ints, Ints]:
    """Bent quads cut in two: vertices [V, 3], faces [F, 3] and the quad of each face [F]."""
    u, v = np.meshgrid(np.arange(major), np.arange(minor), indexing="ij")
    around, across = 2 * np.pi * u / major, 2 * np.pi * v / minor + twist * np.sin(3 * u)
    ring = 1.0 + 0.4 * np.cos(across)
    points = np.stack([ring * np.cos(around), ring * np.sin(around), 0.4 * np.sin(across)], axis=-1)
    at = np.arange(major * minor).reshape(major, minor)
    far, up = np.roll(at, -1, axis=0), np.roll(at, -1, axis=1)
    quads = np.stack([at, far, np.roll(far, -1, axis=1), up], axis=-1).reshape(-1, 4)
    faces = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]])
    polygons = np.tile(np.arange(len(quads)), 2)
    return points.reshape(-1, 3).astype(np.float32), faces.astype(np.int32), polygons.astype(np.int32)


def torn(faces: Ints, polygons: Ints, uvs: Floats) -> int:
    """How many polygons have a vertex at two places of the map."""
    corners = np.stack([polygons.repeat(3), faces.reshape(-1)], axis=1)
    _, which = np.unique(corners, axis=0, return_inverse=True)
    places = uvs.reshape(-1, 2)
    low = np.full((which.max() + 1, 2), np.inf)
    high = -low
    np.minimum.at(low, which.reshape(-1), places)
    np.maximum.at(high, which.reshape(-1), places)
    bad = (high - low > 1e-6).any(axis=1)
    return len(np.unique(polygons.repeat(3)[bad[which.reshape(-1)]]))


@pytest.mark.parametrize("twist", [0.0, 0.3, 1.2])
def test_no_seam_runs_through_a_polygon(twist: float) -> None:
    vertices, faces, polygons = torus(36, 16, twist)
    loose = unwrap(vertices, faces, 1024, 8, Progress())
    assert torn(faces, polygons, loose) > 0  # or this would show nothing
    kept = unwrap(vertices, faces, 1024, 8, Progress(), polygons=polygons)
    assert torn(faces, polygons, kept) == 0


def test_keeping_polygons_whole_costs_no_overlap_and_mirrors_nothing() -> None:
    vertices, faces, polygons = torus(36, 16, 0.3)
    uvs = unwrap(vertices, faces, 1024, 8, Progress(), polygons=polygons)
    first, second = uvs[:, 1] - uvs[:, 0], uvs[:, 2] - uvs[:, 0]
    assert (first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0] > 0).all()
    assert check_uvs(Mesh(vertices, faces, uvs)).overlap_share < 1e-3


def test_triangles_alone_are_unwrapped_as_ever() -> None:
    vertices, faces, _ = torus(24, 12)
    alone = np.arange(len(faces), dtype=np.int32)
    expected = unwrap(vertices, faces, 1024, 8, Progress())
    assert np.array_equal(unwrap(vertices, faces, 1024, 8, Progress(), polygons=alone), expected)


def test_the_recipe_gives_the_mesh_back_with_new_uvs_alone() -> None:
    vertices, faces, polygons = torus(24, 12, 0.3)
    request = Request(
        "",
        {"method": "charts", "texture_size": "512"},
        0,
        mesh=Mesh(vertices, faces, None, polygons=polygons),
    )
    made = UNWRAP.run(request, Progress())
    assert isinstance(made, Asset)
    assert made.mesh.vertices is vertices
    assert made.mesh.faces is faces
    assert made.mesh.uvs is not None
    assert torn(faces, polygons, made.mesh.uvs) == 0
    assert made.provenance["uvs"] == "new"
