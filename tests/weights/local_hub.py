"""A hub of its own, with the real one's routes and headers, that does on cue what networks and hubs do.

GET  /api/models/<id>/revision/<revision>?blobs=true     the listing
GET  /<id>/resolve/<revision>/<path>                     the bytes, with Range
"""

import hashlib
import json
import threading
from collections import Counter
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import unquote, urlsplit

COMMIT = "c0ffee" + "0" * 34
LFS_FROM_BYTES = 1024


@dataclass
class Trouble:
    """What goes wrong with a file or a repository, how many times (`left`)."""

    kind: str  # cut, hang, status, short, long, garbage, whole (knows no ranges)
    left: int = 1
    status: int = 500
    code: str = ""  # X-Error-Code
    at: int = 0  # after how many bytes it is cut or hangs


@dataclass
class Repository:
    """Files of one commit. `token` is asked for where it is not empty."""

    files: dict[str, bytes]
    commit: str = COMMIT
    token: str = ""
    moved_to: str = ""
    troubles: dict[str, Trouble] = field(default_factory=dict)  # by path; "" is the listing


class LocalHub:
    """Serves repositories from a thread; `with` ends it. `requests` counts "path" and "path@start"."""

    def __init__(self) -> None:
        self.repositories: dict[str, Repository] = {}
        self.requests: Counter[str] = Counter()
        self.tokens: list[str] = []
        self.sent_bytes = 0
        self.cdn: LocalHub | None = None  # where large files are redirected to
        self.may_go_on = threading.Event()  # what "hang" waits for
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True)

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def add(self, hub_id: str, files: dict[str, bytes], **more: Any) -> Repository:
        self.repositories[hub_id] = Repository(files, **more)
        return self.repositories[hub_id]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.may_go_on.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def listing(hub_id: str, repository: Repository) -> dict[str, Any]:
    """What the hub tells of a repository with `blobs=true`."""
    return {
        "id": hub_id,
        "sha": repository.commit,
        "siblings": [_sibling(path, data) for path, data in repository.files.items()],
    }


def _sibling(path: str, data: bytes) -> dict[str, Any]:
    git = hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest()
    sibling: dict[str, Any] = {"rfilename": path, "size": len(data), "blobId": git}
    if len(data) >= LFS_FROM_BYTES:
        pointer = {"sha256": hashlib.sha256(data).hexdigest(), "size": len(data), "pointerSize": 130}
        sibling |= {"blobId": "0" * 40, "lfs": pointer}
    return sibling


def _handler(hub: LocalHub) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = unquote(urlsplit(self.path).path)
            hub.tokens.append(self.headers.get("Authorization", ""))
            if path.startswith("/api/models/"):
                hub_id, _, revision = path.removeprefix("/api/models/").partition("/revision/")
                self._list(hub_id, revision)
            else:
                hub_id, _, rest = path.lstrip("/").partition("/resolve/")
                self._send_file(hub_id, *rest.split("/", 1))

        def _list(self, hub_id: str, revision: str) -> None:
            hub.requests[hub_id] += 1
            repository = self._repository(
                hub_id, revision, f"/api/models/{{}}/revision/{revision}?blobs=true"
            )
            if repository is None or self._trouble(repository, "") is not None:
                return
            self._answer(200, json.dumps(listing(hub_id, repository)).encode())

        def _send_file(self, hub_id: str, revision: str, path: str) -> None:
            start = int(self.headers.get("Range", "bytes=0-").removeprefix("bytes=").rstrip("-"))
            hub.requests[path] += 1
            hub.requests[f"{path}@{start}"] += 1
            repository = self._repository(hub_id, revision, f"/{{}}/resolve/{revision}/{path}")
            if repository is None:
                return
            if path not in repository.files:
                self._refuse(404, "EntryNotFound")
                return
            if hub.cdn is not None:
                self._redirect(f"{hub.cdn.endpoint}/{hub_id}/resolve/{revision}/{path}")
                return
            trouble = self._trouble(repository, path)
            if trouble is None or trouble.kind != "status":
                self._send(repository.files[path], start, trouble)

        def _repository(self, hub_id: str, revision: str, moved: str) -> Repository | None:
            repository = hub.repositories.get(hub_id)
            if repository is None:
                self._refuse(404, "RepoNotFound")
            elif repository.moved_to:
                self._redirect(moved.format(repository.moved_to))
            elif repository.token and self.headers.get("Authorization") != f"Bearer {repository.token}":
                self._refuse(401, "GatedRepo")
            elif revision not in (repository.commit, "main"):
                self._refuse(404, "RevisionNotFound")
            else:
                return repository
            return None

        def _trouble(self, repository: Repository, path: str) -> Trouble | None:
            trouble = repository.troubles.get(path)
            if trouble is None or trouble.left <= 0:
                return None
            trouble.left -= 1
            if trouble.kind == "status":
                self._refuse(trouble.status, trouble.code)
            return trouble

        def _send(self, data: bytes, start: int, trouble: Trouble | None) -> None:
            kind = trouble.kind if trouble is not None else ""
            if kind == "short":
                data = data[:-7]
            elif kind == "long":
                data += b"7 bytes"
            elif kind == "garbage":
                data = bytes(len(data))
            elif kind == "whole":
                start = 0
            if start >= len(data) and start:
                self._refuse(416, "")
                return
            body = data[start:]
            self.send_response(206 if start else 200)
            self.send_header("Content-Length", str(len(body)))
            if start:
                self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
            self.end_headers()
            at = trouble.at if trouble is not None and kind in ("cut", "hang") else len(body)
            self._write(body[:at])
            if kind == "hang":
                hub.may_go_on.wait(30)
                self._write(body[at:])
            if kind == "cut":
                self.close_connection = True
                self.connection.close()

        def _write(self, data: bytes) -> None:
            try:
                self.wfile.write(data)
                self.wfile.flush()
                hub.sent_bytes += len(data)
            except OSError:  # who asked does not listen any more
                self.close_connection = True

        def _redirect(self, where: str) -> None:
            self.send_response(307)
            self.send_header("Location", where)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def _refuse(self, status: int, code: str) -> None:
            self.send_response(status)
            if code:
                self.send_header("X-Error-Code", code)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:
            pass

    return Handler
