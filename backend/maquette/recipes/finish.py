"""`finish`: any mesh becomes an asset to work with: clean, within a budget, unwrapped, its detail in maps."""

from maquette.assets import Asset
from maquette.progress import Progress
from maquette.protocol import Json, Parameter, RecipeDescription

from .recipe import Recipe, Request

DESCRIPTION = RecipeDescription(
    name="finish",
    title="Finish Mesh",
    summary="Repairs any mesh, brings it within a triangle budget, unwraps it and bakes its detail into maps",
    task="finish",
    inputs=("mesh", "maps?"),
    parameters=(
        Parameter(
            "budget",
            "choice",
            "prop",
            "Triangles: mobile 4000, prop 12000, hero 50000, raw all of them",
            choices=("mobile", "prop", "hero", "raw"),
        ),
        Parameter(
            "triangles", "int", 0, "Most triangles; 0 leaves it to the budget", minimum=0, maximum=1000000
        ),
        Parameter(
            "texture_size",
            "choice",
            "2048",
            "Size of the maps",
            choices=("512", "1024", "2048", "4096"),
            unit="px",
        ),
        Parameter("close_holes", "bool", True, "Close small holes"),
        Parameter("drop_hidden", "bool", True, "Drop shells that cannot be seen from outside", advanced=True),
        Parameter("drop_crumbs", "bool", True, "Drop loose bits of less than a thousandth", advanced=True),
    ),
    stages=("repair", "simplify", "unwrap", "bake"),
    memory_bytes=2 << 30,
    seconds=12.0,
)


def run(request: Request, progress: Progress) -> Asset:
    """Finishes the mesh; imported here because the server reads this file and must stay light."""
    from maquette import __version__
    from maquette.geometry.repair.repairing import RepairOptions
    from maquette.geometry.simplify.budget import triangle_budget
    from maquette.protocol import bad_input
    from maquette.texture.finish import finish_worn

    if request.mesh is None:
        raise bad_input("there is no mesh to finish: give one")
    values = request.parameters
    options = RepairOptions(
        holes=RepairOptions.holes if values["close_holes"] else 0.0,
        hidden=bool(values["drop_hidden"]),
        crumbs=RepairOptions.crumbs if values["drop_crumbs"] else 0.0,
    )
    most = triangle_budget(str(values["triangles"] or values["budget"]))
    mesh, material, report = finish_worn(
        request.mesh, request.maps, most, int(str(values["texture_size"])), options, progress
    )
    before, after = len(request.mesh.faces), len(mesh.faces)
    notes = [f"{before} triangles became {after}", *([report.words] if report.words else [])]
    for note in notes:
        progress.note(note)
    provenance: dict[str, Json] = {
        "recipe": "finish",
        "parameters": dict(values),
        "notes": list(notes),
        "uvs": "new",
        "version": __version__,
    }
    return Asset(mesh, material, "finished", provenance)


RECIPE = Recipe(DESCRIPTION, run)
