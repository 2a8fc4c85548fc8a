"""What is said of weights: the command that brings them, that they are missing, which licences bind."""

from collections.abc import Sequence

from maquette.protocol import Json, MaquetteError

from .registry import Weights, find, total_bytes


def pull_command(names: Sequence[str]) -> str:
    """What brings weights, as it is typed."""
    return f"maquette weights pull {' '.join(names)}"


def missing_error(names: Sequence[str], asker: str = "") -> MaquetteError:
    """That weights are not here; the details are what a client shows people before it pulls."""
    entries = [find(name) for name in names]
    size_bytes = total_bytes(entries)
    shown = ", ".join(f"{entry.name} ({source_text(entry)})" for entry in entries)
    if size_bytes and len(entries) > 1:
        shown += f", {size_text(size_bytes)} in all"
    needed = f"{asker} needs the weights {shown}, which are" if asker else f"the weights {shown} are"
    return MaquetteError(
        "missing_weights",
        f"{needed} not here: run `{pull_command(names)}`",
        "pull_weights",
        {
            "weights": list(names),
            "size_bytes": size_bytes or 0,
            "sources": [_source(entry) for entry in entries],
            "licences": binding_licences(entries),
        },
    )


def source_text(entry: Weights) -> str:
    """How large weights are, whose and under which licence, in one line."""
    size = f"{size_text(entry.size_bytes)} " if entry.size_bytes else ""
    limits = f", not in {entry.territory}" if entry.territory else ""
    gate = ", after its publisher let you in" if entry.is_gated else ""
    return f"{size}from {entry.publisher.hub_id}, {entry.licence}{limits}{gate}"


def size_text(size_bytes: int) -> str:
    """A size as people read it."""
    return f"{size_bytes / 1e9:.1f} GB" if size_bytes >= 10**9 else f"{size_bytes / 1e6:.0f} MB"


def _source(entry: Weights) -> Json:
    return {
        "name": entry.name,
        "hub_id": entry.publisher.hub_id,
        "size_bytes": entry.size_bytes or 0,
        "licence": entry.licence,
        "is_gated": entry.is_gated,
    }


def binding_licences(entries: Sequence[Weights]) -> list[Json]:
    """The licences that somebody has to accept, as JSON."""
    return [
        {
            "name": entry.name,
            "licence": entry.licence,
            "url": entry.licence_url,
            "territory": entry.territory,
        }
        for entry in entries
        if not entry.is_permissive
    ]
