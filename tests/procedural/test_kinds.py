"""Every kind: one solid on the ground, of a believable size, and all that it declares has an effect."""

import numpy as np
import pytest

from maquette.procedural.build import assemble, build
from maquette.procedural.describe import describe
from maquette.procedural.design import design
from maquette.procedural.kind import Kind
from maquette.procedural.kinds import KINDS
from maquette.procedural.materials import COLORS, MATERIALS
from maquette.procedural.patterns import PATTERNS
from maquette.procedural.program import Program

from .surfaces import extracted, island_shares, open_or_tangled_edges

SIZES = {  # kind -> the longest side, metres
    "chair": (0.7, 1.4), "stool": (0.3, 1.0), "sofa": (1.3, 2.8), "armchair": (0.7, 1.3), "bed": (1.7, 2.4),
    "table": (0.8, 2.4), "coffee table": (0.5, 1.4), "desk": (0.9, 2.0), "bookshelf": (0.9, 2.4),
    "dresser": (0.5, 1.6), "cabinet": (0.7, 2.3), "barrel": (0.6, 1.3), "crate": (0.3, 1.2),
    "bucket": (0.25, 0.7), "chest": (0.5, 1.4), "mug": (0.08, 0.2), "teapot": (0.15, 0.4),
    "bowl": (0.12, 0.4), "vase": (0.15, 0.6), "bottle": (0.15, 0.45), "potion": (0.08, 0.35),
    "goblet": (0.12, 0.3), "clock": (0.1, 0.5), "book": (0.15, 0.5), "guitar": (0.8, 1.2), "lamp": (0.3, 0.8),
    "lantern": (0.2, 0.7), "candle": (0.08, 0.5), "hammer": (0.2, 1.0), "axe": (0.35, 1.1),
    "pickaxe": (0.6, 1.2), "shovel": (0.8, 1.5), "wrench": (0.12, 0.4), "screwdriver": (0.12, 0.35),
    "sword": (0.7, 1.5), "dagger": (0.22, 0.55), "shield": (0.4, 1.3), "bow": (0.9, 1.9), "tree": (3, 9),
    "pine tree": (3, 9), "palm tree": (3, 9), "mushroom": (0.08, 0.4), "flower": (0.25, 0.7),
    "pumpkin": (0.2, 0.6), "rock": (0.5, 3), "crystal cluster": (0.4, 1.6), "tree stump": (0.5, 2),
    "campfire": (0.8, 2), "house": (4, 12), "lighthouse": (7, 22), "windmill": (6, 20),
    "park bench": (1.1, 2.2), "fence": (1.2, 3), "car": (3, 5.5), "airplane": (5, 14), "robot": (0.8, 2.5),
    "snowman": (1, 2.3), "teddy bear": (0.2, 0.8), "rubber duck": (0.06, 0.4), "boat": (2, 8),
    "sailboat": (2, 8),
    "castle tower": (6, 20), "fountain": (1.2, 5), "well": (1.5, 3.5), "gravestone": (0.7, 2.2),
    "potted plant": (0.35, 1.2), "cactus": (0.5, 2.6), "rocket": (2, 25), "street lamp": (2.5, 6),
    "signpost": (1.5, 3.5), "mailbox": (0.9, 1.9), "truck": (4.5, 10),
}  # fmt: skip
every_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)


def program_of(prompt: str, seed: int = 0) -> Program:
    return build(describe(prompt), seed)


def assembled(kind: Kind, seed: int, stretch: tuple[float, float, float] | None = None) -> Program:
    return assemble(kind, design(describe(kind.name), seed, stretch))


def check_solid(program: Program, cells: int) -> None:
    vertices, faces = extracted(program, cells)
    assert open_or_tangled_edges(faces) == 0
    assert sum(island_shares(vertices, faces)[1:]) < 0.004, "parts of it float"
    low, high = vertices.min(axis=0), vertices.max(axis=0)
    cell = program.longest / cells
    assert abs(low[2]) < cell
    assert np.abs((low + high)[:2] / 2).max() < cell


@pytest.mark.parametrize("kind", KINDS[::9], ids=lambda kind: kind.name)
def test_kind_is_one_closed_solid_on_the_ground(kind: Kind) -> None:
    check_solid(program_of(kind.name), cells=100)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [0, 1, 2, 3])
@every_kind
def test_kind_is_one_closed_solid_for_other_seeds(kind: Kind, seed: int) -> None:
    check_solid(program_of(kind.name, seed), cells=160)


@every_kind
def test_kind_has_a_believable_size(kind: Kind) -> None:
    low, high = SIZES[kind.name]
    for seed in range(3):
        assert low <= assembled(kind, seed).longest <= 1.1 * high  # its box has some slack


@every_kind
def test_boxes_hold_the_parts(kind: Kind) -> None:
    program = assembled(kind, 1)
    rng = np.random.default_rng(0)
    for part, (low, high) in zip(program.parts, program.boxes, strict=True):
        around = rng.uniform(low - 0.3 * (high - low), high + 0.3 * (high - low), (2000, 3)).astype(
            np.float32
        )
        inside = around[part.solid.distance(around) < 0]
        slack = 2e-4 * program.longest
        assert ((inside > low - slack) & (inside < high + slack)).all(), part.name


@every_kind
def test_specification_is_sound(kind: Kind) -> None:
    names = [spec.name for spec in kind.parts]
    assert len(set(names)) == len(names)
    words = {word for spec in kind.parts for word in (spec.name, *spec.words)}
    for spec in kind.parts:
        assert spec.follows in ("", *names)
        assert set(spec.materials) <= set(MATERIALS)
        assert set(spec.colors) <= set(COLORS)
    for part in kind.counts:
        assert part in words
    for low, high in kind.counts.values():
        assert 0 <= low < high


def test_kinds_are_many_and_no_name_means_two() -> None:
    assert len(KINDS) >= 24
    names = [name for kind in KINDS for name in {kind.name, *kind.words}]
    assert len(names) == len(set(names))
    assert {kind.name for kind in KINDS} == set(SIZES)


def test_every_pattern_of_a_material_exists() -> None:
    assert {finish.pattern for finish in MATERIALS.values()} <= set(PATTERNS)


def difference(kind: Kind, seed: int, prompts: tuple[str, str]) -> float:
    """The largest change of the field between two prompts, as a share of the object's size."""
    a, b = (assemble(kind, design(describe(prompt), seed)) for prompt in prompts)
    low, high = a.bounds
    points = np.random.default_rng(0).uniform(low, high, (1200, 3)).astype(np.float32)
    return float(np.abs(a.distance(points) - b.distance(points)).max()) / a.longest


def options(kind: Kind) -> list[tuple[str, str]]:
    """Pairs of prompts that must give different fields: every declared shape, count and optional part."""
    pairs = []
    for part, shapes in kind.shapes.items():
        of = f" with a {{}} {part}" if part in {w for s in kind.parts for w in (s.name, *s.words)} else ""
        first = shapes[0]
        for other in shapes[1:]:
            a, b = (f"a {kind.name}{of.format(x)}" if of else f"a {x} {kind.name}" for x in (first, other))
            pairs.append((a, b))
    for part, (low, high) in kind.counts.items():
        pairs.append((f"a {kind.name} with {high} {part}s", f"a {kind.name} with {max(low, 1)} {part}s"))
    pairs += [
        (f"a {kind.name} with a {spec.name}", f"a {kind.name} without a {spec.name}")
        for spec in kind.parts
        if spec.optional
    ]
    return pairs


@every_kind
def test_every_declared_option_changes_the_object(kind: Kind) -> None:
    for pair in options(kind):
        assert any(difference(kind, seed, pair) > 1e-4 for seed in range(1, 9)), pair


@every_kind
def test_stretch_changes_width_depth_and_height(kind: Kind) -> None:
    natural, tall, wide = (
        np.diff(assembled(kind, 1, stretch).bounds, axis=0)[0]
        for stretch in ((1.0, 1.0, 1.0), (1.0, 1.0, 1.3), (1.3, 1.3, 1.0))
    )
    assert tall[2] > 1.1 * natural[2]
    assert (wide / natural)[:2].max() > 1.03


@every_kind
def test_seeds_differ_and_one_seed_does_not(kind: Kind) -> None:
    first, again, other = (assembled(kind, seed) for seed in (5, 5, 6))
    points = np.random.default_rng(0).uniform(*first.bounds, (800, 3)).astype(np.float32)
    np.testing.assert_array_equal(first.distance(points), again.distance(points))
    assert (np.abs(first.distance(points) - other.distance(points)) > 1e-5).any()


@pytest.mark.parametrize("form", ["round", "square"])
def test_battlements_have_a_look_of_their_own_or_that_of_the_walls(form: str) -> None:
    def looks(prompt: str) -> dict[str, str]:
        return {part.name: part.finish.words for part in build(describe(prompt), 1).parts}

    asked = looks(f"a {form} stone tower with red battlements")
    assert "red" in asked["battlement"]
    assert "red" not in asked["wall"]
    plain = looks(f"a {form} stone tower")
    assert plain["battlement"] == plain["wall"]
