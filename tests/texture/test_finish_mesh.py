"""From raw meshes to finished ones."""

from functools import cache
from itertools import groupby

import numpy as np
import pytest
import trimesh

from maquette.assets import Material, Mesh
from maquette.geometry.repair.clean import check
from maquette.geometry.repair.repairing import RepairOptions
from maquette.geometry.simplify.budget import triangle_budget
from maquette.geometry.unwrap.unwrapping import unwrap
from maquette.progress import Progress
from maquette.protocol import MaquetteError
from maquette.texture.finish import MESH_STAGES, finish_mesh, finish_worn
from maquette.texture.gutter import fill
from maquette.texture.source_mesh import source_mesh
from maquette.texture.surface import SurfaceSample
from maquette.texture.uv_raster import rasterize_uv, surface_points

QUIET = Progress()
SIZE = 256


def by_place(points, normals):
    shade = (0.5 + 0.4 * points).astype(np.float32)
    return SurfaceSample(shade, shade[:, 0], np.zeros(len(points), np.float32))


@cache
def ball():
    mesh = trimesh.creation.icosphere(5)
    return mesh.vertices.astype(np.float32), mesh.faces.astype(np.int32)


def soup(vertices, faces):
    """Every face with vertices of its own, a sixth of them turned."""
    rng = np.random.default_rng(0)
    turned = rng.random(len(faces)) < 0.17
    faces = np.where(turned[:, None], faces[:, ::-1], faces)
    return vertices[faces].reshape(-1, 3), np.arange(3 * len(faces), dtype=np.int32).reshape(-1, 3), turned


def test_a_generators_raw_mesh_becomes_an_asset_within_its_budget():
    stages = []
    vertices, faces, _ = soup(*ball())
    progress = Progress(lambda stage, step, steps, note, preview: stages.append((stage, step, steps)))
    mesh, material = finish_mesh(vertices, faces, by_place, 3000, SIZE, progress)
    assert check(mesh.vertices, mesh.faces).solid
    assert len(mesh.faces) <= 3000
    assert tuple(dict.fromkeys(stage for stage, _, _ in stages)) == MESH_STAGES
    for name in MESH_STAGES:
        steps = [(step, total) for stage, step, total in stages if stage == name]
        # A step that takes long is reported again while it is at work.
        assert [step for step, _ in groupby(step for step, _ in steps)] == list(range(steps[0][1] + 1))
    points = surface_points(mesh, rasterize_uv(mesh.faces, mesh.uvs, SIZE))
    colors = material.base_color.reshape(-1, 3)[points.texels] / 255
    assert np.quantile(np.abs(colors - 0.5 - 0.4 * points.positions), 0.99) < 0.01
    assert material.emissive is None


@cache
def worn():
    """A fine ball with a map that shows where each texel lies."""
    vertices, faces = ball()
    mesh = Mesh(vertices, faces, unwrap(vertices, faces, 512, 4, QUIET))
    buffer = rasterize_uv(mesh.faces, mesh.uvs, 512)
    points = surface_points(mesh, buffer)
    base = np.zeros((512 * 512, 3), np.uint8)
    base[points.texels] = np.round(255 * (0.5 + 0.4 * points.positions))
    flat = np.full((512, 512, 3), (128, 128, 255), np.uint8)
    rough = np.full((512, 512, 3), (255, 90, 0), np.uint8)
    (base,) = fill([base.reshape(512, 512, 3)], buffer.face_id >= 0, 4)
    return mesh, Material(base, rough, flat)


def test_maps_survive_a_soup_that_is_repaired_and_decimated():
    mesh, maps = worn()
    vertices, faces, turned = soup(mesh.vertices, mesh.faces)
    uvs = np.where(turned[:, None, None], mesh.uvs[:, ::-1], mesh.uvs)
    low, material, report = finish_worn(Mesh(vertices, faces, uvs), maps, 2000, SIZE, RepairOptions(), QUIET)
    assert report.turned == turned.sum()
    assert check(low.vertices, low.faces).solid
    points = surface_points(low, rasterize_uv(low.faces, low.uvs, SIZE))
    colors = material.base_color.reshape(-1, 3)[points.texels] / 255
    assert np.quantile(np.abs(colors - 0.5 - 0.4 * points.positions), 0.99) < 0.02
    assert set(material.orm.reshape(-1, 3)[points.texels][:, 1]) == {90}


def test_the_source_has_no_faces_of_what_was_dropped():
    mesh, _ = worn()
    inner = Mesh(
        np.concatenate([mesh.vertices, mesh.vertices * np.float32(0.5)]),
        np.concatenate([mesh.faces, mesh.faces + len(mesh.vertices)]),
        np.concatenate([mesh.uvs, mesh.uvs]),
    )
    source = source_mesh(inner, mesh.vertices, mesh.faces)
    assert len(source.faces) == len(source.uvs) == len(mesh.faces)
    assert np.linalg.norm(source.vertices[source.faces], axis=2).min() > 0.9


def test_a_box_of_twelve_faces_keeps_its_sharp_edges():
    box = trimesh.creation.box((1, 1, 1))
    mesh = Mesh(box.vertices.astype(np.float32), box.faces.astype(np.int32))
    low, material, _ = finish_worn(mesh, None, 1000, SIZE, RepairOptions(), QUIET)
    points = surface_points(low, rasterize_uv(low.faces, low.uvs, SIZE))
    x, y, z = (material.normal.reshape(-1, 3)[points.texels] / 127.5 - 1).T[..., None]
    bitangent = np.cross(points.normals, points.tangents[:, :3]) * points.tangents[:, 3:]
    shaded = x * points.tangents[:, :3] + y * bitangent + z * points.normals
    shaded /= np.linalg.norm(shaded, axis=1, keepdims=True)
    axis = np.abs(points.positions).argmax(axis=1)
    true = np.eye(3)[axis] * np.sign(points.positions[np.arange(len(axis)), axis])[:, None]
    off = np.degrees(np.arccos(np.clip((shaded * true).sum(axis=1), -1, 1)))
    assert np.quantile(off, 0.98) < 1.5


def test_no_budget_keeps_every_triangle():
    vertices, faces = ball()
    low, _, report = finish_worn(Mesh(vertices, faces), None, None, 64, RepairOptions(), QUIET)
    assert len(low.faces) == len(faces)
    assert report.words == ""


@pytest.mark.parametrize(("words", "most"), [("mobile", 4000), ("raw", None), ("7000", 7000)])
def test_budgets_are_names_or_numbers(words, most):
    assert triangle_budget(words) == most


@pytest.mark.parametrize("words", ["huge", "-5", "12", "1e4", ""])
def test_other_budgets_are_refused_in_words(words):
    with pytest.raises(MaquetteError, match="budget"):
        triangle_budget(words)
