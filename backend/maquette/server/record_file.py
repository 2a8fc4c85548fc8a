"""The record of a finished job beside its files: what the job store says of it, should the store be lost."""

import os
from pathlib import Path
from typing import Final

from maquette.protocol import Json, ProtocolError
from maquette.protocol.framing import dump_json, parse_json
from maquette.protocol.messages import is_id

from .store import Record

RECORD_FILE: Final = "job.json"
_TYPES: Final[dict[str, tuple[type, ...]]] = {
    **dict.fromkeys(("session", "request_id", "instance", "recipe", "prompt"), (str,)),
    "parameters": (dict,),
    "seed": (int,),
    "created": (float, int),
}


def write_record(folder: Path, record: Record) -> None:
    """Writes what was asked for, and by whom, to the disk. The files themselves tell the rest."""
    values: dict[str, Json] = {name: getattr(record, name) for name in _TYPES}
    with (folder / RECORD_FILE).open("wb") as file:
        file.write(dump_json(values))
        file.flush()
        os.fsync(file.fileno())


def read_record(folder: Path) -> Record:
    """The record of the result in `folder`, as of a job that runs. Raises OSError or ProtocolError."""
    values = parse_json((folder / RECORD_FILE).read_bytes())
    if not isinstance(values, dict) or set(values) != set(_TYPES) or not is_id(folder.name):
        raise ProtocolError(f"{RECORD_FILE} is no record of a job")
    for name, types in _TYPES.items():
        if type(values[name]) not in types:
            raise ProtocolError(f"{name} in {RECORD_FILE} is {values[name]!r}"[:120])
    return Record(id=folder.name, state="running", **values)  # type: ignore[arg-type]
