"""Checks and repairs of meshes."""

import numpy as np
import trimesh

from maquette.geometry.repair.clean import (
    check,
    drop_cancelling,
    split_nonmanifold,
    weld,
)


def cube(offset=(0, 0, 0), size=1.0):
    mesh = trimesh.creation.box((size, size, size))
    return (mesh.vertices + offset).astype(np.float32), mesh.faces.astype(np.int32)


def joined(*meshes):
    counts = np.cumsum([0] + [len(vertices) for vertices, _ in meshes])
    faces = [faces + start for (_, faces), start in zip(meshes, counts[:-1], strict=True)]
    return np.concatenate([vertices for vertices, _ in meshes]), np.concatenate(faces).astype(np.int32)


def test_a_cube_is_solid():
    report = check(*cube())
    assert report.solid
    assert (report.components, report.genus, report.volume) == (1, 0, 1.0)


def test_holes_flips_and_copies_are_found():
    vertices, faces = cube()
    assert not check(vertices, faces[1:]).watertight
    assert not check(vertices, np.concatenate([faces[:1, ::-1], faces[1:]])).watertight
    assert check(vertices, np.concatenate([faces, faces[:1]])).duplicates == 1
    assert check(vertices, faces[:, ::-1]).volume < 0
    assert check(vertices, np.concatenate([faces, [[0, 0, 1]]]).astype(np.int32)).degenerate == 1


def test_two_cubes_that_share_a_vertex_are_not_vertex_manifold():
    vertices, faces = weld(*joined(cube(), cube((1, 1, 1))), 1e-4)
    report = check(vertices, faces)
    assert report.watertight
    assert not report.vertex_manifold


def test_two_cubes_that_share_an_edge_are_split_into_two():
    vertices, faces = weld(*joined(cube(), cube((1, 1, 0))), 1e-4)
    assert len(vertices) == 14
    assert not check(vertices, faces).watertight
    report = check(*split_nonmanifold(vertices, faces))
    assert report.solid
    assert report.components == 2


def test_a_split_mesh_stays_split_when_it_is_welded_again():
    vertices, faces = split_nonmanifold(*weld(*joined(cube(), cube((1, 1, 0))), 1e-4))
    assert check(*weld(vertices, faces, 1e-4)).watertight


def test_a_ring_that_touches_itself_along_an_edge_becomes_manifold():
    """Four cubes around a square hole, two of them joined to each other by one edge only."""
    blocks = [cube((x, y, 0)) for x, y in [(0, 0), (1, 1)]] + [
        cube((x, y, 1)) for x, y in [(0, 0), (0, 1), (1, 1)]
    ]
    vertices, faces = weld(*joined(*blocks), 1e-4)
    faces = drop_cancelling(faces)
    assert not check(vertices, faces).watertight
    assert check(*split_nonmanifold(vertices, faces)).solid


def test_faces_that_cancel_are_dropped():
    _, faces = cube()
    doubled = np.concatenate([faces, faces[:1], faces[:1, ::-1]])
    assert sorted(map(tuple, drop_cancelling(doubled))) == sorted(map(tuple, faces))
