"""The real server with one recipe, `sheet`: 200,000 triangles and three 2048 maps. Run by placement.py.

Started as `sheet_server.py --data DIR`, and as `sheet_server.py worker` by the server.
"""

import sys
from pathlib import Path

import numpy as np

from maquette.assets import Asset, Material, Mesh
from maquette.progress import Progress
from maquette.protocol import RecipeDescription
from maquette.recipes import Recipe, Request

SIDE = 317  # vertices along each side: 2 * 316 * 316 = 199,712 triangles
MAP_SIZE = 2048


def sheet(_request: Request, progress: Progress) -> Asset:
    """A wavy sheet with noise in its maps, which compresses as badly as photographs do."""
    progress.stage("make")
    axis = np.linspace(-0.5, 0.5, SIDE, dtype=np.float32)
    x, y = (a.ravel() for a in np.meshgrid(axis, axis, indexing="ij"))
    vertices = np.stack([x, y, 0.05 * np.sin(9 * x) * np.cos(7 * y)], axis=1).astype(np.float32)  # [V, 3]
    corner = (np.arange(SIDE - 1)[:, None] * SIDE + np.arange(SIDE - 1)).ravel()
    quads = np.stack([corner, corner + SIDE, corner + SIDE + 1, corner + 1], axis=1)
    faces = np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]]).astype(np.int32)  # [F, 3]
    uvs = (vertices[:, :2] + 0.5)[faces].astype(np.float32)  # [F, 3, 2]
    generator = np.random.default_rng(1)
    color, orm, normal = (
        generator.integers(96, 160, (MAP_SIZE, MAP_SIZE, 3), dtype=np.uint8) for _ in range(3)
    )
    return Asset(Mesh(vertices, faces, uvs), Material(color, orm, normal), "sheet", {"prompt": "a sheet"})


RECIPE = Recipe(
    RecipeDescription(
        name="sheet",
        title="Sheet",
        summary="A large mesh with large maps",
        task="generate",
        inputs=("prompt",),
        parameters=(),
        stages=("make",),
    ),
    sheet,
)


def main(arguments: list[str]) -> int:
    """The server, or its worker."""
    if arguments[:1] == ["worker"]:
        from maquette.render.result import write_result
        from maquette.worker.process import work

        work((RECIPE,), write_result)
        return 0
    from maquette.server.process import serve
    from maquette.server.settings import Settings

    data = Path(arguments[arguments.index("--data") + 1])
    command = (sys.executable, __file__, "worker")
    return serve(Settings(data=data, commands={"core": command}, descriptions=(RECIPE.description,)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
