"""`pull-weights`: brings published weights to this disk, as a job like any other.

What a client sends, for the button of the remedy `pull_weights`:

    submit {recipe: "pull-weights", parameters: {names: "sdxl-base taesdxl", accept_licence: false}}

`names` are those in `details.weights` of the error `missing_weights`, with spaces between them. Steps are
bytes. The job ends in `finished` with a result that has `weights` and no asset: there is nothing to fetch.
Where a licence is not permissive it fails with `gated_weights` and `details.licences`: who has shown them to
a person, and was answered yes, sends the same with `accept_licence` true.
"""

from maquette.progress import Progress
from maquette.protocol import Parameter, RecipeDescription

from .recipe import Receipt, Recipe, Request

DESCRIPTION = RecipeDescription(
    name="pull-weights",
    title="Download Weights",
    summary="Brings published weights to this machine and checks them",
    task="weights",
    inputs=(),
    parameters=(
        Parameter("names", "text", "", "Names of weights, with spaces between them"),
        Parameter("accept_licence", "bool", False, "Their licences were read and are accepted"),
        Parameter("verify", "bool", False, "Read what is here and bring again what is damaged"),
    ),
    stages=("download",),
    environment="full",
    memory_bytes=1 << 28,
    seconds=0.0,  # their size and the line decide
)


def run(request: Request, progress: Progress) -> Receipt:
    """Pulls them; imported here because the server reads this file and must stay light."""
    from maquette.weights.pull import pull

    names = str(request.parameters["names"]).split()
    pulled = pull(
        request.data,
        names,
        progress,
        accept_licence=bool(request.parameters["accept_licence"]),
        verify=bool(request.parameters["verify"]),
    )
    return Receipt("weights", {"weights": pulled})


RECIPE = Recipe(DESCRIPTION, run)
