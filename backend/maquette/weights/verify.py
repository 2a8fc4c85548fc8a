"""Reads weights again and compares them with what came: disks lose bytes, and people copy folders."""

from pathlib import Path

from maquette.progress import Progress

from .digest import sha256_of
from .manifest import Manifest, missing_files, read_manifest
from .place import is_here, root
from .words import missing_error


def verify(data: Path, name: str, progress: Progress | None = None) -> tuple[str, ...]:
    """The files of weights that are damaged, none when all is well; bytes are the steps of stage "verify".

    Raises `missing_weights` where they are not here at all.
    """
    progress = progress or Progress()
    place = root(data) / name
    manifest = read_manifest(place)
    if manifest is None or not (manifest.is_complete or is_here(data, name)):
        raise missing_error((name,))
    progress.stage("verify", sum(held.size_bytes for held in manifest.files.values()))
    return tuple(sorted(damaged_files(place, manifest, progress)))


def damaged_files(place: Path, manifest: Manifest, progress: Progress) -> set[str]:
    """The files of a manifest that are gone or hold other bytes. Every byte read is a step."""
    damaged = missing_files(place, manifest)
    for path, held in manifest.files.items():
        if path not in damaged and sha256_of(place / path, progress) != held.sha256:
            damaged.add(path)
    return damaged
