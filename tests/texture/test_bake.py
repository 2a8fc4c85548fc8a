"""The maps hold what the field says, as viewers read them."""

from functools import cache

import numpy as np
import pytest

from maquette.assets import Mesh
from maquette.assets.color import linear_to_srgb
from maquette.geometry.extraction.dual_contouring import extract
from maquette.geometry.simplify.simplification import simplify
from maquette.geometry.unwrap.unwrapping import unwrap
from maquette.progress import CancelledError, Progress
from maquette.texture import ambient_occlusion as occlusion
from maquette.texture import bands
from maquette.texture.ambient_occlusion import ambient_occlusion, occlusion_map
from maquette.texture.bake import bake_field
from maquette.texture.bumps import to_tangent_space
from maquette.texture.gutter import fill
from maquette.texture.surface import SurfaceSample
from maquette.texture.uv_raster import rasterize_uv, surface_points
from tests.geometry.shapes import UNIT_BOUNDS, box, sphere, union

SIZE, PADDING, REACH = 256, 4, 0.01
QUIET = Progress()


@cache
def meshed(name):
    field = {"cube": box((0.4, 0.4, 0.4)), "ball": sphere(0.5)}[name]
    vertices, faces = simplify(*extract(field, UNIT_BOUNDS, 1.2 / 48, QUIET), 1500, QUIET)
    return field, Mesh(vertices, faces, unwrap(vertices, faces, SIZE, PADDING, QUIET))


def plain(points, normals):
    count = len(points)
    return SurfaceSample(
        np.full((count, 3), 0.5, np.float32), np.full(count, 0.25, np.float32), np.ones(count, np.float32)
    )


def decoded(mesh, material):
    """Positions and the normals that a viewer computes from the normal map, MikkTSpace's way."""
    points = surface_points(mesh, rasterize_uv(mesh.faces, mesh.uvs, SIZE))
    x, y, z = (material.normal.reshape(-1, 3)[points.texels] / 127.5 - 1).T[..., None]
    tangent, normal = points.tangents[:, :3], points.normals
    bitangent = np.cross(normal, tangent) * points.tangents[:, 3:]
    shaded = x * tangent + y * bitangent + z * normal
    return points.positions, shaded / np.linalg.norm(shaded, axis=1, keepdims=True)


def degrees_between(a, b):
    return np.degrees(np.arccos(np.clip((a * b).sum(axis=1), -1, 1)))


def test_a_smooth_shaded_cube_with_its_normal_map_looks_flat():
    field, mesh = meshed("cube")
    material = bake_field(mesh, field, None, plain, SIZE, PADDING, REACH, QUIET)
    positions, normals = decoded(mesh, material)
    axis = np.abs(positions).argmax(axis=1)
    true = np.eye(3)[axis] * np.sign(positions[np.arange(len(axis)), axis])[:, None]
    inner = np.sort(np.abs(positions), axis=1)[:, 1] < 0.4 - 1 / SIZE  # a texel on an edge has two normals
    assert np.quantile(degrees_between(normals, true)[inner], 0.95) < 2
    assert np.quantile(degrees_between(normals, true), 0.95) < 2


def test_a_coarse_ball_gets_the_normals_of_the_true_ball():
    field, mesh = meshed("ball")
    material = bake_field(mesh, field, None, plain, SIZE, PADDING, REACH, QUIET)
    positions, normals = decoded(mesh, material)
    true = positions / np.linalg.norm(positions, axis=1, keepdims=True)
    assert np.quantile(degrees_between(normals, true), 0.99) < 1


def test_the_gradient_given_and_the_one_by_differences_agree():
    field, mesh = meshed("ball")
    given = bake_field(mesh, field, lambda p: p, plain, SIZE, PADDING, REACH, QUIET)
    differences = bake_field(mesh, field, None, plain, SIZE, PADDING, REACH, QUIET)
    assert np.abs(given.normal.astype(int) - differences.normal).max() <= 2


def test_heights_tilt_the_normals_like_the_surface_they_raise():
    """Waves along z on a cube; their slope is known."""
    field, mesh = meshed("cube")
    wave, height = 40.0, 0.004

    def wavy(points, normals):
        sample = plain(points, normals)
        return SurfaceSample(
            sample.base_color_srgb,
            sample.roughness,
            sample.metallic,
            height=(height * np.sin(wave * points[:, 2])).astype(np.float32),
        )

    positions, normals = decoded(mesh, bake_field(mesh, field, None, wavy, SIZE, PADDING, REACH, QUIET))
    side = (np.abs(positions[:, 2]) < 0.38) & (np.abs(positions[:, 1]) < 0.38) & (positions[:, 0] > 0.399)
    true = np.stack(
        [np.ones(side.sum()), np.zeros(side.sum()), -height * wave * np.cos(wave * positions[side, 2])], 1
    )
    true /= np.linalg.norm(true, axis=1, keepdims=True)
    assert side.sum() > 1000
    assert np.quantile(degrees_between(normals[side], true), 0.95) < 1.5


def test_normal_offsets_bend_the_normals():
    field, mesh = meshed("ball")

    def leaning(points, normals):
        sample = plain(points, normals)
        offset = np.broadcast_to(np.float32([0, 0, 0.2]), points.shape)
        return SurfaceSample(sample.base_color_srgb, sample.roughness, sample.metallic, normal_offset=offset)

    positions, normals = decoded(mesh, bake_field(mesh, field, None, leaning, SIZE, PADDING, REACH, QUIET))
    true = positions / np.linalg.norm(positions, axis=1, keepdims=True) + [0, 0, 0.2]
    true /= np.linalg.norm(true, axis=1, keepdims=True)
    assert np.quantile(degrees_between(normals, true), 0.99) < 1.2


def half_clear(points, normals):
    """Looked through where x is negative."""
    opacity = np.where(points[:, 0] < 0, np.float32(0.25), np.float32(1))
    sample = plain(points, normals)
    return SurfaceSample(sample.base_color_srgb, sample.roughness, sample.metallic, opacity=opacity)


def test_what_is_looked_through_has_alpha_in_its_gutter_too():
    field, mesh = meshed("ball")
    material = bake_field(mesh, field, None, half_clear, SIZE, PADDING, REACH, QUIET)
    assert material.alpha_mode == "BLEND"
    points = surface_points(mesh, rasterize_uv(mesh.faces, mesh.uvs, SIZE))
    alpha = material.base_color[..., 3].ravel()
    far = np.abs(points.positions[:, 0]) > 0.02
    np.testing.assert_array_equal(
        alpha[points.texels[far]], np.where(points.positions[far, 0] < 0, 64, 255).astype(np.uint8)
    )
    uncovered = np.setdiff1d(np.arange(SIZE * SIZE), points.texels)
    assert alpha[uncovered].min() >= 64


def test_borders_of_what_is_looked_through_are_smooth():
    field, mesh = meshed("ball")
    alpha = bake_field(mesh, field, None, half_clear, SIZE, PADDING, REACH, QUIET).base_color[..., 3]
    assert ((alpha > 80) & (alpha < 240)).sum() > 100


def test_opaque_surfaces_have_no_alpha():
    field, mesh = meshed("ball")

    def opaque(points, normals):
        sample = plain(points, normals)
        return SurfaceSample(
            sample.base_color_srgb,
            sample.roughness,
            sample.metallic,
            opacity=np.ones(len(points), np.float32),
        )

    for surface in (plain, opaque):
        material = bake_field(mesh, field, None, surface, SIZE, PADDING, REACH, QUIET)
        assert (material.base_color.shape[2], material.alpha_mode) == (3, "OPAQUE")


def test_light_is_kept_away_by_what_shades_alone():
    """A hollow sphere around the ball darkens it though it is no part of the field."""
    field, mesh = meshed("ball")
    hollow = sphere(0.55)
    shaded = bake_field(mesh, field, None, plain, SIZE, PADDING, REACH, QUIET, lambda p: -hollow(p))
    free = bake_field(mesh, field, None, plain, SIZE, PADDING, REACH, QUIET)
    assert shaded.orm[..., 0].mean() < 0.8 * free.orm[..., 0].mean()


def test_channels_are_where_gltf_wants_them():
    field, mesh = meshed("ball")
    material = bake_field(mesh, field, None, plain, SIZE, PADDING, REACH, QUIET)
    covered = rasterize_uv(mesh.faces, mesh.uvs, SIZE).face_id >= 0
    occlusion, roughness, metallic = material.orm[covered].T
    assert set(roughness) == {64}
    assert set(metallic) == {255}
    assert occlusion.min() > 230  # a ball is open on all sides
    assert set(material.base_color[covered].ravel()) == {128}
    assert material.emissive is None


def test_colours_come_from_the_point_on_the_field_and_emission_is_kept():
    field, mesh = meshed("ball")

    def by_place(points, normals):
        assert np.abs(np.linalg.norm(points, axis=1) - 0.5).max() < 2e-3
        sample = plain(points, normals)
        return SurfaceSample(
            points + np.float32(0.5), sample.roughness, sample.metallic, emissive_srgb=normals * 0
        )

    material = bake_field(mesh, field, None, by_place, SIZE, PADDING, REACH, QUIET)
    points = surface_points(mesh, rasterize_uv(mesh.faces, mesh.uvs, SIZE))
    colors = material.base_color.reshape(-1, 3)[points.texels] / 255
    assert np.abs(colors - 0.5 - points.positions).max() < 0.01
    assert material.emissive is not None
    assert material.emissive.max() == 0


def test_a_border_between_colours_is_smoothed_in_linear_light():
    field, mesh = meshed("ball")

    def halves(points, normals):
        sample = plain(points, normals)
        color = np.repeat((points[:, :1] > 0.0123).astype(np.float32), 3, axis=1)
        return SurfaceSample(color, sample.roughness, sample.metallic)

    material = bake_field(mesh, field, None, halves, SIZE, PADDING, REACH, QUIET)
    covered = rasterize_uv(mesh.faces, mesh.uvs, SIZE).face_id >= 0
    shades = set(np.unique(material.base_color[covered]))
    wanted = {int(linear_to_srgb(np.array(k / 4)) * 255 + 0.5) for k in range(5)}
    assert shades == wanted


def test_occlusion_darkens_the_corner_between_two_boxes():
    field = union(box((0.5, 0.5, 0.05)), box((0.05, 0.05, 0.5)))
    points = np.array([[0.06, 0, 0.05], [0.4, 0.4, 0.05], [0.4, 0.4, -0.05]], np.float32)
    normals = np.array([[0, 0, 1], [0, 0, 1], [0, 0, -1]], np.float32)
    near, far, below = ambient_occlusion(field, points, normals, 1.0, QUIET)
    assert near < 0.6
    assert far > 0.95
    assert below > 0.95


@pytest.mark.parametrize("mirrored", [False, True])
def test_tangent_space_survives_skewed_and_mirrored_frames(mirrored):
    _, mesh = meshed("cube")
    if mirrored:
        mesh = Mesh(mesh.vertices, mesh.faces, mesh.uvs * np.float32([-1, 1]) + np.float32([1, 0]))
    frame = surface_points(mesh, rasterize_uv(mesh.faces, mesh.uvs, 64))
    wanted = frame.normals + np.float32(0.3) * np.roll(frame.normals, 1, axis=1)
    wanted /= np.linalg.norm(wanted, axis=1, keepdims=True)
    x, y, z = to_tangent_space(wanted, frame).T[..., None]
    bitangent = np.cross(frame.normals, frame.tangents[:, :3]) * frame.tangents[:, 3:]
    again = x * frame.tangents[:, :3] + y * bitangent + z * frame.normals
    again /= np.linalg.norm(again, axis=1, keepdims=True)
    assert np.abs(again - wanted).max() < 1e-4


def test_occlusion_jumps_where_a_floor_meets_a_step(monkeypatch):
    step = box((0.5, 0.25, 0.15), (0, 0.25, 0.15))
    floor = box((0.5, 0.5, 0.1), (0, 0, -0.1))
    field = union(floor, step)
    y, x = (np.indices((64, 64)) + 0.5) / 64 - 0.5
    top = np.where(y > 0, 0.3, 0.0)  # neighbours on the map: the floor's inner edge and the step's top
    points = np.stack([x, y, top], axis=2).reshape(-1, 3).astype(np.float32)
    normals = np.tile(np.float32([0, 0, 1]), (len(points), 1))
    exact = ambient_occlusion(field, points, normals, 1.0, QUIET)
    asked = (field, points, normals, np.arange(len(points)), (64, 64), 1.0, QUIET)
    assert np.abs(occlusion_map(*asked) - exact).max() < 0.06
    monkeypatch.setattr(occlusion, "UNEVEN", 1.0)
    assert np.abs(occlusion_map(*asked) - exact).max() > 0.1


def test_the_gutter_repeats_the_nearest_texel_and_ends_in_the_mean():
    image = np.zeros((32, 32, 3), np.uint8)
    covered = np.zeros((32, 32), bool)
    covered[4:8, 4:8] = True
    image[4:8, 4:8] = np.arange(16).reshape(4, 4, 1) * 10
    (filled,) = fill([image], covered, 3)
    assert np.array_equal(filled[4:8, 4:8], image[4:8, 4:8])
    assert filled[2, 5, 0] == image[4, 5, 0]
    assert filled[7, 10, 0] == image[7, 7, 0]
    assert filled[31, 31, 0] == 75
    (untouched,) = fill([image], np.zeros((32, 32), bool), 3)
    assert np.array_equal(untouched, image)


def test_a_map_baked_in_bands_is_the_map_baked_at_once(monkeypatch):
    field, mesh = meshed("cube")

    def waves(points, normals):
        sample = plain(points, normals)
        color = (0.5 + 0.5 * np.sin(5 * points)).astype(np.float32)
        height = (0.002 * np.sin(60 * points.sum(axis=1))).astype(np.float32)
        return SurfaceSample(color, sample.roughness, sample.metallic, height=height)

    whole = bake_field(mesh, field, None, waves, SIZE, PADDING, REACH, QUIET)
    monkeypatch.setattr(bands, "BAND_TEXELS", 64 * SIZE)
    banded = bake_field(mesh, field, None, waves, SIZE, PADDING, REACH, QUIET)
    assert np.abs(banded.base_color.astype(int) - whole.base_color).max() <= 1
    assert np.abs(banded.normal.astype(int) - whole.normal).max() <= 1
    assert np.abs(banded.orm.astype(int) - whole.orm).max() <= 8  # occlusion is interpolated across the edge


def test_baking_twice_gives_the_same_bytes_and_hears_a_cancel():
    field, mesh = meshed("cube")
    first, second = (bake_field(mesh, field, None, plain, 64, 2, REACH, QUIET) for _ in range(2))
    for name in ("base_color", "orm", "normal"):
        assert getattr(first, name).tobytes() == getattr(second, name).tobytes()
    with pytest.raises(CancelledError):
        bake_field(mesh, field, None, plain, 64, 2, REACH, Progress(is_cancelled=lambda: True))
