"""Soups become meshes that one can work with."""

import numpy as np
import pytest
import trimesh
from hypothesis import given, settings
from hypothesis import strategies as st

from maquette.geometry.repair.clean import check
from maquette.geometry.repair.repairing import RepairOptions, drop_copies, repair
from maquette.progress import CancelledError, Progress
from maquette.protocol import MaquetteError

QUIET = Progress()
ALL = RepairOptions()


def arrays(mesh):
    return mesh.vertices.astype(np.float32), mesh.faces.astype(np.int32)


def ball(radius=1.0, subdivisions=3, centre=(0, 0, 0)):
    vertices, faces = arrays(trimesh.creation.icosphere(subdivisions, radius))
    return vertices + np.float32(centre), faces


def joined(*meshes):
    starts = np.cumsum([0] + [len(vertices) for vertices, _ in meshes])
    faces = [faces + start for (_, faces), start in zip(meshes, starts[:-1], strict=True)]
    return np.concatenate([v for v, _ in meshes]), np.concatenate(faces).astype(np.int32)


def soup(vertices, faces):
    """Every face with vertices of its own."""
    return vertices[faces].reshape(-1, 3), np.arange(3 * len(faces), dtype=np.int32).reshape(-1, 3)


def vase():
    """Walls of a bowl, open above: its inside is seen from above only."""
    outer = trimesh.creation.revolve(
        [[0, 0], [0.5, 0], [0.5, 1], [0.45, 1], [0.45, 0.05], [0, 0.05]], sections=48
    )
    return arrays(outer)


def test_a_soup_with_faces_turned_and_lost_becomes_a_solid_again():
    rng = np.random.default_rng(2)
    vertices, faces = ball(subdivisions=5)
    dirty = faces[rng.random(len(faces)) > 0.003]
    turned = rng.random(len(dirty)) < 0.17
    dirty = np.where(turned[:, None], dirty[:, ::-1], dirty)
    mended = repair(*soup(vertices, dirty), RepairOptions(holes=0.2), QUIET)
    report = check(*mended[:2])
    assert report.solid
    assert report.genus == 0
    assert report.volume == pytest.approx(check(vertices, faces).volume, rel=1e-3)
    assert mended[2].turned == turned.sum()
    assert mended[2].holes > 10
    assert mended[2].open_edges == 0
    assert "holes closed" in mended[2].words


def test_a_clean_mesh_comes_back_as_it_was():
    vertices, faces = ball()
    mended, same, report = repair(vertices, faces, ALL, QUIET)
    assert len(mended) == len(vertices)
    assert np.allclose(
        np.sort(mended[same].mean(axis=1), axis=0), np.sort(vertices[faces].mean(axis=1), axis=0)
    )
    assert report.words == ""


def test_the_inner_of_two_nested_balls_goes_and_the_two_side_by_side_stay():
    nested = joined(ball(1.0), ball(0.9))
    assert check(*repair(*nested, ALL, QUIET)[:2]).components == 1
    assert check(*repair(*nested, RepairOptions(hidden=False), QUIET)[:2]).components == 2
    beside = joined(ball(1.0), ball(0.9, centre=(2.5, 0, 0)))
    assert check(*repair(*beside, ALL, QUIET)[:2]).components == 2


def test_a_ball_in_an_open_vase_stays():
    vertices, faces = joined(vase(), ball(0.2, centre=(0, 0, 0.3)))
    mended = repair(vertices, faces, ALL, QUIET)
    assert mended[2].hidden == 0
    assert check(*mended[:2]).components == 2
    lid = arrays(trimesh.creation.cylinder(0.6, 0.1).apply_translation([0, 0, 1.05]))
    closed = repair(*joined((vertices, faces), lid), ALL, QUIET)
    assert closed[2].hidden == len(ball()[1])


def test_a_sheet_with_a_rim_stays_even_where_nobody_sees_it():
    vertices, faces = ball(0.5)
    half = faces[vertices[faces][:, :, 2].min(axis=1) > 0]
    assert repair(*joined(ball(1.0), (vertices, half)), ALL, QUIET)[2].hidden == 0


def test_a_small_button_is_seen_and_a_crumb_is_dropped():
    body = ball(1.0, 4)
    button = ball(0.002, 1, (0, 0, 1.0025))
    kept = RepairOptions(crumbs=0)
    assert check(*repair(*joined(body, button), kept, QUIET)[:2]).components == 2
    inside = ball(0.002, 1, (0, 0, 0.8))
    assert check(*repair(*joined(body, inside), kept, QUIET)[:2]).components == 1
    report = repair(*joined(body, button), ALL, QUIET)[2]
    assert report.crumbs == len(button[1])


def test_solids_and_sheets_inside_out_are_turned_and_a_room_is_left():
    vertices, faces = ball()
    assert check(*repair(vertices, faces[:, ::-1], ALL, QUIET)[:2]).volume > 0
    half = faces[vertices[faces][:, :, 2].min(axis=1) > 0]  # a dome, open below
    dome = repair(vertices, half[:, ::-1], ALL, QUIET)
    normals = np.cross(*(dome[0][dome[1][:, i]] - dome[0][dome[1][:, 0]] for i in (1, 2)))
    assert (np.einsum("fi,fi->f", normals, dome[0][dome[1][:, 0]]) > 0).all()
    small, inner = ball(0.5)
    room = repair(*joined((vertices, faces), (small, inner[:, ::-1])), RepairOptions(hidden=False), QUIET)
    assert room[2].turned == 0


def test_a_moebius_strip_is_cut_open_to_have_two_sides():
    steps = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    across = np.stack(
        [np.cos(steps / 2) * np.cos(steps), np.cos(steps / 2) * np.sin(steps), np.sin(steps / 2)], 1
    )
    middle = np.stack([np.cos(steps), np.sin(steps), 0 * steps], 1)
    vertices = np.concatenate([middle - 0.3 * across, middle + 0.3 * across]).astype(np.float32)
    n = len(steps)
    low = np.arange(n)
    # After one turn the two rims have changed places.
    following = np.append(low[1:], n)
    high, high_following = low + n, np.append(low[1:] + n, 0)
    faces = np.concatenate(
        [np.stack([low, following, high], 1), np.stack([high, following, high_following], 1)]
    )
    assert not check(vertices, faces.astype(np.int32)).edge_manifold
    mended = repair(vertices, faces.astype(np.int32), RepairOptions(holes=0), QUIET)
    report = check(*mended[:2])
    assert report.sound
    assert report.open_edges == 2 * n + 2


def test_large_openings_stay_open():
    vertices, faces = ball()
    half = faces[vertices[faces][:, :, 2].min(axis=1) > 0]
    report = repair(vertices, half, ALL, QUIET)[2]
    assert report.holes == 0
    assert report.open_edges > 20


def test_a_wall_between_two_boxes_goes_and_a_card_with_two_sides_keeps_one():
    box = arrays(trimesh.creation.box((1, 1, 1)))
    wall = repair(*soup(*joined(box, (box[0] + np.float32([1, 0, 0]), box[1]))), ALL, QUIET)
    report = check(*wall[:2])
    assert report.solid
    assert report.components == 1
    assert report.volume == pytest.approx(2)
    card = np.array([[0, 1, 2], [0, 2, 3]], np.int32)
    assert np.array_equal(drop_copies(np.concatenate([card, card[:, ::-1]])), card)


def test_a_fin_on_a_solid_is_split_off():
    vertices, faces = arrays(trimesh.creation.box((1, 1, 1)))
    tip = np.float32([[0, 0, 2]])
    edge = faces[0, :2]
    fin = np.array([[edge[0], edge[1], len(vertices)]], np.int32)
    mended = repair(
        np.concatenate([vertices, tip]), np.concatenate([faces, fin]), RepairOptions(holes=0), QUIET
    )
    report = check(*mended[:2])
    assert report.sound
    assert report.open_edges == 3


def test_broken_coordinates_take_their_faces_with_them():
    vertices, faces = ball()
    vertices[5] = np.nan
    mended = repair(vertices, faces, RepairOptions(holes=1.0), QUIET)
    assert np.isfinite(mended[0]).all()
    assert check(*mended[:2]).solid
    assert mended[2].holes == 1


@settings(max_examples=150, deadline=None)
@given(seed=st.integers(0, 2**31), corners=st.integers(4, 30), count=st.integers(1, 80))
def test_any_knot_of_triangles_becomes_manifold(seed, corners, count):
    rng = np.random.default_rng(seed)
    vertices = rng.uniform(-1, 1, (corners, 3)).astype(np.float32)
    faces = rng.integers(0, corners, (count, 3)).astype(np.int32)
    try:
        mended = repair(vertices, faces, RepairOptions(holes=float(rng.choice([0, 1, 5]))), QUIET)
    except MaquetteError as error:
        assert "no surface" in error.message or "cancel out" in error.message  # noqa: PT017
        return
    assert check(*mended[:2]).sound


def test_leaves_are_no_crumbs():
    rng = np.random.default_rng(0)
    vertices = (rng.uniform(-1, 1, (900, 1, 3)) + rng.normal(0, 0.02, (900, 3, 3))).reshape(-1, 3)
    faces = np.arange(2700, dtype=np.int32).reshape(-1, 3)
    assert repair(vertices.astype(np.float32), faces, ALL, QUIET)[2].crumbs == 0


def test_a_mesh_of_nothing_is_an_error_for_people():
    for faces in (np.zeros((0, 3), np.int32), np.zeros((4, 3), np.int32)):
        with pytest.raises(MaquetteError, match="has no surface"):
            repair(np.zeros((3, 3), np.float32), faces, ALL, QUIET)


def test_repairing_hears_a_cancel():
    with pytest.raises(CancelledError):
        repair(*joined(ball(1.0), ball(0.9)), ALL, Progress(is_cancelled=lambda: True))
