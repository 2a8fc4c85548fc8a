"""Client: connect, submit, follow and fetch; launch and install backends. Standard library, pyzmq, numpy."""

from .connection_file import ConnectionInfo, read_connection_file
from .handle import Client, Job, connect
from .jobs import JobView
from .launcher import Backend, find_running
from .pump import Pump
from .results import EncodedImage, FetchedAsset
from .session import load_session

__all__ = [
    "Backend",
    "Client",
    "ConnectionInfo",
    "EncodedImage",
    "FetchedAsset",
    "Job",
    "JobView",
    "Pump",
    "connect",
    "find_running",
    "load_session",
    "read_connection_file",
]
