"""Each fault that a texture can have shows in the number that is meant for it."""

import numpy as np
import pytest

from maquette.assets import Material, Mesh
from maquette.assets.color import linear_to_srgb
from maquette.metrics.held_out import held_out
from maquette.metrics.identity import compare_meshes, digest
from maquette.metrics.light_leak import light_leak
from maquette.metrics.seams import seam_error
from maquette.metrics.texels import compare_texels, coverage
from tests.texture.views.scenes import ball, box, painted, waves

SIZE = 256


def test_texels_far_off_count_as_bleeding():
    truth = np.full((10, 10, 3), 0.5, np.float32)
    texture, counted = truth.copy(), np.ones((10, 10), bool)
    texture[0, 0, 1] = 0.9
    report = compare_texels(texture, truth, counted)
    assert report.bleeding == pytest.approx(0.01)
    assert report.worst == pytest.approx(0.4)
    counted[0, 0] = False
    assert compare_texels(texture, truth, counted).psnr_db == float("inf")


def test_coverage_counts_views():
    shares = coverage(np.array([0, 1, 2, 5]))
    assert (shares.painted, shares.twice, shares.filled) == (0.75, 0.5, 0.25)


def test_seams_of_a_colour_by_place_add_nothing():
    mesh = ball()
    error = seam_error(mesh, painted(mesh, SIZE)[0])
    assert abs(error.excess) < 0.3 * error.interior
    assert error.interior > 0


def test_seams_show_missing_gutters_and_a_gain_on_one_chart():
    mesh = ball()
    truth, on_mesh = painted(mesh, SIZE)
    whole = seam_error(mesh, truth).seam
    assert seam_error(mesh, truth * on_mesh[..., None]).seam > 3 * whole
    stepped = truth.copy()
    stepped[:, : SIZE // 3] *= np.float32(0.85)
    assert seam_error(mesh, stepped).seam > 2 * whole
    assert seam_error(mesh, stepped).interior == pytest.approx(seam_error(mesh, truth).interior, rel=0.1)


def test_a_mesh_without_seams_has_no_seam_error():
    corner = np.float32([[0, 0, 0], [1, 0, 0], [0, 0, 1]])
    one = Mesh(corner, np.int32([[0, 1, 2]]), np.float32([[[0, 0], [1, 0], [0, 1]]]))
    error = seam_error(one, np.random.default_rng(0).random((16, 16, 3), np.float32))
    assert (error.seam, error.interior) == (0, 0)


def test_held_out_views_find_what_is_wrong_on_the_surface():
    mesh = ball()
    truth, on_mesh = painted(mesh, SIZE)
    same = held_out(mesh, truth, truth, 96)
    assert same.psnr_db == float("inf")
    assert same.ssim == pytest.approx(1)
    beside = np.where(on_mesh[..., None], truth, 0).astype(np.float32)
    lighter = np.clip(truth + np.float32(0.1), 0, 1)
    assert held_out(mesh, beside, truth, 96).psnr_db < 40
    assert 19.9 < held_out(mesh, lighter, truth, 96).psnr_db < 20.5


def normals(count=4000):
    random = np.random.default_rng(0).normal(size=(count, 3))
    return random / np.linalg.norm(random, axis=1, keepdims=True)


def test_an_albedo_leaks_nothing_and_a_lit_colour_is_all_light():
    directions = normals()
    albedo = waves(directions[np.random.default_rng(1).permutation(len(directions))])
    light = 0.3 + 0.7 * np.maximum(directions @ [0.3, -0.5, 0.8], 0)[:, None]
    assert light_leak(albedo, directions) < 0.02
    flat = np.full_like(albedo, 0.8) * light
    assert light_leak(flat, directions) > 0.9
    assert 0.1 < light_leak(albedo * light, directions) < 0.9


def test_light_of_the_second_order_is_light_too():
    directions = normals()
    light = np.exp(directions[:, :1] ** 2 - 1 - directions[:, 2:] ** 2)  # from both sides, none from above
    assert light_leak(np.clip(linear_to_srgb(light * np.ones(3)), 0, 1), directions) > 0.95


def test_an_even_colour_leaks_nothing():
    assert light_leak(np.full((100, 3), 0.4), normals(100)) == 0


def test_untouched_geometry_is_identical_and_any_touch_is_seen():
    mesh = box()
    assert compare_meshes(mesh, mesh).holds
    moved = mesh.vertices.copy()
    moved[0, 0] = np.nextafter(moved[0, 0], np.float32(1))
    assert not compare_meshes(Mesh(moved, mesh.faces, mesh.uvs), mesh).holds
    assert not compare_meshes(Mesh(mesh.vertices, mesh.faces[::-1], mesh.uvs), mesh).holds
    assert compare_meshes(Mesh(mesh.vertices, mesh.faces), mesh).uv_delta == float("inf")
    assert compare_meshes(ball(), mesh).vertex_delta == float("inf")


def test_digests_are_equal_for_equal_bytes_only():
    mesh = box()
    maps = [np.zeros((4, 4, 3), np.uint8) for _ in range(3)]
    same, other = Material(*[image.copy() for image in maps]), Material(*[image.copy() for image in maps])
    assert digest(mesh, Material(*maps)) == digest(mesh, same)
    other.base_color[0, 0, 0] = 1
    assert digest(mesh, Material(*maps)) != digest(mesh, other)
