"""Brings weights to this disk: asks what there is, looks for room, fetches, checks, says so in the manifest.

    <weights>/<name>/   the publisher's files, maquette.json (see manifest.py)
                        *.part while they come, in-use.lock

A pull that was cut, cancelled or killed goes on where it stopped; of two at the same time one waits. How
clients ask for a pull stands in recipes/pull_weights.py.
"""

import contextlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from maquette.progress import Progress
from maquette.protocol import Json
from maquette.settings import Settings, load_settings

from .digest import Listed, sha256_of
from .guards import alone, check_online, check_room, told
from .hub import GatedError, GoneError, Hub
from .licences import check_accepted
from .manifest import Held, read_manifest, write_manifest
from .place import is_here, provenance
from .plan import Plan, ask, begin, is_converted
from .registry import Weights, find
from .transfer import DamagedError, fetch
from .verify import damaged_files
from .words import size_text

STAGE = "download"


def pull(
    data: Path,
    names: Sequence[str],
    progress: Progress | None = None,
    *,
    accept_licence: bool = False,
    verify: bool = False,
) -> list[Json]:
    """Makes sure that weights are here; with `verify` every byte is read and damaged files are fetched again.

    Reports one stage, whose steps are bytes. Returns their provenance. Raises MaquetteError: gated_weights
    where a licence was not accepted or the hub lets only some in, missing_weights where they cannot be had,
    no_disk_space, bad_input for unknown names.
    """
    progress = progress or Progress()
    settings = load_settings(str(data))
    entries = [find(name) for name in dict.fromkeys(names)]
    if not accept_licence:
        check_accepted(data, entries)
    progress.stage(STAGE)
    with contextlib.ExitStack() as stack, told(settings, names):
        for name in sorted(entry.name for entry in entries):  # always in one order: none waits for ever
            stack.enter_context(alone(settings.weights_dir / name, progress))
        if verify:
            for entry in entries:
                _drop_damaged(settings.weights_dir / entry.name, progress)
        absent = [entry for entry in entries if not is_here(data, entry.name)]
        if absent:
            _bring(settings, absent, progress)
    return provenance(data, [entry.name for entry in entries])


def _bring(settings: Settings, entries: Sequence[Weights], progress: Progress) -> None:
    check_online(settings, entries)
    hub = Hub(settings.hub, settings.hub_token)
    plans = [begin(entry, settings.weights_dir / entry.name) for entry in entries]
    for plan in plans:
        ask(hub, plan, progress)
    needed_bytes = sum(plan.bytes_left for plan in plans)
    check_room(settings.weights_dir, needed_bytes)
    progress.stage(STAGE, needed_bytes)
    for plan in plans:
        progress.note(f"{plan.entry.name}: {size_text(plan.bytes_left)} from {plan.listing.hub_id}")
        _carry_out(hub, plan, progress)


def _carry_out(hub: Hub, plan: Plan, progress: Progress) -> None:
    """Fetches what is missing, from the next source where one turns out to be broken."""
    while True:
        try:
            for path, listed in plan.todo.items():
                _bring_file(hub, plan, path, listed, progress)
            break
        except (GoneError, GatedError) as error:
            plan.refusal = plan.refusal or error
            ask(hub, plan, progress)
    _finish(plan)


def _bring_file(hub: Hub, plan: Plan, path: str, listed: Listed, progress: Progress) -> None:
    came = plan.target(path, listed)
    sha256 = fetch(hub, plan.listing, listed, came, progress)
    known = {file.sha256 for file in plan.entry.files if file.pattern == listed.path} - {""}
    if known and sha256 not in known:  # a small file, which the hub lists by another digest
        came.unlink()
        raise DamagedError(f"{listed.path} is another one than was published")
    if is_converted(path, listed):
        from .convert_torch import convert

        convert(came, plan.place / path)
        sha256 = sha256_of(plan.place / path, Progress())
    held = Held((plan.place / path).stat().st_size, sha256, listed.digest)
    plan.manifest = plan.manifest.holding(path, held)
    write_manifest(plan.place, plan.manifest)


def _finish(plan: Plan) -> None:
    """Writes the final manifest and removes what is no part of the weights any more."""
    surplus = set(plan.manifest.files) - set(plan.wanted)
    manifest = replace(
        plan.manifest.without(surplus),
        hub_id=plan.listing.hub_id,
        commit=plan.listing.commit,
        is_complete=True,
    )
    write_manifest(plan.place, manifest)
    for path in [*(plan.place / path for path in surplus), *plan.place.rglob("*.part")]:
        path.unlink(missing_ok=True)


def _drop_damaged(place: Path, progress: Progress) -> None:
    manifest = read_manifest(place)
    if manifest is None:
        return
    progress.stage(STAGE, sum(held.size_bytes for held in manifest.files.values()))
    damaged = damaged_files(place, manifest, progress)
    if damaged:
        progress.note(f"{manifest.name}: {', '.join(sorted(damaged))} damaged")
        write_manifest(place, manifest.without(damaged))
        for path in damaged:
            (place / path).unlink(missing_ok=True)
