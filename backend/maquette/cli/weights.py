"""`maquette weights`: what recipes load besides the program: listed, brought here, read again."""

import sys
from collections.abc import Sequence

from maquette import weights
from maquette.protocol import Json, MaquetteError, RecipeDescription
from maquette.settings import Settings
from maquette.weights.verify import verify

from .arguments import Arguments
from .backend import open_running_client
from .generate import follow
from .output import PULL_WEIGHTS, Output


def run(arguments: Arguments, settings: Settings, output: Output) -> int:
    """Lists the weights of this machine, pulls some through a server, or reads them again."""
    if arguments.action == "pull":
        _pull(arguments, settings, output)
    elif arguments.action == "verify":
        _verify(arguments.names, settings, output)
    else:
        for name in arguments.names or weights.REGISTRY:
            _list(weights.find(name), settings, output)
    return 0


def _list(entry: weights.Weights, settings: Settings, output: Output) -> None:
    is_here = weights.is_here(settings.data_dir, entry.name)
    output.event("weights", is_here=is_here, **_as_json(entry))
    size = f"{entry.size_bytes / 1e6:8.0f} MB" if entry.size_bytes else "          ?"
    limits = f", not in {entry.territory}" if entry.territory else ""
    output.line(f"{entry.name:24} {'here' if is_here else '-':5}{size}  {entry.licence}{limits}")
    output.line(f"    {entry.about} ({entry.publisher.hub_id})")


def _pull(arguments: Arguments, settings: Settings, output: Output) -> None:
    if not arguments.names:
        known = ", ".join(weights.REGISTRY)
        raise MaquetteError(
            "bad_input", f"weights to pull are not named: choose some of {known}", "change_input"
        )
    with open_running_client(settings) as client:
        names = _resolved(arguments.names, client.recipes())
        accepted = arguments.accept_licence or _is_accepted(names, settings, output)
        job = client.submit(PULL_WEIGHTS, parameters=_request(names, accepted, arguments.verify))
        follow(job, output)
        for entry in map(weights.find, names):
            output.line(f"{entry.name} is here")


def _resolved(names: Sequence[str], recipes: Sequence[RecipeDescription]) -> list[str]:
    """The weights of that name, or all that a recipe of that name loads. Raises bad_input for others."""
    loaded = {recipe.name: recipe.weights for recipe in recipes if recipe.weights}
    resolved = [part for name in names for part in loaded.get(name, (name,))]
    return [weights.find(name).name for name in dict.fromkeys(resolved)]


def _is_accepted(names: Sequence[str], settings: Settings, output: Output) -> bool:
    """Shows people the licences that bind and asks; programs have to say so themselves."""
    asked = weights.unaccepted(settings.data_dir, [weights.find(name) for name in names])
    if not asked or output.as_json or not sys.stdin.isatty():
        return False
    for entry in asked:
        limits = f" It does not apply in {entry.territory}." if entry.territory else ""
        output.remark(f"{entry.name} is under {entry.licence}: {entry.licence_url}.{limits}")
    return output.ask("Did you read and do you accept this?")


def _request(names: Sequence[str], accepted: bool, verified: bool) -> dict[str, Json]:
    return {"names": " ".join(names), "accept_licence": accepted, "verify": verified}


def _verify(names: Sequence[str], settings: Settings, output: Output) -> None:
    """Raises missing_weights for those that are damaged, once all were read."""
    data = settings.data_dir
    chosen = [weights.find(name).name for name in names] or [
        name for name in weights.REGISTRY if weights.is_here(data, name)
    ]
    if not chosen:
        output.line("there are no weights here")
    broken = []
    for name in chosen:
        damaged = verify(data, name)
        output.event("verified", name=name, damaged=list(damaged))
        output.line(f"{name}: {', '.join(damaged) + ' damaged' if damaged else 'whole'}")
        broken += [name] * bool(damaged)
    if broken:
        command = f"{weights.pull_command(broken)} --verify"
        raise MaquetteError(
            "missing_weights", f"{', '.join(broken)} are damaged: run `{command}`", "pull_weights"
        )


def _as_json(entry: weights.Weights) -> dict[str, Json]:
    return {
        "name": entry.name,
        "about": entry.about,
        "hub_id": entry.publisher.hub_id,
        "revision": entry.publisher.revision,
        "is_pinned": entry.publisher.is_pinned,
        "size_bytes": entry.size_bytes,
        "licence": entry.licence,
        "licence_url": entry.licence_url,
        "is_permissive": entry.is_permissive,
        "territory": entry.territory,
        "is_gated": entry.is_gated,
    }
