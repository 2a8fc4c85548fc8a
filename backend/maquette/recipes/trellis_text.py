"""`trellis-text`: words become an asset, by TRELLIS; and the same with a smaller and a larger network."""

from maquette.assets import Asset
from maquette.progress import Progress
from maquette.protocol import RecipeDescription

from .diffusion import with_request
from .recipe import Recipe, Request
from .structured_latents import (
    FINISHING,
    LICENCE,
    MEMORY_BYTES,
    SIZE,
    of_texts,
    result_parameters,
    sampling_parameters,
)


def _recipe(name: str, model: str, words: str, seconds: float) -> Recipe:
    """Each a recipe of its own, so that nobody is asked to download the weights of another."""
    description = RecipeDescription(
        name=name,
        title=f"TRELLIS from Words{words}",
        summary="A thing in words as a mesh with maps; pictures lead to better ones than words do",
        task="generate",
        inputs=("prompt",),
        parameters=(SIZE, *result_parameters(), *sampling_parameters(25, 7.5, 7.5)),
        stages=("read", "structure", "latents", *FINISHING),
        environment="full",
        weights=of_texts(model),
        licence=LICENCE,
        memory_bytes=MEMORY_BYTES,
        seconds=seconds,
    )

    def run(request: Request, progress: Progress) -> Asset:
        from maquette.reconstruction.conditions import Asked
        from maquette.reconstruction.trellis import generate, open_session
        from maquette.reconstruction.wish import read_wish

        asked = Asked(request.prompt, (), model)
        session = open_session(asked, read_wish(request.parameters, request.seed), request.data, progress)
        size = float(str(request.parameters["size"]))
        return with_request(generate(session, size), description, request)

    return Recipe(description, run)


RECIPE = _recipe("trellis-text", "large", "", 7200.0)
BASE = _recipe("trellis-text-base", "base", ", Small", 2400.0)
XLARGE = _recipe("trellis-text-xlarge", "xlarge", ", Large", 12600.0)
