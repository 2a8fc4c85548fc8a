"""Training data: grids that match the field, captions that are true."""

import numpy as np
import pytest

from maquette.procedural.build import build
from maquette.procedural.captions import random_program
from maquette.procedural.describe import describe
from maquette.procedural.program import Program
from maquette.procedural.sampling import FILL, TRUNCATION, sample_grid

COUNT = 60


def test_grid_has_the_field_and_the_material_of_the_nearest_part() -> None:
    program = build(describe("a blue plastic mug with a red handle"), 0)
    grid = sample_grid(program, 32)
    inside = np.argwhere(grid.distance < 0)
    spans = (np.ptp(inside, axis=0) + 1) / 32
    assert spans.max() == np.float32(FILL).round(2) or abs(spans.max() - FILL) < 0.05
    assert abs(float(grid.distance.max()) - TRUNCATION) < 1e-4
    slots = {part.name: slot for part, slot in zip(program.parts, program.slots, strict=True)}
    handle = grid.albedo[grid.slot == slots["handle"]].astype(float)
    body = grid.albedo[grid.slot == slots["body"]].astype(float)
    assert (handle[:, 0] > handle[:, 2]).all()
    assert (body[:, 2] > body[:, 0]).all()
    assert grid.metallic.max() == 0


def test_grid_agrees_with_the_program_point_by_point() -> None:
    program = build(describe("a stool"), 2)
    grid = sample_grid(program, 16)
    low, high = program.extent
    side = float((high - low).max()) / FILL
    i = np.array([[3, 8, 12], [8, 8, 8], [0, 15, 4]])
    p = (((i + 0.5) / 16 - 0.5) * side + (low + high) / 2).astype(np.float32)
    expected = np.clip(program.distance(p) / side, -TRUNCATION, TRUNCATION)
    np.testing.assert_allclose(grid.distance[tuple(i.T)].astype(float), expected, atol=1e-3)


def test_what_is_far_from_the_surface_is_blank() -> None:
    grid = sample_grid(build(describe("a lamp"), 0), 24)
    far = grid.slot == 255
    assert far.any()
    assert not grid.albedo[far].any()
    assert not grid.roughness[far].any()
    assert (grid.roughness[~far] > 0).all()


def test_grids_have_the_promised_types() -> None:
    grid = sample_grid(build(describe("a stool"), 0), 8)
    assert grid.distance.shape == grid.metallic.shape == grid.roughness.shape == grid.slot.shape == (8, 8, 8)
    assert grid.albedo.shape == (8, 8, 8, 3)
    assert grid.distance.dtype == grid.albedo.dtype == np.float16
    assert grid.slot.dtype == np.uint8


@pytest.fixture(scope="module")
def captioned() -> list[tuple[Program, str]]:
    return [random_program(seed) for seed in range(COUNT)]


def test_captions_are_understood_and_name_the_object_that_was_made(
    captioned: list[tuple[Program, str]],
) -> None:
    for program, caption in captioned:
        description = describe(caption)
        assert description.kind.name == program.kind, caption
        assert not description.ignored, caption


def test_the_same_seed_gives_the_same_object_and_caption() -> None:
    (first, caption), (again, same) = random_program(11), random_program(11)
    assert caption == same
    np.testing.assert_array_equal(sample_grid(first, 12).distance, sample_grid(again, 12).distance)


def test_captions_vary(captioned: list[tuple[Program, str]]) -> None:
    captions = {caption for _, caption in captioned}
    assert len(captions) > 0.9 * COUNT
