"""Brings one file: goes on where an earlier try stopped, tries again when the line breaks, checks it."""

import time
from pathlib import Path
from typing import BinaryIO, Final

from maquette.progress import Progress

from .digest import Digest, Listed, read_chunks
from .hub import GoneError, Hub, HubError, Listing, UnreachableError

PATIENCE_S: Final = (1.0, 2.0, 4.0, 8.0)  # before each try after one that brought nothing
_NAP_S: Final = 0.1


class DamagedError(GoneError):
    """What came is not the file that is listed."""


def partial_path(target: Path, listed: Listed) -> Path:
    """Where the bytes of a file wait until all of them are there. Another version of it has another name."""
    return target.with_name(f"{target.name}.{listed.digest[:16]}.part")


def partial_bytes(target: Path, listed: Listed) -> int:
    """How many of them are there."""
    try:
        return min(partial_path(target, listed).stat().st_size, listed.size_bytes)
    except OSError:
        return 0


def fetch(hub: Hub, listing: Listing, listed: Listed, target: Path, progress: Progress) -> str:
    """Makes `target` the listed file; each byte that comes is a step. Returns its SHA-256.

    What was fetched stays beside the target until it is whole. Raises HubError, DamagedError where bytes are
    wrong even when fetched anew, OSError.
    """
    partial = partial_path(target, listed)
    partial.parent.mkdir(parents=True, exist_ok=True)
    resumed = partial_bytes(target, listed)
    try:
        sha256 = _fill(hub, listing, listed, partial, progress)
    except DamagedError:
        partial.unlink()
        if not resumed:
            raise
        progress.step(resumed - listed.size_bytes)  # what was there may have been damaged: all anew
        sha256 = _fill(hub, listing, listed, partial, progress)
    partial.replace(target)
    return sha256


def _fill(hub: Hub, listing: Listing, listed: Listed, partial: Path, progress: Progress) -> str:
    """Fills the partial file up and checks it; returns its SHA-256."""
    digest = Digest(listed)
    done = _read_again(partial, digest, progress)
    fruitless = 0
    with partial.open("ab", buffering=0) as file:
        while done < listed.size_bytes:
            came, reason = _append(hub, listing, listed, done, file, digest, progress)
            done += came
            fruitless = 0 if came else fruitless + 1
            if done < listed.size_bytes:
                if fruitless > len(PATIENCE_S) or (not came and isinstance(reason, DamagedError)):
                    raise reason
                pause(PATIENCE_S[max(0, fruitless - 1)], progress)
    if done != listed.size_bytes or not digest.is_right:
        raise DamagedError(f"{listed.path} came damaged")
    return digest.sha256


def _append(
    hub: Hub, listing: Listing, listed: Listed, start: int, file: BinaryIO, digest: Digest, progress: Progress
) -> tuple[int, HubError]:
    """Takes what comes from `start` on until the end or a cut; returns how much it was, and why not more."""
    came = 0
    try:
        for chunk in hub.read(listing, listed.path, start):
            file.write(chunk)
            digest.update(chunk)
            came += len(chunk)
            progress.step(len(chunk))
            if start + came > listed.size_bytes:
                raise DamagedError(f"{listed.path} came with more than {listed.size_bytes} bytes")
    except UnreachableError as error:
        return came, error
    return came, DamagedError(f"{listed.path} came with {start + came} bytes, not {listed.size_bytes}")


def _read_again(partial: Path, digest: Digest, progress: Progress) -> int:
    """Takes in what an earlier try left; returns how much that is."""
    done = 0
    if partial.exists():
        for chunk in read_chunks(partial):
            progress.step(0)
            digest.update(chunk)
            done += len(chunk)
    return done


def pause(seconds: float, progress: Progress) -> None:
    """Lets time pass, within which a cancel is heard."""
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        progress.step(0)
        time.sleep(min(_NAP_S, left))
