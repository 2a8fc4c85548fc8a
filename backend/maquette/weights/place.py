"""Where weights lie on this disk, and whether they are whole: asked by the server and by recipes."""

import fnmatch
from collections.abc import Sequence
from pathlib import Path

from maquette.protocol import Json, bad_input
from maquette.settings import load_settings

from .manifest import Manifest, missing_files, read_manifest
from .registry import REGISTRY, Weights, find
from .words import missing_error


def root(data: Path) -> Path:
    """The folder of all weights: <data>/weights, or wherever the settings put it."""
    return load_settings(str(data)).weights_dir


def is_here(data: Path, name: str) -> bool:
    """Whether the weights can be loaded: complete, of the wanted revision, every file of its size."""
    return _whole(root(data) / name, find(name)) is not None


def missing(data: Path, names: Sequence[str]) -> tuple[str, ...]:
    """Those of the named weights that are not here."""
    return tuple(name for name in names if not is_here(data, name))


def folder(data: Path, name: str) -> Path:
    """The folder to load from. Raises `missing_weights`, naming the command that brings them."""
    if not is_here(data, name):
        raise missing_error((name,))
    return root(data) / name


def find_file(data: Path, hub_id: str, path: str) -> Path:
    """Where a file of a repository on the hub lies here, in whichever of its folders holds it.

    Raises `missing_weights` with the command that brings it, bad_input where no entry of the registry does.
    """
    holding = [
        entry.name
        for entry in REGISTRY.values()
        if any(source.hub_id == hub_id for source in entry.sources)
        and any(fnmatch.fnmatchcase(path, file.saved_as or file.pattern) for file in entry.files)
    ]
    if not holding:
        raise bad_input(f"{hub_id} and its {path} are not among the known weights: give a folder instead")
    name = next((name for name in holding if is_here(data, name)), holding[0])
    return folder(data, name) / path


def provenance(data: Path, names: Sequence[str]) -> list[Json]:
    """What an asset records of the weights that made it. Raises `missing_weights`."""
    return [_provenance(data, find(name)) for name in names]


def _whole(place: Path, entry: Weights) -> Manifest | None:
    manifest = read_manifest(place)
    if manifest is None or not manifest.is_complete or manifest.pin != entry.publisher.revision:
        return None
    return None if missing_files(place, manifest) else manifest


def _provenance(data: Path, entry: Weights) -> Json:
    manifest = _whole(root(data) / entry.name, entry)
    if manifest is None:
        raise missing_error((entry.name,))
    return {
        "name": entry.name,
        "hub_id": manifest.hub_id,
        "revision": manifest.commit,
        "licence": entry.licence,
        "licence_url": entry.licence_url,
        "territory": entry.territory,
    }
