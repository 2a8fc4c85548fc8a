"""`unwrap`: new UVs for any mesh, and nothing else. The polygons of an artist's mesh are kept whole."""

from maquette.assets import Asset
from maquette.progress import Progress
from maquette.protocol import Parameter, RecipeDescription, bad_input

from .recipe import Recipe, Request

DESCRIPTION = RecipeDescription(
    name="unwrap",
    title="Unwrap",
    summary="New UVs in few large charts, without overlap, at one texel density",
    task="unwrap",
    inputs=("mesh",),
    parameters=(
        Parameter(
            "method",
            "choice",
            "charts",
            "Few large charts, or those of the program xatlas where that is installed",
            choices=("charts", "xatlas"),
        ),
        Parameter(
            "texture_size",
            "choice",
            "2048",
            "Size of the maps that gaps between charts are made for",
            choices=("512", "1024", "2048", "4096"),
            unit="px",
        ),
    ),
    stages=("unwrap",),
    memory_bytes=1 << 30,
    seconds=2.0,
)

_PLAIN = ((180, 180, 180), (255, 160, 0), (128, 128, 255))  # base colour, ORM and normal of a plain grey


def run(request: Request, progress: Progress) -> Asset:
    """Unwraps it; imported here because the server reads this file and must stay light."""
    from dataclasses import replace

    import numpy as np

    from maquette.assets import Material
    from maquette.geometry.unwrap.unwrapping import UNWRAP_STEPS, Method, unwrap
    from maquette.texture.target import padding_of

    if request.mesh is None:
        raise bad_input("there is no mesh to unwrap: give one")
    mesh, size = request.mesh, int(str(request.parameters["texture_size"]))
    progress.stage("unwrap", UNWRAP_STEPS)
    method: Method = "xatlas" if request.parameters["method"] == "xatlas" else "charts"
    uvs = unwrap(mesh.vertices, mesh.faces, size, padding_of(size), progress, method, mesh.polygons)
    color, orm, normal = (np.full((16, 16, 3), flat, np.uint8) for flat in _PLAIN)
    return Asset(replace(mesh, uvs=uvs), Material(color, orm, normal), "unwrapped", {"uvs": "new"})


RECIPE = Recipe(DESCRIPTION, run)
