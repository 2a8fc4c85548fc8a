"""`maquette generate`: from words and pictures to a GLB file."""

from pathlib import Path

from maquette.client import Client, Job
from maquette.protocol import MaquetteError, bad_input
from maquette.settings import Settings

from .arguments import Arguments
from .backend import open_client
from .files import check_target, free_name, numbered, read_images, write_atomically
from .output import Output
from .parameters import choose_recipe, read_parameters
from .preview import draw_preview

MAX_VARIANTS = 16


def run(arguments: Arguments, settings: Settings, output: Output) -> int:
    """Makes one asset or several variants and writes them; returns 0. Raises MaquetteError."""
    if not arguments.prompt.strip() and not arguments.image:
        raise bad_input("there is neither a prompt nor an image: describe what to make")
    if not 1 <= arguments.variants <= MAX_VARIANTS:
        raise bad_input(f"variants {arguments.variants} is not from 1 to {MAX_VARIANTS}")
    frames = read_images(arguments.image)
    out = check_target(arguments.out or free_name(arguments.prompt, ".glb", Path.cwd()), ".glb")
    preview = arguments.preview and check_target(arguments.preview, ".png")
    with open_client(settings) as client:
        recipe = choose_recipe(client.recipes(), "generate", arguments.recipe, bool(frames))
        parameters = read_parameters(recipe, arguments.settings)
        count = arguments.variants
        jobs = [
            client.submit(recipe.name, arguments.prompt, parameters, _seed(arguments.seed, index), frames)
            for index in range(count)
        ]
        try:
            for number, job in enumerate(jobs, start=1):
                follow(job, output, f"{number}/{count} " if count > 1 else "")
                target = preview and numbered(preview, number, count)
                write_result(job, numbered(out, number, count), target, output)
        except KeyboardInterrupt:
            cancel(client, jobs, output)
            raise
    return 0


def follow(job: Job, output: Output, label: str = "") -> None:
    """Tells how a job goes on until it is over. Raises its error if it failed."""
    was_accepted = False
    for _ in job.events():
        if job.view.job_id and not was_accepted:
            was_accepted = True
            view = job.view
            output.event("accepted", job_id=view.job_id, request_id=view.request_id, seed=view.seed)
        output.progress(job.view, label)
    if job.view.error is not None:
        raise job.view.error
    if job.view.state == "cancelled":
        raise MaquetteError("cancelled", f"job {job.view.job_id} was cancelled")
    output.event("finished", job_id=job.view.job_id, result=job.view.result)


def write_result(job: Job, out: Path, preview: Path | None, output: Output) -> None:
    """Writes the GLB and, where asked for, the picture of a finished job."""
    glb = bytes(job.result("glb").glb)
    try:
        write_atomically(out, glb)
    except MaquetteError as error:
        again = f"maquette jobs fetch {job.view.job_id} --out FILE.glb"
        raise bad_input(f"{error.message}; nothing is lost, `{again}` writes the result") from None
    output.event("written", job_id=job.view.job_id, path=str(out))
    output.line(str(out))
    if preview is None:
        return
    write_atomically(preview, draw_preview(glb))
    output.event("written", job_id=job.view.job_id, path=str(preview))
    output.line(str(preview))


def cancel(client: Client, jobs: list[Job], output: Output) -> None:
    """Ends the jobs of a command that was interrupted, and says so."""
    output.remark("cancelling ...")
    client.cancel_all()
    for job in jobs:
        if job.view.state == "cancelled":
            output.event("cancelled", job_id=job.view.job_id)


def _seed(first: int, index: int) -> int:
    return first if first < 0 else first + index
