"""`maquette jobs`: what a server has made, is making and will make."""

import time
from pathlib import Path

from maquette.client import Client, JobView
from maquette.protocol import Json
from maquette.settings import Settings

from .arguments import Arguments
from .backend import open_running_client
from .files import check_target, free_name
from .generate import write_result
from .output import Output


def run(arguments: Arguments, settings: Settings, output: Output) -> int:
    """Lists, shows, fetches or cancels. Raises MaquetteError."""
    with open_running_client(settings) as client:
        client.jobs()
        if arguments.action == "list":
            _list(client, output)
        elif arguments.action == "show":
            _show(client.pump.job(arguments.id), output)
        elif arguments.action == "cancel":
            view = client.job(arguments.id).cancel()
            output.event("job", **_as_json(view))
            output.line(f"{view.job_id} {view.state}")
        else:
            _fetch(client, arguments, output)
    return 0


def _list(client: Client, output: Output) -> None:
    for job in sorted(client.pump.jobs(), key=lambda job: job.created, reverse=True):
        output.event("job", **_as_json(job))
        made = time.strftime("%Y-%m-%d %H:%M", time.localtime(job.created))
        output.line(f"{job.job_id}  {job.state:9}  {made}  {job.recipe:12}  {job.prompt[:60]}")


def _show(job: JobView, output: Output) -> None:
    values = _as_json(job)
    output.event("job", **values)
    for name, value in values.items():
        if value not in ("", None, {}, []):
            output.line(f"{name}: {value}")


def _fetch(client: Client, arguments: Arguments, output: Output) -> None:
    job = client.job(arguments.id)
    name = job.view.prompt or job.view.recipe
    out = check_target(arguments.out or free_name(name, ".glb", Path.cwd()), ".glb")
    preview = arguments.preview and check_target(arguments.preview, ".png")
    write_result(job, out, preview, output)


def _as_json(job: JobView) -> dict[str, Json]:
    return {
        "job_id": job.job_id,
        "request_id": job.request_id,
        "recipe": job.recipe,
        "prompt": job.prompt,
        "seed": job.seed,
        "state": job.state,
        "place": job.place,
        "stage": job.stage,
        "fraction": job.fraction,
        "created": job.created,
        "ended": job.ended,
        "error": job.error.to_json() if job.error else None,
        "result": job.result,
    }
