"""What stands before and around a pull: the network, room on the disk, other pulls, errors for people."""

import contextlib
import errno
import shutil
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from maquette.environments import changing
from maquette.progress import Progress
from maquette.protocol import MaquetteError
from maquette.settings import Settings

from .hub import GatedError, HubError
from .registry import Weights
from .words import pull_command

MARGIN_BYTES: Final = 512 << 20  # left free on the disk
_NAP_S: Final = 0.2
_NO_SPACE: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def check_online(settings: Settings, entries: Sequence[Weights]) -> None:
    """Raises missing_weights where nothing may be fetched."""
    if settings.is_offline:
        names = [entry.name for entry in entries]
        raise MaquetteError(
            "missing_weights",
            f"{', '.join(names)} cannot be fetched offline: unset MAQUETTE_OFFLINE and HF_HUB_OFFLINE and run"
            f" `{pull_command(names)}`, or copy the folder from another machine to {settings.weights_dir}",
            details={"weights": names},
        )


def check_room(folder: Path, needed_bytes: int) -> None:
    """Raises no_disk_space where a disk would be full, or nearly, after so many bytes more."""
    needed, free = needed_bytes + MARGIN_BYTES, shutil.disk_usage(folder).free
    if needed_bytes and needed > free:
        raise MaquetteError(
            "no_disk_space",
            f"{needed / 1e9:.1f} GB are needed in {folder} and {free / 1e9:.1f} GB are free: free some space,"
            " or name another folder in MAQUETTE_WEIGHTS",
            "free_disk",
            {"needed_bytes": needed, "free_bytes": free},
        )


@contextlib.contextmanager
def alone(place: Path, progress: Progress) -> Iterator[None]:
    """Keeps other pulls away from a folder, and waits for one that is at work there."""
    place.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as stack:
        while True:
            try:
                stack.enter_context(changing(place))
                break
            except MaquetteError as error:
                if error.code != "not_allowed":
                    raise
            progress.step(0)
            time.sleep(_NAP_S)
        yield


@contextlib.contextmanager
def told(settings: Settings, names: Sequence[str]) -> Iterator[None]:
    """Turns what the hub and the disk say into an error that names what to do."""
    command = pull_command(names)
    try:
        yield
    except GatedError as error:
        raise MaquetteError(
            "gated_weights",
            f"{error}: ask for access on {settings.hub}, run `hf auth login`, then `{command}`",
            "pull_weights",
            {"weights": list(names)},
        ) from error
    except HubError as error:
        raise MaquetteError(
            "missing_weights", f"{error}: run `{command}` later", "retry", {"weights": list(names)}
        ) from error
    except OSError as error:
        raise _disk_error(settings.weights_dir, error, command) from error


def _disk_error(folder: Path, error: OSError, command: str) -> MaquetteError:
    if error.errno in _NO_SPACE:
        return MaquetteError(
            "no_disk_space",
            f"the disk of {folder} is full: free some space and run `{command}`, which goes on from there",
            "free_disk",
        )
    return MaquetteError(
        "internal", f"{folder} cannot be used ({error.strerror}): name another in MAQUETTE_WEIGHTS", "retry"
    )
