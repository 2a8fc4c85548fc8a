"""UVs that can carry a texture are kept to the bit; others give way to new ones, and people are told."""

from dataclasses import replace

import numpy as np
import pytest

from maquette.geometry.unwrap.unwrapping import unwrap
from maquette.progress import Progress
from maquette.protocol import MaquetteError
from maquette.texture.target import padding_of, prepare_target
from tests.procedural.texturing.shapes import ball


@pytest.fixture(scope="module")
def own():
    mesh = ball()
    return replace(mesh, uvs=unwrap(mesh.vertices, mesh.faces, 256, 2, Progress()))


def prepared(mesh, uvs):
    return prepare_target(mesh, uvs, 256, padding_of(256), Progress())


@pytest.mark.parametrize("uvs", ["auto", "keep"])
def test_usable_uvs_are_the_very_arrays(own, uvs):
    target = prepared(own, uvs)
    assert target.mesh is own
    assert (target.kept, target.uvs, target.notes) == (True, "kept", ())


def test_new_uvs_leave_vertices_and_faces_alone(own):
    target = prepared(replace(own, uvs=own.uvs * np.float32(0.5)), "new")
    assert target.mesh.vertices is own.vertices
    assert target.mesh.faces is own.faces
    assert (target.kept, target.uvs) == (False, "new")
    assert np.ptp(target.mesh.uvs) > 0.6


@pytest.mark.parametrize(
    ("change", "reason"),
    [(lambda uvs: uvs * np.float32(4), "UDIM"), (lambda uvs: uvs * np.float32(0), "no area")],
)
def test_unusable_uvs_give_way_with_a_note_and_are_refused_where_they_must_stay(own, change, reason):
    mesh = replace(own, uvs=change(own.uvs))
    target = prepared(mesh, "auto")
    assert not target.kept
    assert reason in target.notes[0]
    with pytest.raises(MaquetteError, match=reason) as caught:
        prepared(mesh, "keep")
    assert caught.value.code == "bad_input"


def test_stacked_halves_are_kept_and_told(own):
    half = own.uvs.copy()
    half[len(half) // 2 :] = half[: len(half) - len(half) // 2]
    target = prepared(replace(own, uvs=half), "auto")
    assert target.kept
    assert "on top of each other" in target.notes[0]


def test_a_mesh_without_uvs_cannot_keep_them():
    assert not prepared(ball(), "auto").kept
    with pytest.raises(MaquetteError, match="no UVs"):
        prepared(ball(), "keep")
