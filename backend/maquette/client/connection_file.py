"""The connection file: where a running server listens, the keys to it, and whether it is still there."""

import os
import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

from maquette.protocol import PROTOCOL_VERSION, Json, MaquetteError, ProtocolError
from maquette.protocol.framing import parse_json

from .private_file import read_private

_ENDPOINT = re.compile(r"tcp://(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+):(\d{1,5})")
_KEY = re.compile(r"[0-9A-Za-z.\-:+=^!/*?&<>()\[\]{}@%$#]{40}")  # Z85
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


@dataclass(frozen=True)
class ConnectionInfo:
    """What a connection file says. Keys are 40 characters of Z85, made anew at each start of a server."""

    path: Path
    endpoint: str
    server_key: str
    client_public: str
    client_secret: str = field(repr=False)
    pid: int
    instance: str
    nonce: str = field(repr=False)
    version: str

    @property
    def is_local(self) -> bool:
        """Whether the server is on this machine, so that its process can be looked at."""
        match = _ENDPOINT.fullmatch(self.endpoint)
        return match is not None and match[1] in _LOOPBACK

    @property
    def is_alive(self) -> bool:
        """False when the server's process is certainly gone."""
        return not self.is_local or process_is_alive(self.pid)


def read_connection_file(path: Path) -> ConnectionInfo:
    """Reads and checks a connection file.

    Raises MaquetteError: `worker_died` where no server is behind it, `not_allowed` where others can read it,
    `incompatible_version` where the server speaks another protocol, `internal` where it is damaged.
    """
    try:
        data = parse_json(read_private(path))
    except FileNotFoundError:
        raise MaquetteError("worker_died", f"no backend runs at {path}: start it", "start_backend") from None
    except ProtocolError as error:
        raise _damaged(path, error.message) from None
    if not isinstance(data, dict):
        raise _damaged(path, "it is not a JSON object")
    if data.get("protocol") != PROTOCOL_VERSION:
        spoken = ascii(data.get("protocol"))[:20]
        raise MaquetteError(
            "incompatible_version",
            f"the backend speaks protocol {spoken}, this is {PROTOCOL_VERSION}: update the older one",
            "update",
        )
    info = _info(path, data)
    if not info.is_alive:
        raise MaquetteError(
            "worker_died", f"the backend of {path} (process {info.pid}) is gone: start it", "start_backend"
        )
    return info


def process_is_alive(pid: int) -> bool:
    """Whether a process of that number runs on this machine."""
    if sys.platform == "win32":
        return _windows_process_is_alive(pid)
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _info(path: Path, data: dict[str, Json]) -> ConnectionInfo:
    endpoint = _text(path, data, "endpoint")
    if not _ENDPOINT.fullmatch(endpoint):
        raise _damaged(path, f"endpoint {endpoint[:60]!a} is not tcp://HOST:PORT")
    keys = {name: _text(path, data, name) for name in ("server_key", "client_public", "client_secret")}
    for name, key in keys.items():
        if not _KEY.fullmatch(key):
            raise _damaged(path, f"{name} is no key")
    pid = data.get("pid")
    if type(pid) is not int or not 0 < pid < 2**31:
        raise _damaged(path, f"pid {ascii(pid)[:20]} is no process number")
    return ConnectionInfo(
        path=path,
        endpoint=endpoint,
        pid=pid,
        instance=_text(path, data, "instance"),
        nonce=_text(path, data, "nonce"),
        version=_text(path, data, "version"),
        **keys,
    )


def _text(path: Path, data: dict[str, Json], name: str) -> str:
    value = data.get(name)
    if not isinstance(value, str) or not 0 < len(value) <= 256:
        raise _damaged(path, f"{name} is missing")
    return value


def _damaged(path: Path, reason: str) -> MaquetteError:
    return MaquetteError("internal", f"{path} is damaged: {reason}; restart the backend", "restart_backend")


def _windows_process_is_alive(pid: int) -> bool:
    # os.kill(pid, 0) would end the process there.
    import ctypes

    synchronize, wait_timeout = 0x00100000, 0x102
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009  (absent from the stubs elsewhere)
    handle = kernel.OpenProcess(synchronize, False, pid)
    if not handle:
        return False
    try:
        return bool(kernel.WaitForSingleObject(handle, 0) == wait_timeout)
    finally:
        kernel.CloseHandle(handle)
