"""What a folder of weights holds: one JSON file in it that is replaced as a whole and finished last.

While `is_complete` is false, it lists the files that have come so far; each was checked before it was listed.
"""

import json
import os
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Final, Self

MANIFEST: Final = "maquette.json"


@dataclass(frozen=True)
class Held:
    """One file as it lies here. `published` is the digest by which the hub lists what it was made of."""

    size_bytes: int
    sha256: str
    published: str


@dataclass(frozen=True)
class Manifest:
    """`pin` is the revision that the registry asked for, `commit` the one that came, from `hub_id`. `licence`
    was accepted, where it had to be."""

    name: str
    pin: str
    hub_id: str = ""
    commit: str = ""
    licence: str = ""
    licence_url: str = ""
    is_complete: bool = False
    files: dict[str, Held] = field(default_factory=dict)

    def holding(self, path: str, held: Held) -> Self:
        """With one file more."""
        return replace(self, files={**self.files, path: held})

    def without(self, paths: set[str]) -> Self:
        """With some files less, and so no longer complete."""
        kept = {path: held for path, held in self.files.items() if path not in paths}
        return replace(self, files=kept, is_complete=self.is_complete and not paths)


def read_manifest(folder: Path) -> Manifest | None:
    """What is known of a folder, None where there is no manifest that can be read."""
    try:
        values: Any = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
        files = {str(path): Held(**held) for path, held in values.pop("files").items()}
        return Manifest(**values, files=files)
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Replaces the manifest, at once. Raises OSError."""
    draft = folder / f"{MANIFEST}.part"
    with draft.open("w", encoding="utf-8") as file:
        json.dump(asdict(manifest), file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    os.replace(draft, folder / MANIFEST)


def missing_files(folder: Path, manifest: Manifest) -> set[str]:
    """The files of a manifest that are gone or have another size: a look that reads no file."""
    return {path for path, held in manifest.files.items() if _size(folder / path) != held.size_bytes}


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return -1
