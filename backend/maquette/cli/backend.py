"""The server behind a command: one that runs, or a private one for as long as the command takes."""

from contextlib import AbstractContextManager

from maquette.client import Client, connect, find_running
from maquette.interpreter import module_command
from maquette.settings import Settings

CLIENT_NAME = "maquette-cli"


def open_client(settings: Settings) -> AbstractContextManager[Client]:
    """The server of `--connection`, or else a private one."""
    return connect(
        settings.data_dir,
        module_command("maquette.server"),
        connection_file=settings.connection_file,
        name=CLIENT_NAME,
    )


def open_running_client(settings: Settings) -> AbstractContextManager[Client]:
    """Like `open_client`, but a server that runs in this data folder is preferred to a private one."""
    running = None if settings.connection_file else find_running(settings.run_dir)
    if running is None:
        return open_client(settings)
    return connect(settings.data_dir, connection_file=running.path, name=CLIENT_NAME)
