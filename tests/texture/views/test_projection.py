"""A view sees what a ray from its camera meets first, reads it where it is, and nothing else."""

import numpy as np
import pytest

from maquette.assets import Mesh
from maquette.progress import CancelledError, Progress
from maquette.render.cameras import fit_perspective
from maquette.render.rasterize import rasterize
from maquette.texture.views import ProjectionOptions, blend, orbit, project_texels
from maquette.texture.views.projection import FROM_BEHIND
from maquette.texture.views.rays import free_of_occluders
from maquette.texture.views.texel_points import crease_normals, texel_points

from .scenes import ball, box, sheet, together

FRONT = [(0.0, 0.0)]
SIZE = 256


def seen_by(mesh, camera, size=SIZE, **options):
    """Points under the texels, and which of them the view sees."""
    projection = project_texels(mesh, [camera], size, size, ProjectionOptions(**options))
    points = texel_points(mesh, size)
    seen = np.zeros(len(points.texels), bool)
    seen[projection.views[0].texel] = True
    return projection, points, seen


def cameras_of(mesh):
    return [*orbit(mesh, FRONT), fit_perspective(mesh.vertices, 0, 0, 40, 0.9)]


@pytest.mark.parametrize("kind", [0, 1], ids=["orthographic", "perspective"])
def test_a_ball_is_seen_where_it_faces_the_camera(kind):
    mesh = ball()
    camera = cameras_of(mesh)[kind]
    _, points, seen = seen_by(mesh, camera, min_cosine=0.3)
    normals = points.positions / np.linalg.norm(points.positions, axis=1, keepdims=True)
    cosine = (normals * camera.towards(points.positions)).sum(axis=1)
    assert seen[cosine > 0.4].all()
    assert not seen[cosine < 0.2].any()
    assert (cosine > 0.4).sum() > 5000


@pytest.mark.parametrize("kind", [0, 1], ids=["orthographic", "perspective"])
def test_texels_are_read_at_the_pixel_that_shows_them(kind):
    mesh = box(parts=3)
    camera = cameras_of(mesh)[kind]
    projection, points, _ = seen_by(mesh, camera)
    row, column = np.indices((SIZE, SIZE)).astype(np.float32) + 0.5
    samples = projection.views[0]
    read = samples.taps.read(np.stack([column.ravel(), row.ravel()], axis=1))
    clip = camera.project(points.positions[samples.texel])
    ndc = clip[:, :2] / clip[:, 3:]
    expected = np.stack([ndc[:, 0] + 1, 1 - ndc[:, 1]], axis=1) * SIZE / 2
    error = np.abs(read - expected).max(axis=1)
    assert np.quantile(error, 0.98) < 1e-3
    assert error.max() < 1  # at outlines the pixels beside the box are not read


def test_what_another_object_hides_is_not_seen():
    """A small ball before a large one, both analytic."""
    centers, radii = np.array([[0, 0, 0], [0.1, -1, 0.1]]), (0.5, 0.2)
    mesh = together((ball(48, radii[0]), centers[0]), (ball(24, radii[1]), centers[1]))
    [camera] = orbit(mesh, FRONT)
    _, points, seen = seen_by(mesh, camera, 512)
    is_large = points.faces < len(ball(48).faces)
    beside = np.hypot(*(points.positions - centers[1])[:, [0, 2]].T) - radii[1]
    behind = is_large & (points.positions[:, 1] < 0) & (points.normals[:, 1] < -0.25)
    pixel = 2 / (camera.projection[1, 1] * 512)
    assert not seen[behind & (beside < -2 * pixel)].any()
    assert seen[behind & (beside > 2 * pixel)].all()
    assert (behind & (beside < -2 * pixel)).sum() > 500


@pytest.mark.parametrize("gap", [0.02, 0.002, 0.0005])  # of the side: 4, 0.5 and 0.1 pixels
def test_the_back_one_of_two_near_sheets_is_hidden(gap):
    mesh = together((sheet(4), (0, 0, 0)), (sheet(4), (0, gap, 0)))
    [camera] = orbit(mesh, FRONT)
    _, points, seen = seen_by(mesh, camera)
    front = points.positions[:, 1] < gap / 2
    inside = np.abs(points.positions[:, [0, 2]]).max(axis=1) < 0.48
    assert seen[front].all()
    assert not seen[~front & inside].any()


def test_the_background_does_not_bleed_onto_outlines():
    mesh = together((ball(), (0, 0, 0)), (box(half=0.1), (0.2, -1, 0)))
    cameras = orbit(mesh, [(0, 0), (35, 20)])
    projection = project_texels(mesh, cameras, SIZE, SIZE)
    images = []
    for camera in cameras:
        seen = rasterize(mesh.vertices, mesh.faces, camera, SIZE, SIZE).face_id
        large = (seen >= 0) & (seen < len(ball().faces))
        images.append(np.repeat(large[..., None], 3, axis=2).astype(np.float32))  # the rest is black
    baked = blend(projection, images, match_colours=False)
    large_texels = np.zeros(SIZE * SIZE, bool)
    points = texel_points(mesh, SIZE)
    large_texels[points.texels[points.faces < len(ball().faces)]] = True
    large_texels = large_texels.reshape(SIZE, SIZE)
    assert baked.texture[baked.covered & large_texels].min() > 1 - 1e-6
    assert baked.texture[baked.covered & ~large_texels].max() < 1e-6


def test_backs_of_open_sheets_are_seen_but_fronts_are_trusted_more():
    mesh = sheet()
    projection = project_texels(mesh, orbit(mesh, [(0, 0), (180, 0)]), 64, 128)
    front, back = projection.views
    assert len(front.texel) == len(back.texel) == 64 * 64
    middle = 32 * 64 + 32
    assert back.trust[middle] == pytest.approx(FROM_BEHIND * front.trust[middle])


def test_backs_of_closed_meshes_are_not_seen():
    _, points, seen = seen_by(box(), orbit(box(), FRONT)[0])
    assert set(np.unique(points.faces[seen])) == {0, 1}


def test_trust_fades_towards_jumps_in_depth_and_priors_scale_it():
    mesh = sheet()
    cameras = orbit(mesh, [(0, 0), (0, 0)])
    options = ProjectionOptions(feather=16 / 128, priors=(1.0, 0.25))
    full, low = project_texels(mesh, cameras, 64, 128, options).views
    assert np.allclose(low.trust, 0.25 * full.trust)
    trust = full.trust.reshape(64, 64)[32]
    assert trust[0] < 0.1
    assert trust[32] == 1
    assert (np.diff(trust[:32]) >= 0).all()


def test_trust_begins_near_zero_at_the_steepest_angle_that_counts():
    [samples] = project_texels(ball(), orbit(ball(), FRONT), SIZE, SIZE, ProjectionOptions(feather=0)).views
    steepest = samples.cosine < 0.22
    assert steepest.sum() > 100
    assert samples.trust[steepest].max() < 0.06
    assert samples.trust[samples.cosine > 0.45].min() == 1


def test_normals_are_smooth_on_a_ball_and_flat_on_a_box():
    assert np.allclose(np.abs(crease_normals(box(parts=2))).max(axis=2), 1)
    mesh = ball()
    radial = mesh.vertices[mesh.faces] / 0.5
    assert (crease_normals(mesh) * radial).sum(axis=2).min() > 0.995


def test_free_rays_are_those_that_no_triangle_crosses():
    random = np.random.default_rng(3)
    corners = random.uniform(0, 64, (300, 1, 3)) + random.normal(0, 4, (300, 3, 3))
    corners[..., 2] /= 64
    corners[:5] = random.uniform(0, 64, (5, 3, 3)) / (1, 1, 64)  # large ones, over many tiles
    points = random.uniform(0, 64, (4000, 3)) / (1, 1, 64)
    free = free_of_occluders(corners, points, np.zeros(len(points)), 64)
    covered = np.zeros(len(points), bool)
    for a, b, c in corners:
        matrix = np.linalg.inv(np.stack([b - a, c - a], axis=1)[:2])
        weights = (points[:, :2] - a[:2]) @ matrix.T
        depth = a[2] + weights @ np.array([b[2] - a[2], c[2] - a[2]])
        covered |= (weights >= 0).all(1) & (weights.sum(1) <= 1) & (depth < points[:, 2])
    assert np.array_equal(free, ~covered)
    assert 500 < free.sum() < 3500


def test_a_view_that_sees_nothing_has_no_samples():
    mesh = ball()
    away = orbit(Mesh(mesh.vertices + np.float32(100), mesh.faces, mesh.uvs), FRONT)
    assert len(project_texels(mesh, away, 64, 64).views[0].texel) == 0


def test_projecting_can_be_cancelled_between_views():
    mesh, asked = ball(), []

    def is_cancelled():
        asked.append(1)
        return len(asked) > 4

    with pytest.raises(CancelledError):
        project_texels(mesh, orbit(mesh, FRONT * 8), 64, 64, progress=Progress(is_cancelled=is_cancelled))
