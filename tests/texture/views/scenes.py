"""Meshes with UVs and known colours, as functions of the place, to bake and to compare with."""

import numpy as np

from maquette.assets import Mesh
from maquette.texture.gutter import fill
from maquette.texture.views.texel_points import texel_points

CELLS = [(column, row) for row in range(2) for column in range(3)]
SIDES = [  # axes of +u and +v; their cross product points outward
    (np.float32(u), np.float32(v))
    for u, v in [
        ([1, 0, 0], [0, 0, 1]),
        ([0, 1, 0], [0, 0, 1]),
        ([-1, 0, 0], [0, 0, 1]),
        ([0, -1, 0], [0, 0, 1]),
        ([1, 0, 0], [0, 1, 0]),
        ([-1, 0, 0], [0, 1, 0]),
    ]
]


def box(parts=1, half=0.5):
    """A cube of side 2 `half` with six charts and 2 `parts`^2 triangles a side; vertices are shared."""
    steps = np.linspace(-1, 1, parts + 1)
    v, u = np.meshgrid(steps, steps, indexing="ij")
    grid = np.arange((parts + 1) ** 2).reshape(parts + 1, parts + 1)
    a, b, c, d = (x.ravel() for x in (grid[:-1, :-1], grid[:-1, 1:], grid[1:, 1:], grid[1:, :-1]))
    triangles = np.concatenate([np.stack([a, b, c], 1), np.stack([a, c, d], 1)])
    places, uvs = [], []
    for (axis_u, axis_v), (column, row) in zip(SIDES, CELLS, strict=True):
        outward = np.cross(axis_u, axis_v)
        side = outward + u.reshape(-1, 1) * axis_u + v.reshape(-1, 1) * axis_v
        places.append(side * half)
        flat = np.stack([u.ravel(), v.ravel()], 1) * 0.43 + 0.5
        uvs.append((flat + np.array([column, row])) / (3, 3))
    places, uvs = np.round(np.concatenate(places), 6), np.concatenate(uvs)
    corners = np.concatenate([triangles + len(grid) ** 2 * side for side in range(6)])
    vertices, number = np.unique(places, axis=0, return_inverse=True)
    faces = number.reshape(-1)[corners]
    return Mesh(vertices.astype(np.float32), faces.astype(np.int32), uvs[corners].astype(np.float32))


def ball(parts=24, radius=0.5):
    """The cube blown up to a sphere, with its six charts."""
    mesh = box(parts)
    length = np.linalg.norm(mesh.vertices, axis=1, keepdims=True)
    return Mesh((mesh.vertices / length * radius).astype(np.float32), mesh.faces, mesh.uvs)


def together(*placed):
    """One mesh of (mesh, offset) pairs, whose UVs share the texture side by side."""
    columns = int(np.ceil(np.sqrt(len(placed))))
    vertices, faces, uvs, count = [], [], [], 0
    for number, (mesh, offset) in enumerate(placed):
        vertices.append(mesh.vertices + np.float32(offset))
        faces.append(mesh.faces + count)
        row, column = divmod(number, columns)
        uvs.append((mesh.uvs + np.float32([column, row])) / columns)
        count += len(mesh.vertices)
    return Mesh(np.concatenate(vertices), np.concatenate(faces).astype(np.int32), np.concatenate(uvs))


def sheet(parts=1, z=0.0, half=0.5):
    """A square in the XZ plane at y = `z` that faces -Y, its texture upright over all of the UV square."""
    steps = np.linspace(0, 1, parts + 1)
    v, u = np.meshgrid(steps, steps, indexing="ij")
    uv = np.stack([u.ravel(), v.ravel()], 1).astype(np.float32)
    grid = np.arange((parts + 1) ** 2).reshape(parts + 1, parts + 1)
    a, b, c, d = (x.ravel() for x in (grid[:-1, :-1], grid[:-1, 1:], grid[1:, 1:], grid[1:, :-1]))
    faces = np.concatenate([np.stack([a, b, c], 1), np.stack([a, c, d], 1)]).astype(np.int32)
    vertices = np.stack([(uv[:, 0] - 0.5) * 2 * half, np.full(len(uv), z), (uv[:, 1] - 0.5) * 2 * half], 1)
    return Mesh(vertices.astype(np.float32), faces, uv[faces])


def waves(points):
    """Smooth colours [N, 3] of places [N, 3]."""
    x, y, z = (points * 5).T
    channels = [np.sin(x + np.sin(1.7 * y)), np.sin(1.3 * y + z), np.sin(1.6 * z - 0.7 * x)]
    return (0.5 + 0.4 * np.stack(channels, axis=1)).astype(np.float32)


def painted(mesh, size, color=waves, padding=8):
    """The texture [S, S, 3] with the colour of every texel's place, and which texels are on the mesh."""
    points = texel_points(mesh, size)
    flat, on_mesh = np.zeros((size * size, 3), np.float32), np.zeros(size * size, bool)
    flat[points.texels], on_mesh[points.texels] = color(points.positions), True
    on_mesh = on_mesh.reshape(size, size)
    [texture] = fill([flat.reshape(size, size, 3)], on_mesh, padding)
    return texture, on_mesh
