"""From pictures with their cameras to a whole texture, in one call."""

from collections.abc import Sequence
from dataclasses import replace

from maquette.assets import Mesh
from maquette.progress import Progress

from .blending import blend
from .completion import complete
from .projection import ProjectionOptions, project_texels
from .view import Floats, View


def bake_views(
    mesh: Mesh,  # with UVs
    views: Sequence[View],  # pictures of one size
    texture_size: int,
    padding: int,  # texels around the charts
    options: ProjectionOptions | None = None,
    match_colours: bool = True,
    median: bool = False,
    progress: Progress | None = None,
) -> Floats:  # [S, S, C]
    """Projects, blends as `blend` says, and completes what no view sees.

    Raises MaquetteError (bad_input) if a picture has another size than the first, or no view sees the mesh.
    """
    options = replace(options or ProjectionOptions(), priors=[view.prior for view in views])
    cameras, images = [view.camera for view in views], [view.image for view in views]
    projection = project_texels(mesh, cameras, texture_size, len(images[0]), options, progress)
    baked = blend(projection, images, match_colours, median)
    return complete(mesh, baked.texture, baked.covered, padding, progress)
