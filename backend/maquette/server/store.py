"""The job store: one SQLite file that all servers on a data folder share. Records only; files lie beside it.

Every statement is its own transaction in write-ahead mode, so that a killed server leaves whole records and a
second one never waits long. Session tokens are stored as digests: the file may travel in a bug report.
"""

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from maquette.protocol import Json, MaquetteError
from maquette.protocol.messages import TERMINAL

_SCHEMA_VERSION = 1
_BUSY_S = 2.0
_SMOOTHING = 0.3  # weight of the newest run in the mean duration of a stage
_SCHEMA = """
CREATE TABLE IF NOT EXISTS jobs (
    id TEXT PRIMARY KEY, session TEXT NOT NULL, request_id TEXT NOT NULL, instance TEXT NOT NULL,
    recipe TEXT NOT NULL, prompt TEXT NOT NULL, parameters TEXT NOT NULL, seed INTEGER NOT NULL,
    state TEXT NOT NULL, created REAL NOT NULL, ended REAL NOT NULL DEFAULT 0,
    fetched REAL NOT NULL DEFAULT 0, bytes INTEGER NOT NULL DEFAULT 0,
    error TEXT NOT NULL DEFAULT '', result TEXT NOT NULL DEFAULT '',
    UNIQUE (session, request_id)
);
CREATE INDEX IF NOT EXISTS jobs_of_session ON jobs (session, created);
CREATE TABLE IF NOT EXISTS stages (
    recipe TEXT NOT NULL, stage TEXT NOT NULL, seconds REAL NOT NULL, PRIMARY KEY (recipe, stage)
);
"""
_INSERTED = (
    *("id", "session", "request_id", "instance", "recipe"),
    *("prompt", "parameters", "seed", "state", "created"),
)
_INSERT = f"INSERT OR IGNORE INTO jobs ({', '.join(_INSERTED)}) VALUES ({', '.join('?' * len(_INSERTED))})"  # noqa: S608
_UNFINISHED = "state IN ('queued', 'running')"
_END = (
    "UPDATE jobs SET state = ?, ended = ?, error = ?, result = ?, bytes = ?"  # noqa: S608  (constants only)
    f" WHERE id = ? AND {_UNFINISHED}"
)


@dataclass(frozen=True)
class Record:
    """One job as it is stored. `session` is a digest; times are seconds since 1970, 0 for not yet."""

    id: str
    session: str
    request_id: str
    instance: str
    recipe: str
    prompt: str
    parameters: dict[str, Json]
    seed: int
    state: str
    created: float
    ended: float = 0.0
    fetched: float = 0.0
    bytes: int = 0
    error: dict[str, Json] | None = None
    result: dict[str, Json] | None = None

    @property
    def is_ended(self) -> bool:
        return self.state in TERMINAL


def digest(session: str) -> str:
    """How a session token is stored."""
    return hashlib.sha256(session.encode()).hexdigest()


class DamagedStoreError(MaquetteError):
    """The file is no database, or a broken one."""

    def __init__(self, path: Path, reason: object) -> None:
        super().__init__("internal", f"the job store {path} is damaged ({reason})", "restart_backend")


class Store:
    """Raises DamagedStoreError where the file is damaged, and MaquetteError `no_disk_space` where the disk is
    full, `internal` where the file cannot be used for another reason."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection = sqlite3.connect(path, timeout=_BUSY_S, isolation_level=None)
        self._connection.row_factory = sqlite3.Row
        try:
            self._prepare()
        except MaquetteError:
            self.close()
            raise

    def _prepare(self) -> None:
        self._run("PRAGMA journal_mode = WAL")
        self._run("PRAGMA synchronous = NORMAL")
        verdict = self._run("PRAGMA quick_check(1)").fetchone()[0]
        if verdict != "ok":
            raise DamagedStoreError(self._path, verdict)
        for statement in filter(str.strip, _SCHEMA.split(";")):
            self._run(statement)
        found = self._run("PRAGMA user_version").fetchone()[0]
        if found > _SCHEMA_VERSION:
            raise MaquetteError(
                "incompatible_version",
                f"{self._path} was written by a newer version: update this one",
                "update",
            )
        self._run(f"PRAGMA user_version = {_SCHEMA_VERSION}")

    def close(self) -> None:
        self._connection.close()

    def add(self, record: Record) -> bool:
        """Stores a new job; False when the session has one of the same request."""
        values = {**vars(record), "parameters": json.dumps(record.parameters)}
        return self._run(_INSERT, tuple(values[name] for name in _INSERTED)).rowcount == 1

    def started(self, job_id: str) -> None:
        self._run("UPDATE jobs SET state = 'running' WHERE id = ? AND state = 'queued'", (job_id,))

    def ended(
        self,
        job_id: str,
        state: str,
        now: float,
        *,
        error: MaquetteError | None = None,
        result: dict[str, Json] | None = None,
        size_bytes: int = 0,
    ) -> bool:
        """Records how a job ended; False when it had ended before, in which case nothing changes."""
        cursor = self._run(
            _END,
            (
                state,
                now,
                json.dumps(error.to_json(), default=str) if error else "",
                json.dumps(result) if result is not None else "",
                size_bytes,
                job_id,
            ),
        )
        return cursor.rowcount == 1

    def fetched(self, job_id: str, now: float) -> None:
        self._run("UPDATE jobs SET fetched = ? WHERE id = ?", (now, job_id))

    def remove(self, job_id: str) -> None:
        self._run("DELETE FROM jobs WHERE id = ?", (job_id,))

    def get(self, job_id: str) -> Record | None:
        return self._one("SELECT * FROM jobs WHERE id = ?", (job_id,))

    def by_request(self, session: str, request_id: str) -> Record | None:
        """The job of a request that was submitted before; `session` is a digest."""
        return self._one("SELECT * FROM jobs WHERE session = ? AND request_id = ?", (session, request_id))

    def newest(self, session: str, count: int) -> list[Record]:
        """The newest jobs of a session, newest first; `session` is a digest."""
        rows = self._run(
            "SELECT * FROM jobs WHERE session = ? ORDER BY created DESC, rowid DESC LIMIT ?", (session, count)
        )
        return [_record(row) for row in rows]

    def unfinished(self) -> list[Record]:
        """The jobs that no server has ended, whichever server had them."""
        return [_record(row) for row in self._run(f"SELECT * FROM jobs WHERE {_UNFINISHED}")]  # noqa: S608

    def result_bytes(self) -> int:
        """What all kept results take on the disk."""
        return int(self._run("SELECT COALESCE(SUM(bytes), 0) FROM jobs").fetchone()[0])

    def oldest_fetched(self) -> Record | None:
        """The result to remove first when space is needed."""
        return self._one("SELECT * FROM jobs WHERE fetched > 0 AND bytes > 0 ORDER BY fetched LIMIT 1", ())

    def stage_seconds(self, recipe: str) -> dict[str, float]:
        """The mean duration of each stage in earlier runs."""
        rows = self._run("SELECT stage, seconds FROM stages WHERE recipe = ?", (recipe,))
        return {row["stage"]: row["seconds"] for row in rows}

    def learn_stages(self, recipe: str, seconds: Mapping[str, float]) -> None:
        """Moves the means towards the durations of one more run."""
        for stage, duration in seconds.items():
            self._run(
                "INSERT INTO stages VALUES (?, ?, ?) ON CONFLICT DO UPDATE"
                " SET seconds = seconds + ? * (excluded.seconds - seconds)",
                (recipe, stage, duration, _SMOOTHING),
            )

    def _one(self, statement: str, values: tuple[object, ...]) -> Record | None:
        row = self._run(statement, values).fetchone()
        return _record(row) if row is not None else None

    def _run(self, statement: str, values: tuple[object, ...] = ()) -> sqlite3.Cursor:
        try:
            return self._connection.execute(statement, values)
        except sqlite3.DatabaseError as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # without what extends it
            if code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB):
                raise DamagedStoreError(self._path, error) from error
            if code == sqlite3.SQLITE_FULL:
                raise MaquetteError(
                    "no_disk_space", f"the disk of {self._path.parent} is full: free some space", "free_disk"
                ) from error
            raise MaquetteError(
                "internal",
                f"the job store {self._path} cannot be used ({error}): move it away",
                "restart_backend",
            ) from error


def _record(row: sqlite3.Row) -> Record:
    values: dict[str, Any] = dict(row)
    for name in ("parameters", "error", "result"):
        values[name] = json.loads(values[name]) if values[name] else None
    return Record(**values)
