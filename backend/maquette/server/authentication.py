"""Who may connect: CURVE keys made at each start, and an allow list asked before any byte passes.

ZeroMQ asks over an in-process socket (ZAP, ZeroMQ RFC 27). Without it CURVE would let in every client that
knows the server's public key. There is one list per domain: the clients' socket has one, each worker another.
"""

import logging
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import urlsplit

import zmq
from zmq.utils import z85

from maquette.protocol import MaquetteError

_ZAP_ADDRESS = "inproc://zeromq.zap.01"
_KEY_LENGTH = 40

_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class KeyPair:
    """A CURVE key pair in Z85, 40 characters each."""

    public: str
    secret: str

    @staticmethod
    def new() -> "KeyPair":
        public, secret = zmq.curve_keypair()
        return KeyPair(public.decode(), secret.decode())


class Doorkeeper:
    """Answers the sockets of one context: may the holder of this key connect to this domain?"""

    def __init__(self, context: zmq.Context[zmq.Socket[bytes]]) -> None:
        self.socket = context.socket(zmq.REP)
        self.socket.linger = 0
        self.socket.bind(_ZAP_ADDRESS)
        self.refusals = 0
        self._allowed: dict[str, dict[str, str]] = {}  # domain -> public key -> name

    def secure(self, socket: zmq.Socket[bytes], domain: str, keys: KeyPair, allowed: dict[str, str]) -> None:
        """Makes an unbound socket the server of a domain, for these public keys (with their names)."""
        self._allowed[domain] = allowed
        socket.curve_server = True
        socket.curve_secretkey = keys.secret.encode()
        socket.zap_domain = domain.encode()

    def forget(self, domain: str) -> None:
        """Closes a domain."""
        self._allowed.pop(domain, None)

    def answer(self) -> None:
        """Answers every question that waits. Never blocks."""
        while self.socket.poll(0):
            version, request, domain, _address, _identity, mechanism, *credentials = (
                self.socket.recv_multipart()
            )
            name = self._name(domain, mechanism, credentials)
            self.refusals += not name
            status = (b"200", b"OK", name.encode()) if name else (b"400", b"unknown key", b"")
            self.socket.send_multipart([version, request, *status, b""])

    def close(self) -> None:
        self.socket.close()

    def _name(self, domain: bytes, mechanism: bytes, credentials: list[bytes]) -> str:
        if mechanism != b"CURVE" or len(credentials) != 1:
            return ""
        key = z85.encode(credentials[0]).decode()
        return self._allowed.get(domain.decode(errors="replace"), {}).get(key, "")


def check_bind(bind: str, allow: Path | None) -> None:
    """Refuses to listen beyond this machine unless remote keys are named. Raises MaquetteError."""
    parts = urlsplit(bind)
    if parts.scheme != "tcp" or not parts.hostname:
        raise MaquetteError("bad_input", f"{bind} is no address: use tcp://HOST:PORT", "change_input")
    if not _is_loopback(parts.hostname) and allow is None:
        raise MaquetteError(
            "not_allowed",
            f"{bind} can be reached from other machines: name the clients' keys with --allow KEYFILE",
            "change_input",
        )


def reachable(endpoint: str) -> str:
    """The address by which this machine reaches a bound endpoint, which may be a wildcard."""
    parts = urlsplit(endpoint)
    if parts.hostname in ("0.0.0.0", "::"):  # noqa: S104  (recognised, not bound)
        return f"tcp://127.0.0.1:{parts.port}"
    return endpoint


def read_allowed(path: Path) -> dict[str, str]:
    """Public keys and their names from a file of "NAME KEY" lines; raises MaquetteError for others."""
    allowed: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if len(words) != 2 or len(words[1]) != _KEY_LENGTH:
            raise MaquetteError("bad_input", f"line {number} of {path} is not NAME KEY", "change_input")
        allowed[words[1]] = words[0]
    return allowed


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
