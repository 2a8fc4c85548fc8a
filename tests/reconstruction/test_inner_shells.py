import numpy as np
import pytest
import trimesh

from maquette.reconstruction.inner_shells import drop_inner


def ball(radius: float, middle: tuple[float, float, float] = (0, 0, 0)) -> trimesh.Trimesh:
    made = trimesh.creation.icosphere(4, radius)
    made.apply_translation(middle)
    return made


def joined(*parts: trimesh.Trimesh) -> tuple[np.ndarray, np.ndarray]:
    whole = trimesh.util.concatenate(list(parts))
    return whole.vertices.astype(np.float32), whole.faces.astype(np.int32)


def test_what_is_inside_goes_and_what_stands_beside_stays() -> None:
    outer, inner, beside = ball(1), ball(0.8), ball(0.3, (3, 0, 0))
    vertices, faces = drop_inner(*joined(outer, inner, ball(0.2), beside))
    assert len(faces) == len(outer.faces) + len(beside.faces)
    assert len(vertices) == len(outer.vertices) + len(beside.vertices)
    kept = {tuple(row) for row in vertices[faces].reshape(-1, 9).round(5).tolist()}
    whole, whole_faces = joined(outer, beside)
    assert kept == {tuple(row) for row in whole[whole_faces].reshape(-1, 9).round(5).tolist()}


def test_through_a_hole_everything_can_be_reached() -> None:
    outer, inner = ball(1), ball(0.8)
    pierced = trimesh.Trimesh(outer.vertices, outer.faces[outer.triangles_center[:, 2] < 0.95], process=False)
    vertices, faces = joined(pierced, inner)
    assert len(drop_inner(vertices, faces)[1]) == len(faces)


@pytest.mark.parametrize(("gap", "is_open"), [(0.3, False), (2.5, True)])
def test_a_slit_is_open_from_two_cells_on(gap: float, is_open: bool) -> None:
    """A box whose lid ends `gap` cells before its walls."""
    resolution = 64
    box = trimesh.creation.box((1, 1, 1)).subdivide().subdivide()
    walls = trimesh.Trimesh(box.vertices, box.faces[box.face_normals[:, 2] < 0.5], process=False)
    lid = trimesh.Trimesh(box.vertices, box.faces[box.face_normals[:, 2] > 0.5], process=False)
    lid.apply_scale((1 - 2 * gap / resolution, 1 - 2 * gap / resolution, 1))
    vertices, faces = joined(walls, lid, ball(0.2))
    assert (len(drop_inner(vertices, faces, resolution)[1]) == len(faces)) == is_open


def test_flat_and_empty_meshes_pass() -> None:
    square = np.array([[0, 0, 0], [1, 0, 0], [1, 1, 0]], np.float32)
    faces = np.array([[0, 1, 2]], np.int32)
    assert np.array_equal(drop_inner(square, faces)[1], faces)
    assert len(drop_inner(square, faces[:0])[1]) == 0
