"""Small textured assets for tests of files and pictures."""

import numpy as np

from maquette.assets import Asset, Material, Mesh


def grid_mesh(columns: int, rows: int, positions: np.ndarray) -> Mesh:
    """A grid closed in both directions; `positions` [rows, columns, 3]. UVs have a seam along two sides."""
    row, column = np.mgrid[0:rows, 0:columns]
    next_row, next_column = (row + 1) % rows, (column + 1) % columns
    a, b = row * columns + column, row * columns + next_column
    c, d = next_row * columns + next_column, next_row * columns + column
    faces = np.stack([np.stack([a, b, c], -1), np.stack([a, c, d], -1)], axis=2).reshape(-1, 3)
    u, v = column / columns, row / rows
    left, right, low, high = u, u + 1 / columns, v, v + 1 / rows
    corner = [np.stack([x, y], -1) for x, y in ((left, low), (right, low), (right, high), (left, high))]
    first = np.stack([corner[0], corner[1], corner[2]], axis=-2)
    second = np.stack([corner[0], corner[2], corner[3]], axis=-2)
    uvs = np.stack([first, second], axis=2).reshape(-1, 3, 2)
    return Mesh(positions.reshape(-1, 3).astype(np.float32), faces.astype(np.int32), uvs.astype(np.float32))


def torus(columns: int = 24, rows: int = 12, radius: float = 0.5, tube: float = 0.2) -> Mesh:
    around = 2 * np.pi * np.arange(columns)[None] / columns
    across = 2 * np.pi * np.arange(rows)[:, None] / rows
    ring = radius + tube * np.cos(across)
    x, y = ring * np.cos(around), ring * np.sin(around)
    z = tube * np.sin(across) + 0 * around + tube
    return grid_mesh(columns, rows, np.stack([x, y, z], axis=-1))


def plain_material(
    size: int = 32,
    color: tuple[int, ...] = (200, 60, 40),
    roughness: float = 0.5,
    metallic: float = 0.0,
) -> Material:
    orm = (255, round(255 * roughness), round(255 * metallic))
    return Material(
        base_color=np.full((size, size, len(color)), color, dtype=np.uint8),
        orm=np.full((size, size, 3), orm, dtype=np.uint8),
        normal=np.full((size, size, 3), (128, 128, 255), dtype=np.uint8),
    )


def noisy_material(size: int, seed: int, alpha: bool = False) -> Material:
    rng = np.random.default_rng(seed)
    maps = [rng.integers(0, 256, (size, size, 3), dtype=np.uint8) for _ in range(4)]
    base = np.dstack([maps[0], rng.integers(0, 255, (size, size), dtype=np.uint8)]) if alpha else maps[0]
    return Material(base, maps[1], maps[2], maps[3], "BLEND" if alpha else "OPAQUE", "noise")


def torus_asset(seed: int = 1, alpha: bool = False) -> Asset:
    mesh = torus()
    part_ids = (np.arange(len(mesh.faces)) % 2).astype(np.int32)
    mesh = Mesh(mesh.vertices, mesh.faces, mesh.uvs, part_ids, ("left", "right"))
    provenance = {"recipe": "test", "seed": seed, "parameters": {"size": 1.5, "words": ["ä", "ring"]}}
    return Asset(mesh, noisy_material(64, seed, alpha), "ring", provenance)
