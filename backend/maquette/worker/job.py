"""Runs one job: reads its inputs, calls the recipe, writes the result, and says how it ended."""

import errno
import gc
import json
import logging
import os
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

from maquette.assets import Asset
from maquette.progress import CancelledError, Progress
from maquette.protocol import Frame, Json, MaquetteError, ProtocolError
from maquette.protocol.framing import dump_json
from maquette.protocol.inputs import VIEWS
from maquette.protocol.worker_messages import (
    SUMMARY_FILE,
    Broken,
    Done,
    Report,
    Run,
    Stopped,
    WorkerMessage,
)
from maquette.recipes import Receipt, Recipe, Request

from .inputs import read_image, read_maps, read_mask, read_mesh, read_picture
from .memory import resident_bytes

WriteResult = Callable[[Asset, Path], dict[str, Json]]

_MAX_CALLS: Final = 6
_MAX_NOTE: Final = 500
_NO_SPACE: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)

_log = logging.getLogger(__name__)


def execute(
    run: Run,
    stop: threading.Event,
    report: Callable[[Report], None],
    recipes: Mapping[str, Recipe],
    write_result: WriteResult,
) -> WorkerMessage:
    """The job's last message. It is made once the recipe's memory has been let go."""
    ending = _attempt(run, _progress(run.job_id, stop, report), recipes, write_result)
    gc.collect()
    memory_bytes = resident_bytes()
    if isinstance(ending, MaquetteError):
        if ending.code == "cancelled":
            return Stopped(job_id=run.job_id, memory_bytes=memory_bytes)
        return Broken(job_id=run.job_id, error=_json(ending.to_json()), memory_bytes=memory_bytes)
    return Done(job_id=run.job_id, result=ending, memory_bytes=memory_bytes)


def _attempt(
    run: Run, progress: Progress, recipes: Mapping[str, Recipe], write_result: WriteResult
) -> dict[str, Json] | MaquetteError:
    started = time.monotonic()
    try:
        made = recipes[run.recipe].run(_request(run), progress)
        progress.check()
        staging = Path(run.staging)
        result = _write_receipt(made, staging) if isinstance(made, Receipt) else write_result(made, staging)
        result["seconds"] = round(time.monotonic() - started, 3)
        _persist(staging, result)
        return result
    except CancelledError:
        return MaquetteError("cancelled", "the job was cancelled")
    except MaquetteError as error:
        return error
    except MemoryError:
        return MaquetteError(
            "out_of_memory",
            f"{run.recipe} ran out of memory: close other programs or lower its settings",
            "free_memory",
        )
    except Exception as error:  # the border of the process: a recipe may raise anything
        return _unexpected(run.recipe, error)


def _unexpected(recipe: str, error: Exception) -> MaquetteError:
    if isinstance(error, OSError) and error.errno in _NO_SPACE:
        return MaquetteError("no_disk_space", "the disk is full: free some space and retry", "free_disk")
    where = _where(error)
    _log.error("recipe %s failed with %s in %s", recipe, type(error).__name__, where)
    _log.debug("in full", exc_info=error)
    return MaquetteError(
        "internal",
        f"{recipe} failed with {type(error).__name__}: retry with another seed, or report it with the log",
        "retry",
        {"exception": type(error).__name__, "where": where},
    )


def _where(error: BaseException) -> str:
    """The last calls as module:line. A traceback would name files in the user's folders."""
    frames = [(f.f_globals.get("__name__", "?"), line) for f, line in traceback.walk_tb(error.__traceback__)]
    return " > ".join(f"{module}:{line}" for module, line in frames[-_MAX_CALLS:])


def _request(run: Run) -> Request:
    folder = Path(run.inputs) if run.inputs else None
    data = Path(run.data)
    if folder is None:
        return Request(run.prompt, run.parameters, run.seed, data=data)
    return Request(
        run.prompt,
        run.parameters,
        run.seed,
        tuple(read_image(path) for path in sorted(folder.glob("image_*"))),
        read_mesh(folder),
        read_maps(folder),
        read_mask(folder),
        read_picture(folder, VIEWS),
        data,
    )


def _progress(job_id: str, stop: threading.Event, report: Callable[[Report], None]) -> Progress:
    def forward(stage: str, step: int, steps: int, note: str, preview: bytes) -> None:
        kind = "image/png" if preview.startswith(b"\x89PNG") else "image/webp"
        frames = {"preview": Frame(kind, preview)} if preview else {}
        report(Report(frames, job_id, stage, int(step), int(steps), note[:_MAX_NOTE]))

    return Progress(forward, stop.is_set)


def _write_receipt(receipt: Receipt, staging: Path) -> dict[str, Json]:
    file = staging / f"{receipt.name}.json"
    file.write_bytes(dump_json(receipt.content))
    return {**receipt.content, "files": {file.name: file.stat().st_size}}


def _persist(staging: Path, result: dict[str, Json]) -> None:
    """Writes the summary beside the files, and all of it to the disk, so that a rename alone publishes it."""
    try:
        dump_json([[[result]]])  # messages and listings will wrap it, and nesting is limited
        summary = dump_json(result)
    except ProtocolError as error:
        raise MaquetteError("internal", f"the result's summary is unfit: {error.message}", "retry") from error
    (staging / SUMMARY_FILE).write_bytes(summary)
    for path in staging.iterdir():
        with path.open("rb+") as file:
            os.fsync(file.fileno())


def _json(error: dict[str, Json]) -> dict[str, Json]:
    """Details come from recipes: whatever is no JSON becomes text."""
    encoded: dict[str, Json] = json.loads(json.dumps(error, default=str))
    return encoded
