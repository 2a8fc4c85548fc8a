"""The session token: the secret that this user's jobs belong to, across programs and restarts."""

import secrets
from pathlib import Path

from maquette.protocol import MaquetteError
from maquette.protocol.messages import is_id

from .private_file import create_private, read_private


def load_session(path: Path) -> str:
    """The token in `path`, made there at first use. Raises MaquetteError where others could have read it."""
    try:
        return _read(path)
    except FileNotFoundError:
        create_private(path, secrets.token_hex(32).encode())
        return _read(path)


def _read(path: Path) -> str:
    token = read_private(path).decode("utf-8", errors="replace").strip()
    if len(token) < 32 or not is_id(token):
        raise MaquetteError("not_allowed", f"{path} holds no session token: remove it to make a new one")
    return token
