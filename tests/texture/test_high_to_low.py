"""What is baked from a detailed mesh onto a simple one, against what is known of the shape."""

from functools import cache

import numpy as np
import pytest
import trimesh

from maquette.assets import Material, Mesh
from maquette.geometry.unwrap.unwrapping import unwrap
from maquette.progress import CancelledError, Progress
from maquette.texture.high_to_low import bake_high_to_low, high_to_low_steps
from maquette.texture.mesh_occlusion import mesh_occlusion
from maquette.texture.uv_raster import rasterize_uv, surface_points

QUIET = Progress()
SIZE, PADDING = 256, 4
WAVES, HEIGHT = 9.0, 0.012


def bumpy(points):
    """Unit directions [N, 3] to points of a ball with waves, |p| = R(p / |p|), and its normals there."""
    x, y, z = points.T
    radius = 1 + HEIGHT * np.sin(WAVES * x) * np.sin(WAVES * y) * np.sin(WAVES * z)
    s, c = np.sin(WAVES * points), np.cos(WAVES * points)
    slope = (
        HEIGHT
        * WAVES
        * np.stack([c[:, 0] * s[:, 1] * s[:, 2], s[:, 0] * c[:, 1] * s[:, 2], s[:, 0] * s[:, 1] * c[:, 2]], 1)
    )
    slope -= points * (slope * points).sum(axis=1, keepdims=True)
    normals = points - slope / radius[:, None]
    return points * radius[:, None], normals / np.linalg.norm(normals, axis=1, keepdims=True)


def unwrapped(mesh):
    vertices, faces = mesh.vertices.astype(np.float32), mesh.faces.astype(np.int32)
    return Mesh(vertices, faces, unwrap(vertices, faces, SIZE, PADDING, QUIET))


@cache
def meshes():
    """A ball with waves of 20 000 faces, and a plain one of 1 280."""
    fine = trimesh.creation.icosphere(5)
    fine.vertices = bumpy(fine.vertices)[0]
    high = Mesh(fine.vertices.astype(np.float32), fine.faces.astype(np.int32))
    return high, unwrapped(trimesh.creation.icosphere(3))


def decoded(mesh, material):
    """Positions, and the normals that a viewer computes from the normal map, MikkTSpace's way."""
    points = surface_points(mesh, rasterize_uv(mesh.faces, mesh.uvs, len(material.normal)))
    x, y, z = (material.normal.reshape(-1, 3)[points.texels] / 127.5 - 1).T[..., None]
    tangent, normal = points.tangents[:, :3], points.normals
    bitangent = np.cross(normal, tangent) * points.tangents[:, 3:]
    shaded = x * tangent + y * bitangent + z * normal
    return points, shaded / np.linalg.norm(shaded, axis=1, keepdims=True)


def degrees_between(a, b):
    return np.degrees(np.arccos(np.clip((a * b).sum(axis=1), -1, 1)))


def directions(points):
    return points / np.linalg.norm(points, axis=1, keepdims=True)


def test_a_plain_ball_gets_the_normals_of_the_bumpy_one():
    high, low = meshes()
    material = bake_high_to_low(high, None, low, SIZE, PADDING, QUIET)
    points, normals = decoded(low, material)
    true = bumpy(directions(points.positions))[1]
    off = degrees_between(normals, true)
    assert np.median(off) < 0.7
    assert np.quantile(off, 0.99) < 2
    assert np.median(degrees_between(directions(points.positions), true)) > 3  # there is something to bake


def striped(points):
    return (0.5 + 0.4 * np.sin(6 * points)).clip(0, 1)


@cache
def dressed():
    """A fine ball with maps of its own: colours by place, a leaning normal map."""
    mesh = unwrapped(trimesh.creation.icosphere(5))
    points = surface_points(mesh, rasterize_uv(mesh.faces, mesh.uvs, 512))
    base, orm, normal = (np.zeros((512 * 512, 3), np.uint8) for _ in range(3))
    base[points.texels] = np.round(255 * striped(directions(points.positions)))
    orm[:] = (200, 80, 250)
    normal[:] = (160, 128, 250)
    maps = (image.reshape(512, 512, 3) for image in (base, orm, normal))
    return mesh, Material(*maps, alpha_mode="MASK", name="worn")


def test_maps_are_carried_over_and_normal_maps_turned_into_the_new_frame():
    high, worn = dressed()
    low = meshes()[1]
    material = bake_high_to_low(high, worn, low, SIZE, PADDING, QUIET)
    points, normals = decoded(low, material)
    colors = material.base_color.reshape(-1, 3)[points.texels] / 255
    error = np.abs(colors - striped(directions(points.positions))).max(axis=1)
    assert np.quantile(error, 0.95) < 0.03
    covered = material.orm.reshape(-1, 3)[points.texels].astype(int)
    assert np.abs(np.median(covered, axis=0) - [200, 80, 250]).max() <= 1
    lean = np.degrees(np.arctan2(np.hypot(160 - 127.5, 0.5), 250 - 127.5))
    assert np.median(degrees_between(normals, directions(points.positions))) == pytest.approx(lean, abs=1)
    assert (material.alpha_mode, material.name, material.emissive) == ("MASK", "worn", None)


def test_a_thin_plate_takes_each_side_from_its_own_side():
    plate = trimesh.creation.box((1, 1, 0.01))
    for _ in range(4):
        plate = plate.subdivide()
    high = unwrapped(plate)
    low = unwrapped(trimesh.creation.box((1, 1, 0.01)))
    points = surface_points(high, rasterize_uv(high.faces, high.uvs, 512))
    base = np.zeros((512 * 512, 3), np.uint8)
    base[points.texels] = np.where(points.positions[:, 2:] > 0, (250, 0, 0), (0, 0, 250))
    flat = np.full((512, 512, 3), (128, 128, 255), np.uint8)
    worn = Material(base.reshape(512, 512, 3), flat, flat)
    material = bake_high_to_low(high, worn, low, SIZE, PADDING, QUIET)
    there = surface_points(low, rasterize_uv(low.faces, low.uvs, SIZE))
    inner = np.abs(there.positions[:, :2]).max(axis=1) < 0.48
    top = there.positions[inner, 2] > 0
    red, _, blue = material.base_color.reshape(-1, 3)[there.texels[inner]].T
    assert (red[top] > 200).mean() > 0.99
    assert (blue[~top] > 200).mean() > 0.99


def test_texels_that_meet_nothing_keep_the_low_meshs_own_normal():
    high, low = meshes()
    upper = high.vertices[high.faces][:, :, 2].min(axis=1) > 0
    material = bake_high_to_low(Mesh(high.vertices, high.faces[upper]), None, low, SIZE, PADDING, QUIET)
    points, normals = decoded(low, material)
    below = points.positions[:, 2] < -0.2
    own = directions(points.normals[below])
    assert np.quantile(degrees_between(normals[below], own), 0.99) < 0.6


def test_occlusion_is_that_of_a_sphere_under_a_plate_and_open_above():
    """Under an infinite plate a point that looks up sees nothing; the far side of the ball sees all."""
    ball = trimesh.creation.icosphere(4, 0.5)
    plate = trimesh.creation.box((4, 4, 0.05)).apply_translation([0, 0, 0.6])
    both = trimesh.util.concatenate([ball, plate])
    mesh = Mesh(both.vertices.astype(np.float32), both.faces.astype(np.int32))
    points = np.float32([[0, 0, 0.5], [0, 0, -0.5], [1.9, 1.9, 0.625]])
    normals = np.float32([[0, 0, 1], [0, 0, -1], [0, 0, 1]])
    under, below, above = mesh_occlusion(mesh, points, normals, QUIET)
    assert under < 0.15
    assert below > 0.97
    assert above > 0.97


def test_a_point_at_the_foot_of_a_wall_sees_half_of_its_sky():
    floor = trimesh.creation.box((2, 2, 0.02)).apply_translation([0, 0, -0.01])
    wall = trimesh.creation.box((0.02, 2, 1)).apply_translation([-0.01, 0, 0.5])
    both = trimesh.util.concatenate([floor, wall])
    mesh = Mesh(both.vertices.astype(np.float32), both.faces.astype(np.int32))
    seen = mesh_occlusion(mesh, np.float32([[0.03, 0, 0]]), np.float32([[0, 0, 1]]), QUIET)[0]
    assert 0.5 < seen < 0.72  # a half, brightened by what bounces


def test_every_step_is_reported_and_a_cancel_is_heard():
    high, low = meshes()
    steps = []
    progress = Progress(lambda stage, step, total, note, preview: steps.append((step, total)))
    progress.stage("bake", high_to_low_steps(64))
    bake_high_to_low(high, None, low, 64, 2, progress)
    assert steps[-1][0] == steps[-1][1] == high_to_low_steps(64)
    with pytest.raises(CancelledError):
        bake_high_to_low(high, None, low, 64, 2, Progress(is_cancelled=lambda: True))
