"""Published weights: which there are, where they lie, and how they reach the disk."""

from .place import folder, is_here, licences, missing, missing_error, provenance, pull_command, root
from .registry import REGISTRY, Weights, find, total_bytes

__all__ = [
    "REGISTRY",
    "Weights",
    "find",
    "folder",
    "is_here",
    "licences",
    "missing",
    "missing_error",
    "provenance",
    "pull_command",
    "root",
    "total_bytes",
]
