"""Which published weights there are: the data of registry.json as frozen records.

Standard library alone: the server reads it too.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any, Final

from maquette.protocol import bad_input

_COMMIT: Final = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True)
class Source:
    """A repository on the hub at a revision: a commit, or a branch where no commit is known for certain."""

    hub_id: str
    revision: str

    @property
    def is_pinned(self) -> bool:
        """Whether what comes is always the same."""
        return _COMMIT.fullmatch(self.revision) is not None


@dataclass(frozen=True)
class File:
    """A file to bring, or a pattern of files as fnmatch reads it. Size and hash are those that were
    published, None and empty where they are not known.

    `saved_as` is its path here, empty for the publisher's. A pickle saved as safetensors is converted.
    """

    pattern: str
    size_bytes: int | None = None
    sha256: str = ""
    saved_as: str = ""


@dataclass(frozen=True)
class Weights:
    """One folder of published weights, in the layout of its publisher.

    `sources` begins with the publisher; the others are mirrors. `size_bytes` leaves out what is small and not
    known. `variant` is what diffusers and transformers are told to load ("fp16", or empty). `territory` names
    where the licence does not apply, empty for nowhere. `is_gated` says that the hub wants to know who asks.
    """

    name: str
    about: str
    sources: tuple[Source, ...]
    files: tuple[File, ...]
    size_bytes: int | None
    variant: str
    licence: str
    licence_url: str
    is_permissive: bool
    territory: str
    is_gated: bool

    @property
    def publisher(self) -> Source:
        """Where they come from first."""
        return self.sources[0]


def find(name: str) -> Weights:
    """The weights of that name. Raises bad_input, naming those there are."""
    if name not in REGISTRY:
        raise bad_input(f"weights {name[:60]!r} are unknown: choose some of {', '.join(REGISTRY)}")
    return REGISTRY[name]


def total_bytes(entries: Sequence[Weights]) -> int | None:
    """What they take together, None where it is not known of all."""
    sizes = [entry.size_bytes for entry in entries if entry.size_bytes is not None]
    return sum(sizes) if len(sizes) == len(entries) else None


def read_registry(text: str) -> dict[str, Weights]:
    """The records of a registry. Raises KeyError, TypeError or ValueError where it is none."""
    return {name: _entry(name, values) for name, values in json.loads(text).items()}


def _entry(name: str, values: Mapping[str, Any]) -> Weights:
    files = tuple(
        File(pattern, about.get("size"), about.get("sha256", ""), about.get("as", ""))
        for pattern, about in values["files"].items()
    )
    publisher = Source(values["hub_id"], values["revision"])
    mirrors = (Source(mirror["hub_id"], mirror["revision"]) for mirror in values["mirrors"])
    return Weights(
        name=name,
        about=values["about"],
        sources=(publisher, *mirrors),
        files=files,
        size_bytes=values["size"],
        variant=values["variant"],
        licence=values["licence"],
        licence_url=values["licence_url"],
        is_permissive=values["permissive"],
        territory=values["territory"],
        is_gated=values["gated"],
    )


REGISTRY: Final[Mapping[str, Weights]] = read_registry(
    resources.files(__package__).joinpath("registry.json").read_text(encoding="utf-8")
)
