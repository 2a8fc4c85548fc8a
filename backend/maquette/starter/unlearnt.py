"""Kinds that the model has not learnt, made by the procedural recipe instead, which is told."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from maquette.assets import Asset
from maquette.procedural.generate import generate
from maquette.procedural.kind import Kind
from maquette.progress import Progress
from maquette.protocol import Json

_SHARED: Final = ("triangles", "texture_size", "detail", "size")  # parameters that mean the same to both


def make(kind: Kind, prompt: str, parameters: Mapping[str, Json], seed: int, progress: Progress) -> Asset:
    """The asset that the procedural recipe makes of a prompt for `kind`; its provenance says so."""
    note = f"{kind.name!r} has not been learnt: made by the procedural recipe"
    progress.note(note)
    shared = {name: parameters[name] for name in _SHARED}
    asset = generate(prompt, shared, seed, progress)
    notes = asset.provenance["notes"]
    assert isinstance(notes, list)
    return replace(asset, provenance={**asset.provenance, "notes": [note, *notes]})
