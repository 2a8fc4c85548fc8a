"""The command line, `maquette`."""

from .main import main

__all__ = ["main"]
