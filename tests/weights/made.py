"""Weights that a test made itself, for programs that look for them where a pull would have put them."""

from pathlib import Path

from maquette import weights
from maquette.progress import Progress
from maquette.weights.digest import sha256_of
from maquette.weights.manifest import Held, Manifest, write_manifest


def declare(data: Path, name: str) -> None:
    """Makes the files in <data>/weights/<name> count as those weights: `weights.folder` finds them."""
    folder = weights.root(data) / name
    files = {
        path.relative_to(folder).as_posix(): Held(path.stat().st_size, sha256_of(path, Progress()), "")
        for path in folder.rglob("*")
        if path.is_file()
    }
    entry = weights.find(name)
    pin = entry.publisher.revision
    manifest = Manifest(name, pin, entry.publisher.hub_id, pin, entry.licence, entry.licence_url, True, files)
    write_manifest(folder, manifest)
