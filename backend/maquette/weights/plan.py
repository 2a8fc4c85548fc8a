"""What is to be fetched for a folder of weights, and from which of its sources."""

import fnmatch
from dataclasses import dataclass, field, replace
from pathlib import Path

from maquette.progress import Progress

from .digest import Listed
from .hub import GatedError, GoneError, Hub, HubError, Listing, UnreachableError, is_plain
from .manifest import Manifest, missing_files, read_manifest
from .registry import File, Source, Weights
from .transfer import PATIENCE_S, DamagedError, partial_bytes, pause


@dataclass
class Plan:
    """A folder on its way. `wanted` maps the paths of its files here to what the hub lists of them; `sources`
    are those that were not asked yet, `refusal` is what the first of the others said."""

    entry: Weights
    place: Path
    manifest: Manifest
    sources: list[Source]
    listing: Listing = field(default_factory=lambda: Listing("", "", ()))
    wanted: dict[str, Listed] = field(default_factory=dict)
    refusal: HubError | None = None

    @property
    def todo(self) -> dict[str, Listed]:
        """The files that are not here, or here in another version."""
        held = self.manifest.files
        return {
            path: listed
            for path, listed in self.wanted.items()
            if path not in held or held[path].published != listed.digest
        }

    @property
    def bytes_left(self) -> int:
        """What is still to be fetched of them."""
        return sum(
            listed.size_bytes - partial_bytes(self.target(path, listed), listed)
            for path, listed in self.todo.items()
        )

    def target(self, path: str, listed: Listed) -> Path:
        """Where a file is fetched to: its place, or beside it where it is to be converted."""
        return self.place / (listed.path if is_converted(path, listed) else path)


def is_converted(path: str, listed: Listed) -> bool:
    """Whether a pickle becomes safetensors here."""
    return path.endswith(".safetensors") and not listed.path.endswith(".safetensors")


def begin(entry: Weights, place: Path) -> Plan:
    """A plan that knows what is here and nothing of the hub."""
    held = read_manifest(place) or Manifest(entry.name, "")
    manifest = replace(
        held.without(missing_files(place, held)),
        pin=entry.publisher.revision,
        licence=entry.licence,
        licence_url=entry.licence_url,
        is_complete=False,
    )
    return Plan(entry, place, manifest, list(entry.sources))


def ask(hub: Hub, plan: Plan, progress: Progress) -> None:
    """Asks the plan's sources, the next one first, until one has everything.

    Raises what the first that refused said where none has, and UnreachableError.
    """
    while plan.sources:
        try:
            plan.listing = _list(hub, plan.sources.pop(0), progress)
            plan.wanted = _wanted(plan.entry, plan.listing)
            return
        except (GoneError, GatedError) as error:
            plan.refusal = plan.refusal or error
    assert plan.refusal is not None
    raise plan.refusal


def _list(hub: Hub, source: Source, progress: Progress) -> Listing:
    for patience_s in PATIENCE_S[:2]:
        try:
            return hub.list(source)
        except UnreachableError:
            pause(patience_s, progress)
    return hub.list(source)


def _wanted(entry: Weights, listing: Listing) -> dict[str, Listed]:
    """An entry's files in a listing, by their paths here. Raises GoneError where one is not as published."""
    wanted: dict[str, Listed] = {}
    for file in entry.files:
        found = [listed for listed in listing.files if fnmatch.fnmatchcase(listed.path, file.pattern)]
        if not found:
            raise GoneError(f"{listing.hub_id} has no {file.pattern}")
        for listed in found:
            _check_published(file, listed, listing.hub_id)
            wanted[file.saved_as or listed.path] = listed
    return wanted


def _check_published(file: File, listed: Listed, hub_id: str) -> None:
    if not is_plain(listed.path):
        raise GoneError(f"{hub_id} lists a file that is called {listed.path[:60]!r}")
    is_comparable = len(listed.digest) == len(file.sha256)
    if file.size_bytes not in (None, listed.size_bytes) or (is_comparable and listed.digest != file.sha256):
        raise DamagedError(f"{hub_id} lists another {listed.path} than was published")
