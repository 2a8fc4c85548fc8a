"""Fields of features whose distance is known: the network at a point hands the first channels through."""

import numpy as np
import pytest

from maquette.starter.field import Field, finer, trilinear
from maquette.starter.finishes import FINISHES, finish_of, nearest_finish
from maquette.starter.model import TRUNCATION
from maquette.starter.soundness import evenness, judge

SIDE = 32


class Through:
    """In place of the networks: features are the distance and the scores themselves."""

    @staticmethod
    def at_points(features: np.ndarray) -> np.ndarray:
        return features.copy()


def centres() -> np.ndarray:
    axis = (np.arange(SIDE, dtype=np.float32) + 0.5) / SIDE - 0.5
    return np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), axis=-1)


def balls(*spheres: tuple[float, float, float, float], size: float = 1.0) -> Field:
    """Spheres (x, y, z, radius); slot 0 is the left half, slot 1 the right one."""
    points = centres()
    distance = np.min([np.linalg.norm(points - s[:3], axis=-1) - s[3] for s in spheres], axis=0)
    scores = np.stack([-points[..., 0], points[..., 0]], axis=-1) * 40
    features = np.concatenate([np.clip(distance / TRUNCATION, -1, 1)[..., None], scores], axis=-1)
    palette = np.array([[1, 0, 0, 0, 0.5], [0, 0, 1, 1, 0.3]], np.float32)
    return Field(Through(), features.astype(np.float32), palette, np.array([True, True]), size)


def test_trilinear_is_exact_for_linear_functions_and_at_centres() -> None:
    points = centres()
    features = np.stack([points @ [1, 2, 3], points @ [0, -1, 1]], axis=-1).astype(np.float32)
    places = np.random.default_rng(0).uniform(-0.45, 0.45, (100, 3)).astype(np.float32)
    expected = np.stack([places @ [1, 2, 3], places @ [0, -1, 1]], axis=-1)
    assert np.allclose(trilinear(features, places), expected, atol=1e-5)
    assert np.allclose(trilinear(features, points.reshape(-1, 3)), features.reshape(-1, 2), atol=1e-6)


def test_finer_features_are_those_there_are_where_they_are_linear() -> None:
    points = centres()
    features = np.stack([points @ [1, 2, 3], points @ [0, -1, 1]], axis=-1).astype(np.float32)
    places = np.random.default_rng(0).uniform(-0.4, 0.4, (100, 3)).astype(np.float32)
    assert np.allclose(trilinear(finer(features), places), trilinear(features, places), atol=1e-5)


def test_finer_features_bend_where_the_others_are_kinked() -> None:
    features = np.sin(20 * centres()).astype(np.float32)
    line = np.zeros((1000, 3), np.float32)
    line[:, 0] = np.linspace(-0.4, 0.4, 1000)
    kinks = [np.abs(np.diff(trilinear(f, line)[:, 0], 2)).max() for f in (features, finer(features))]
    assert kinks[1] < 0.6 * kinks[0]
    assert np.allclose(trilinear(finer(features), line), trilinear(features, line), atol=0.06)


def test_distances_are_in_metres_and_grow_outside_the_cube() -> None:
    field = balls((0, 0, 0, 0.3), size=2.0)
    found = field.distance(np.array([[0.66, 0, 0], [0.54, 0, 0], [3.0, 0, 0]], np.float32))
    assert found[:2] == pytest.approx([0.06, -0.06], abs=0.01)
    assert found[2] >= 2.0


def test_small_islands_are_left_out_and_large_pieces_stay() -> None:
    field = balls((-0.2, 0, 0, 0.2), (0.35, 0.35, 0.35, 0.04), (0.25, 0, 0, 0.15))
    centre = np.array([[0.35, 0.35, 0.35], [0.25, 0, 0], [-0.2, 0, 0]], np.float32)
    assert np.array_equal(field.distance(centre) < 0, [False, True, True])


def test_parts_share_the_surface_and_look_as_the_palette_says() -> None:
    field = balls((0, 0, 0, 0.3))
    points = np.array([[-0.3, 0, 0], [0.3, 0, 0]], np.float32)
    normals = np.sign(points) * [1, 0, 0]
    assert np.allclose(field.shares(points), np.eye(2), atol=1e-3)
    found = field.surface(points, normals.astype(np.float32), detail=0.0)
    assert np.allclose(found.base_color_srgb, [[1, 0, 0], [0, 0, 1]], atol=0.02)
    assert found.metallic == pytest.approx([0, 1], abs=0.02)


def test_parts_that_are_not_there_have_no_share() -> None:
    field = balls((0, 0, 0, 0.3))
    alone = Field(field.model, field.features, field.palette, np.array([True, False]), 1.0)
    assert np.array_equal(alone.shares(np.array([[0.3, 0, 0]], np.float32)), [[1, 0]])


def test_what_is_whole_is_sounder_than_pieces_and_than_what_is_cut_off() -> None:
    whole, split = judge(balls((0, 0, 0, 0.3))), judge(balls((-0.25, 0, 0, 0.15), (0.25, 0, 0, 0.15)))
    cut = judge(balls((0.4, 0, 0, 0.3)))
    assert whole.largest == 1
    assert split.largest == pytest.approx(0.5, abs=0.02)
    assert whole.score > split.score > cut.score
    assert judge(balls((0, 0, 0, -0.1))).score < 0


def test_what_stands_on_all_its_legs_is_more_even_than_what_stands_on_three() -> None:
    table = np.zeros((12, 12, 10), bool)
    table[1:11, 1:11, 7:9] = True
    for x in (1, 9):
        for y in (1, 9):
            table[x : x + 2, y : y + 2, 2:7] = True
    assert evenness(table) == 1
    table[9:11, 9:11, 2] = False  # one leg is a cell shorter
    assert evenness(table) == pytest.approx(0.68, abs=0.01)  # of 100 cells, a triangle of 8 by 8 is missing
    table[:, :, 2] = False
    assert evenness(table) == 1


@pytest.mark.parametrize("name", FINISHES)
def test_every_finish_is_the_nearest_to_its_own_numbers(name: str) -> None:
    known = FINISHES[name]
    assert nearest_finish(known.metallic, known.roughness) == name
    row = np.array([0.5, 0.4, 0.3, known.metallic, known.roughness], np.float32)
    assert finish_of(row).color == pytest.approx((0.5, 0.4, 0.3), abs=1e-6)
