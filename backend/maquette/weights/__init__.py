"""Published weights: which there are, where they lie, and how they reach the disk."""

from .licences import unaccepted
from .place import find_file, folder, is_here, missing, provenance, root
from .registry import REGISTRY, Source, Weights, find, total_bytes
from .words import missing_error, pull_command, source_text

__all__ = [
    "REGISTRY",
    "Source",
    "Weights",
    "find",
    "find_file",
    "folder",
    "is_here",
    "missing",
    "missing_error",
    "provenance",
    "pull_command",
    "root",
    "source_text",
    "total_bytes",
    "unaccepted",
]
