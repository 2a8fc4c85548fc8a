"""Licences that bind who uses weights: shown before the first download, and accepted once."""

from collections.abc import Sequence
from pathlib import Path

from maquette.protocol import MaquetteError

from .manifest import read_manifest
from .place import root
from .registry import Weights
from .words import binding_licences, pull_command


def unaccepted(data: Path, entries: Sequence[Weights]) -> list[Weights]:
    """Those whose licence binds and was not accepted here before."""
    return [entry for entry in entries if not entry.is_permissive and not _was_accepted(data, entry)]


def check_accepted(data: Path, entries: Sequence[Weights]) -> None:
    """Raises gated_weights where somebody has to accept a licence first."""
    if asked := unaccepted(data, entries):
        names = [entry.name for entry in entries]
        shown = "; ".join(f"{entry.name}: {entry.licence}, {entry.licence_url}" for entry in asked)
        raise MaquetteError(
            "gated_weights",
            f"read the licence first ({shown}), then run `{pull_command(names)} --accept-licence`",
            "pull_weights",
            {"weights": names, "licences": binding_licences(asked)},
        )


def _was_accepted(data: Path, entry: Weights) -> bool:
    manifest = read_manifest(root(data) / entry.name)
    return manifest is not None and manifest.licence == entry.licence
