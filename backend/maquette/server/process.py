"""The server process: puts the parts together, runs the one loop, and takes everything down again."""

import contextlib
import logging
import os
import secrets
import signal
import sys
import threading
import time
from collections.abc import Iterator
from types import FrameType
from typing import Final

import zmq

from maquette import __version__
from maquette.protocol import MaquetteError
from maquette.protocol.messages import Welcome

from .authentication import Doorkeeper, KeyPair, check_bind, reachable, read_allowed
from .folders import Folders
from .handshakes import Handshakes
from .jobs import Jobs
from .local_engine import LocalEngine
from .logs import logging_to, worker_log
from .recovery import recover
from .router import Router, configure
from .run_files import (
    Connection,
    InstanceLock,
    is_running,
    make_private_folder,
    remove_stale_files,
    running,
    write_connection_file,
)
from .service import Service
from .settings import Settings
from .store_repair import open_store

_CLIENTS: Final = "clients"
_OWNER_ADDRESS: Final = "inproc://owner"
_FLUSH_S: Final = 0.002
_FLUSH_SLOW_S: Final = 0.05  # of clients that take nothing
_EXIT_PATIENCE_S: Final = 5.0

_log = logging.getLogger(__name__)


def serve(settings: Settings) -> int:
    """Runs a server until it is told to stop; returns the process's exit code.

    Prints one line, `READY <connection file>`, once clients can connect. Raises MaquetteError, before that,
    where the settings cannot be had.
    """
    check_bind(settings.bind, settings.allow)
    instance = secrets.token_hex(8)
    make_private_folder(settings.data)
    run_folder = settings.data / "run"
    make_private_folder(run_folder)
    with contextlib.ExitStack() as stack:
        stopping = stack.enter_context(_stopped_by_signal())
        stack.enter_context(logging_to(settings.data / "log"))
        lock = InstanceLock(run_folder, instance)
        stack.callback(lock.release)
        remove_stale_files(run_folder)
        store = open_store(settings.data / "jobs.sqlite")
        stack.callback(store.close)
        folders = Folders(settings.data / "jobs")
        is_alone = running(run_folder) <= {instance}
        lost = recover(store, folders, lambda name: is_running(run_folder, name), is_alone)
        _log.info("server %s starts, %d jobs of dead servers ended", instance, lost)
        context: zmq.Context[zmq.Socket[bytes]] = zmq.Context()
        stack.callback(context.destroy)
        doorkeeper = Doorkeeper(context)
        stack.callback(doorkeeper.close)
        engine = LocalEngine(
            context,
            doorkeeper,
            settings.commands,
            settings.limits,
            settings.address_space_bytes,
            worker_log(settings.data / "log", instance),
        )
        jobs = Jobs(store, folders, engine, settings.quota_bytes)
        service = Service(settings, instance, store, folders, engine, jobs)
        loop = _Loop(settings, instance, context, doorkeeper, engine, jobs, service, stopping)
        stack.callback(loop.close)
        path = settings.connection or run_folder / f"{instance}.json"
        write_connection_file(path, loop.connection)
        stack.callback(path.unlink, missing_ok=True)
        sys.stdout.write(f"READY {path}\n")
        sys.stdout.flush()
        loop.run()
    _log.info("server %s has ended", instance)
    return 0


class _Loop:
    """The poll loop over the clients' socket, the workers' sockets, the doorkeeper and the owner's leash."""

    def __init__(
        self,
        settings: Settings,
        instance: str,
        context: zmq.Context[zmq.Socket[bytes]],
        doorkeeper: Doorkeeper,
        engine: LocalEngine,
        jobs: Jobs,
        service: Service,
        stopping: threading.Event,
    ) -> None:
        self._doorkeeper = doorkeeper
        self._engine = engine
        self._jobs = jobs
        self._service = service
        self._stopping = stopping
        self._clients_read = False
        server_keys, client_keys = KeyPair.new(), KeyPair.new()
        allowed = {client_keys.public: "local"}
        if settings.allow is not None:
            allowed |= read_allowed(settings.allow)
        self._socket = context.socket(zmq.ROUTER)
        configure(self._socket, settings.peers)
        doorkeeper.secure(self._socket, _CLIENTS, server_keys, allowed)
        self._handshakes = Handshakes(self._socket)
        _bind(self._socket, settings.bind)
        self._owner = context.socket(zmq.PAIR)
        self._owner.bind(_OWNER_ADDRESS)
        if not settings.headless:
            _follow_owner(context)
        self.connection = Connection(
            endpoint=reachable(self._socket.getsockopt_string(zmq.LAST_ENDPOINT)),
            server_key=server_keys.public,
            client_public=client_keys.public,
            client_secret=client_keys.secret,
            pid=os.getpid(),
            instance=instance,
            nonce=secrets.token_hex(16),
            version=__version__,
        )
        welcome = Welcome(
            server=__version__,
            instance=instance,
            nonce=self.connection.nonce,
            environments=dict(engine.environments()),
        )
        self._router = Router(self._socket, settings.peers, welcome, service.handlers)

    def run(self) -> None:
        """Returns when the owner is gone, a signal came or a client asked to shut down."""
        while not (self._stopping.is_set() or self._service.should_stop):
            ready = self._wait()
            if self._owner in ready:
                _log.info("the owner is gone")
                return
            if self._doorkeeper.socket in ready:
                self._doorkeeper.answer()
            if self._handshakes.monitor in ready and self._handshakes.read():
                refused = self._handshakes.refused
                _log.warning("a connection without a right key was refused: %d so far", refused)
            if self._socket in ready:
                self._router.receive()
            self._jobs.step()
            self._router.deliver(self._jobs.take_events())
            self._clients_read = self._router.flush()

    def close(self) -> None:
        """Closes the sockets, once the last events have been handed to them."""
        self._jobs.close()
        self._router.deliver(self._jobs.take_events())
        self._router.flush()
        self._handshakes.close()
        self._owner.close(linger=0)
        self._socket.close()

    def _wait(self) -> set[object]:
        poller = zmq.Poller()
        own = (self._socket, self._doorkeeper.socket, self._handshakes.monitor, self._owner)
        for socket in (*own, *self._engine.sockets()):
            poller.register(socket, zmq.POLLIN)
        patience_s = self._engine.tick_s
        if self._router.has_waiting:
            patience_s = _FLUSH_S if self._clients_read else _FLUSH_SLOW_S
        return {socket for socket, _ in poller.poll(int(patience_s * 1000))}


def _follow_owner(context: zmq.Context[zmq.Socket[bytes]]) -> None:
    """Tells the loop when standard input ends: the program that started this one is gone."""

    def wait() -> None:
        with contextlib.suppress(OSError):  # no standard input at all is an end of it
            while os.read(0, 64):
                pass
        with contextlib.suppress(zmq.ZMQError), context.socket(zmq.PAIR) as leash:  # unless it ends anyway
            leash.connect(_OWNER_ADDRESS)
            leash.send(b"")
        time.sleep(_EXIT_PATIENCE_S)
        os._exit(1)  # the loop should have ended the process long ago

    threading.Thread(target=wait, name="owner", daemon=True).start()


def _bind(socket: zmq.Socket[bytes], address: str) -> None:
    try:
        socket.bind(address)
    except zmq.ZMQError as error:
        raise MaquetteError(
            "bad_input", f"{address} cannot be listened on ({error.strerror}): choose another", "change_input"
        ) from error


@contextlib.contextmanager
def _stopped_by_signal() -> Iterator[threading.Event]:
    """An event that SIGTERM and SIGINT set meanwhile."""
    stopping = threading.Event()

    def stop(number: int, frame: FrameType | None) -> None:
        stopping.set()

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield stopping
    finally:
        for number, earlier in before.items():
            signal.signal(number, earlier)
