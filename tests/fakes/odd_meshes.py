"""Forty kinds of meshes as people bring them: open, thin, in ten thousand pieces, broken.

Each is made by a function of a detail n, about the number of faces along a side; the number of faces grows
with its square.
"""

from collections.abc import Callable
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.spatial import Delaunay

from maquette.assets.mesh import Floats, Ints

Shape = tuple[Floats, Ints]
Points = npt.NDArray[np.float64]


def _mesh(vertices: npt.ArrayLike, faces: npt.ArrayLike) -> Shape:
    return np.asarray(vertices, np.float32).reshape(-1, 3), np.asarray(faces, np.int32).reshape(-1, 3)


def _joined(*shapes: Shape) -> Shape:
    starts = np.cumsum([0] + [len(vertices) for vertices, _ in shapes])
    faces = [faces + start for (_, faces), start in zip(shapes, starts, strict=False)]
    return _mesh(np.concatenate([vertices for vertices, _ in shapes]), np.concatenate(faces))


def _grid_faces(rows: int, columns: int, closed_rows: bool = False, closed_columns: bool = False) -> Ints:
    """Two triangles for each cell of a grid of points, which may close on itself."""
    i, j = np.mgrid[0 : rows - (not closed_rows), 0 : columns - (not closed_columns)]
    below, right = (i + 1) % rows, (j + 1) % columns
    a, b, c, d = i * columns + j, below * columns + j, below * columns + right, i * columns + right
    lower, upper = np.stack([a, b, c], axis=-1), np.stack([a, c, d], axis=-1)
    return np.concatenate([lower.reshape(-1, 3), upper.reshape(-1, 3)]).astype(np.int32)


def _sheet(n: int, height: Callable[[Points, Points], Points]) -> Shape:
    x, y = np.meshgrid(np.linspace(0, 1, n + 1), np.linspace(0, 1, n + 1), indexing="ij")
    return _mesh(np.stack([x, y, height(x, y)], axis=-1), _grid_faces(n + 1, n + 1))


def _turned_surface(n: int, point: Callable[[Points, Points], Points], rows: bool, columns: bool) -> Shape:
    """A grid of angles u, v from 0 to 2 pi, closed or open, mapped by `point`."""
    u, v = (2 * np.pi / n * np.arange(n if closed else n + 1) for closed in (rows, columns))
    grid = point(*np.meshgrid(u, v, indexing="ij"))
    return _mesh(grid, _grid_faces(len(u), len(v), rows, columns))


def _scattered(cards: Points, faces: Ints, seed: int, spread: float = 1.0) -> Shape:
    """Cards [N, K, 3] turned at random and strewn in a cube, each with the same faces."""
    rng = np.random.default_rng(seed)
    axes = np.linalg.qr(rng.normal(size=(len(cards), 3, 3)))[0]
    axes[np.linalg.det(axes) < 0] *= -1
    placed = np.einsum("nki,nij->nkj", cards, axes) + rng.uniform(0, spread, (len(cards), 1, 3))
    starts = np.arange(len(cards))[:, None, None] * cards.shape[1]
    return _mesh(placed, faces[None] + starts)


def _strip(count: int, n: int, curl: float, twist: float, seed: int) -> Shape:
    """Cards of one to n times their width, bent by `curl` and twisted by `twist` radians."""
    rng = np.random.default_rng(seed)
    along = np.linspace(0, 1, n + 1)
    bend = curl * rng.uniform(0.5, 1, count)[:, None] * along
    turn = twist * rng.uniform(-1, 1, count)[:, None] * along
    centre = np.stack([np.cumsum(np.cos(bend), 1), 0 * bend, np.cumsum(np.sin(bend), 1)], axis=-1) / n
    across = [-np.sin(turn) * np.sin(bend), np.cos(turn), np.sin(turn) * np.cos(bend)]
    side = np.stack(across, axis=-1)
    both = np.stack([centre - 0.04 * side, centre + 0.04 * side], axis=2) * 0.2
    return _scattered(both.reshape(count, -1, 3), _grid_faces(n + 1, 2), seed, 2.0)


def _sphere(n: int) -> Shape:
    """Points at equal heights, joined to a closed hull-like grid with poles."""
    theta = np.linspace(0, np.pi, n + 1)[1:-1]
    phi = np.arange(2 * n) * np.pi / n
    t, p = np.meshgrid(theta, phi, indexing="ij")
    ring = np.stack([np.sin(t) * np.cos(p), np.sin(t) * np.sin(p), np.cos(t)], axis=-1).reshape(-1, 3)
    rows, columns = len(theta), len(phi)
    around = np.arange(columns)
    last = (rows - 1) * columns
    north = np.stack([np.full(columns, len(ring)), around, np.roll(around, -1)], axis=1)
    south = np.stack([np.full(columns, len(ring) + 1), last + np.roll(around, -1), last + around], axis=1)
    faces = np.concatenate([_grid_faces(rows, columns, closed_columns=True), north, south])
    return _mesh(np.concatenate([ring, [[0, 0, 1], [0, 0, -1]]]), faces)


def _torus(n: int, minor: float = 0.3) -> Shape:
    def point(u: Points, v: Points) -> Points:
        r = 1 + minor * np.cos(v)
        return np.stack([r * np.cos(u), r * np.sin(u), minor * np.sin(v)], axis=-1)

    return _turned_surface(n, point, True, True)


def _cube(n: int) -> Shape:
    """Six grids of one cube, welded at the edges."""
    sides = []
    for axis in range(3):
        for sign in (-1, 1):
            vertices, faces = _sheet(n, lambda x, y: 0 * x)
            moved = np.roll(np.c_[vertices[:, :2] * 2 - 1, np.full(len(vertices), sign)], axis + 1, axis=1)
            sides.append((moved.astype(np.float32), faces if sign > 0 else faces[:, ::-1]))
    return _welded(_joined(*sides))


def _welded(shape: Shape) -> Shape:
    vertices, inverse = np.unique(shape[0].round(6), axis=0, return_inverse=True)
    return _mesh(vertices, inverse.reshape(-1)[shape[1]])


def _unwelded(shape: Shape) -> Shape:
    vertices, faces = shape
    return _mesh(vertices[faces], np.arange(faces.size))


def _moebius(n: int) -> Shape:
    u, v = np.meshgrid(np.arange(4 * n) * np.pi / (2 * n), np.linspace(-0.3, 0.3, n // 4 + 2), indexing="ij")
    r = 1 + v * np.cos(u / 2)
    grid = np.stack([r * np.cos(u), r * np.sin(u), v * np.sin(u / 2)], axis=-1)
    rows, columns = u.shape
    faces = _grid_faces(rows, columns)
    last, first = (rows - 1) * columns + np.arange(columns), np.arange(columns)[::-1]  # joined upside down
    seam = [np.stack([last[:-1], first[:-1], first[1:]], 1), np.stack([last[:-1], first[1:], last[1:]], 1)]
    return _mesh(grid, np.concatenate([faces, *seam]))


def _klein(n: int) -> Shape:
    def point(u: Points, v: Points) -> Points:
        r = 2 + np.cos(u / 2) * np.sin(v) - np.sin(u / 2) * np.sin(2 * v)
        z = np.sin(u / 2) * np.sin(v) + np.cos(u / 2) * np.sin(2 * v)
        return np.stack([r * np.cos(u), r * np.sin(u), z], axis=-1)

    return _turned_surface(n, point, False, True)


def _scroll(n: int) -> Shape:
    def roll(u: Points, v: Points) -> Points:
        turn, radius = 3 * u, 0.2 + 0.04 * u
        return np.stack([radius * np.cos(turn), radius * np.sin(turn), v / 6], axis=-1)

    return _turned_surface(n, roll, False, False)


def _ramp(n: int) -> Shape:
    def climb(u: Points, v: Points) -> Points:
        r = 0.3 + v / 6
        return np.stack([r * np.cos(3 * u), r * np.sin(3 * u), 0.12 * u], axis=-1)

    return _turned_surface(n, climb, False, False)


def _plate(n: int, thickness: float = 0.1) -> Shape:
    """A plate with round holes, its walls and both sides of a triangulation without order."""
    rng = np.random.default_rng(5)
    holes = np.array([[0.25, 0.25], [0.75, 0.3], [0.5, 0.72], [0.2, 0.75]])
    turns = np.arange(24) * np.pi / 12
    rims = (holes[:, None] + 0.1 * np.stack([np.cos(turns), np.sin(turns)], axis=1)).reshape(-1, 2)
    inside = rng.uniform(0, 1, (n * n, 2))
    inside = inside[(np.linalg.norm(inside[:, None] - holes, axis=2) > 0.12).all(axis=1)]
    edge = np.linspace(0, 1, n + 1)
    zero, one = 0 * edge, 0 * edge + 1
    sides = [np.c_[edge, zero], np.c_[edge, one], np.c_[zero, edge], np.c_[one, edge]]
    border = np.concatenate(sides)
    points = np.unique(np.concatenate([rims, inside, border]).round(6), axis=0)
    cells = Delaunay(points).simplices
    middles = points[cells].mean(axis=1)
    cells = cells[(np.linalg.norm(middles[:, None] - holes, axis=2) > 0.0999).all(axis=1)]
    a, b, c = (points[cells[:, i]] for i in range(3))
    turned = (b[:, 0] - a[:, 0]) * (c[:, 1] - a[:, 1]) < (b[:, 1] - a[:, 1]) * (c[:, 0] - a[:, 0])
    cells[turned] = cells[turned, ::-1]
    tails, heads = cells.reshape(-1), np.roll(cells, -1, axis=1).reshape(-1)
    is_border = ~np.isin(tails * len(points) + heads, heads * len(points) + tails)
    t, h, up = tails[is_border], heads[is_border], len(points)
    walls = np.concatenate([np.stack([h, t, t + up], 1), np.stack([h, t + up, h + up], 1)])
    vertices = np.concatenate([np.c_[points, 0 * points[:, 0]], np.c_[points, 0 * points[:, 0] + thickness]])
    return _mesh(vertices, np.concatenate([cells[:, ::-1], cells + up, walls[:, ::-1]]))


def _checkerboard(n: int) -> Shape:
    """Cubes that touch in edges and corners only."""
    size = max(2, n // 4)
    cube = _cube(1)
    at = np.argwhere(np.indices((size, size, size)).sum(axis=0) % 2 == 0)
    return _welded(_joined(*[((cube[0] + 2 * place).astype(np.float32), cube[1]) for place in at]))


def _book(n: int) -> Shape:
    """Pages that all share one spine."""
    angles = np.linspace(0, np.pi, n)
    spine = np.array([[0, 0, 0], [0, 0, 1]])
    outer = np.stack([np.cos(angles), np.sin(angles), 0 * angles], axis=1)
    vertices = np.concatenate([spine, outer, outer + np.array([0, 0, 1])])
    low, high = 2 + np.arange(n), 2 + n + np.arange(n)
    zero, one = np.zeros(n, int), np.ones(n, int)
    return _mesh(vertices, np.concatenate([np.stack([zero, low, high], 1), np.stack([zero, high, one], 1)]))


def _spiky(n: int) -> Shape:
    vertices, faces = _sphere(n)
    rng = np.random.default_rng(2)
    return _mesh(vertices * np.where(rng.uniform(size=len(vertices)) < 0.1, 2.0, 1.0)[:, None], faces)


def _noisy(n: int) -> Shape:
    vertices, faces = _sphere(n)
    return _mesh(vertices + np.random.default_rng(3).normal(0, 0.6 / n, vertices.shape), faces)


def _soup(n: int) -> Shape:
    corners = np.random.default_rng(4).normal(0, 0.02, (2 * n * n, 3, 3))
    return _scattered(corners, np.array([[0, 1, 2]], np.int32), 4)


def _crossed(n: int) -> Shape:
    quad = np.array([[-1, 0, 0], [1, 0, 0], [1, 0, 2], [-1, 0, 2]]) * 0.02
    cross = np.concatenate([quad, quad[:, [1, 0, 2]]])
    faces = np.array([[0, 1, 2], [0, 2, 3], [4, 5, 6], [4, 6, 7]], np.int32)
    return _scattered(np.tile(cross, (n * n // 2, 1, 1)), faces, 6)


def _leaves(n: int) -> Shape:
    """Pointed leaves with a fold along the middle."""
    along = np.linspace(0, 1, 7)
    width = 0.25 * np.sin(np.pi * along) + 0.002
    ribs = [np.stack([along, side * width, 0.3 * abs(side) * width], axis=1) for side in (-1, 0, 1)]
    leaf = np.stack(ribs, axis=1).reshape(-1, 3) * 0.05
    return _scattered(np.tile(leaf, (max(1, n * n // 12), 1, 1)), _grid_faces(7, 3), 7)


def _pebbles(n: int) -> Shape:
    vertices, faces = _sphere(4)
    rng = np.random.default_rng(8)
    stones = vertices[None] * rng.uniform(0.01, 0.04, (max(2, n * n // 48), 1, 3))
    return _scattered(stones, faces, 8)


def _chain(n: int) -> Shape:
    links = []
    for i in range(6):
        vertices, faces = _torus(max(6, n // 2), 0.2)
        turned = vertices if i % 2 else vertices[:, [0, 2, 1]] * [1, -1, 1]
        links.append(_mesh(turned + np.array([1.4 * i, 0, 0]), faces))
    return _joined(*links)


def _double_shell(n: int) -> Shape:
    vertices, faces = _sphere(n)
    return _joined((vertices, faces), _mesh(vertices * 0.995, faces[:, ::-1]))


def _two_sided(n: int) -> Shape:
    vertices, faces = _sheet(n, lambda x, y: 0.1 * np.sin(6 * x) * np.sin(5 * y))
    return _mesh(vertices, np.concatenate([faces, faces[:, ::-1]]))


def _repeated(n: int) -> Shape:
    vertices, faces = _sphere(n)
    return _mesh(vertices, np.concatenate([faces, np.roll(faces, 1, axis=1), faces[: len(faces) // 2]]))


def _degenerate(n: int) -> Shape:
    """A sphere with faces that repeat a vertex, lie in a line, or are a point."""
    vertices, faces = _sphere(n)
    ends = vertices[faces[:50, :2]].astype(np.float64)
    line = np.concatenate([ends, ends.mean(axis=1, keepdims=True)], axis=1)
    point = np.repeat(ends[:, :1], 3, axis=1)
    extra = _unwelded(_mesh(np.concatenate([line, point]), np.arange(300)))
    bad = np.stack([faces[:50, 0], faces[:50, 0], faces[:50, 1]], axis=1)
    return _joined(_mesh(vertices, np.concatenate([faces, bad])), extra)


def _flipped(n: int) -> Shape:
    vertices, faces = _sphere(n)
    chosen = np.random.default_rng(9).uniform(size=len(faces)) < 0.3
    return _mesh(vertices, np.where(chosen[:, None], faces[:, ::-1], faces))


def _bag(n: int) -> Shape:
    """A sphere with a small mouth: a disc that cannot lie flat."""
    vertices, faces = _sphere(n)
    return _mesh(vertices, faces[(vertices[faces][:, :, 2] < 0.95).any(axis=1)])


def _scaled(shape: Shape, factor: npt.ArrayLike, shift: npt.ArrayLike = 0.0) -> Shape:
    return _mesh(shape[0] * np.asarray(factor) + np.asarray(shift), shape[1])


def _tube(n: int, capped: bool) -> Shape:
    def around(u: Points, v: Points) -> Points:
        return np.stack([0.2 * np.cos(u), 0.2 * np.sin(u), v / 4], axis=-1)

    vertices, faces = _turned_surface(n, around, True, False)
    if not capped:
        return vertices, faces
    ring = np.arange(n) * (n + 1)
    low = np.stack([np.full(n, len(vertices)), np.roll(ring, 1), ring], axis=1)
    high = np.stack([np.full(n, len(vertices) + 1), np.roll(ring, -1) + n, ring + n], axis=1)
    return _mesh(
        np.concatenate([vertices, [[0, 0, 0], [0, 0, np.pi / 2]]]), np.concatenate([faces, low, high])
    )


def _cone(n: int) -> Shape:
    turns = np.arange(n) * 2 * np.pi / n
    rim = np.stack([np.cos(turns), np.sin(turns), 0 * turns], axis=1)
    at = np.arange(n)
    sides = np.stack([at, np.roll(at, -1), np.full(n, n)], axis=1)
    base = np.stack([np.roll(at, -1), at, np.full(n, n + 1)], axis=1)
    return _mesh(np.concatenate([rim, [[0, 0, 2], [0, 0, 0]]]), np.concatenate([sides, base]))


def _terraces(x: Points, y: Points) -> Points:
    steps: Points = np.floor(4 * np.sin(5 * x) * np.cos(4 * y)) / 8
    return steps


def _crumpled(x: Points, y: Points) -> Points:
    folds: Points = 0.05 * np.sin(40 * x + 9 * np.sin(7 * y)) + 0.05 * np.cos(33 * y + 8 * np.sin(6 * x))
    return folds


ODD_MESHES: Final[dict[str, Callable[[int], Shape]]] = {
    "one triangle": lambda n: _mesh([[0, 0, 0], [1, 0, 0], [0, 1, 0]], [[0, 1, 2]]),
    "a square": lambda n: _sheet(1, lambda x, y: 0 * x),
    "tetrahedron": lambda n: _mesh(
        [[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], [[0, 2, 1], [0, 1, 3], [1, 2, 3], [0, 3, 2]]
    ),
    "cube": _cube,
    "cube, every face apart": lambda n: _unwelded(_cube(n)),
    "sphere": _sphere,
    "sphere, every face apart": lambda n: _unwelded(_sphere(n)),
    "ellipsoid, a thousand times as long": lambda n: _scaled(_sphere(n), [1, 1, 1000]),
    "torus": _torus,
    "thin ring": lambda n: _torus(n, 0.02),
    "open tube": lambda n: _tube(n, capped=False),
    "capped tube": lambda n: _tube(n, capped=True),
    "cone": _cone,
    "moebius strip": _moebius,
    "klein bottle": _klein,
    "open cloth": lambda n: _sheet(n, lambda x, y: 0.1 * np.sin(5 * x + 2 * y)),
    "crumpled cloth": lambda n: _sheet(n, _crumpled),
    "terraces": lambda n: _sheet(n, _terraces),
    "scroll": _scroll,
    "spiral ramp": _ramp,
    "hair cards": lambda n: _strip(max(2, n * n // 16), 8, 0.5, 0.0, 1),
    "hair curled and twisted": lambda n: _strip(max(2, n * n // 32), 16, 4.0, 3.0, 2),
    "crossed cards": _crossed,
    "leaves": _leaves,
    "soup": _soup,
    "plate with holes": _plate,
    "foil with holes": lambda n: _plate(n, 0.001),
    "double shell": _double_shell,
    "two-sided sheet": _two_sided,
    "repeated faces": _repeated,
    "faces without area": _degenerate,
    "book": _book,
    "cubes that touch in edges": _checkerboard,
    "windings at random": _flipped,
    "bag": _bag,
    "pebbles": _pebbles,
    "chain": _chain,
    "hedgehog": _spiky,
    "noisy sphere": _noisy,
    "tiny and far away": lambda n: _scaled(_torus(n), 0.01, [1000.0, -500.0, 20.0]),
}
