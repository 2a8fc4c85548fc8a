# SPDX-License-Identifier: GPL-3.0-or-later
"""The states of the backend as an artist sees them."""

from enum import Enum
from typing import Final


class Phase(Enum):
    """What stands between the artist and a result."""

    NOT_INSTALLED = "Not installed yet"
    INSTALLING = "Installing"
    STOPPED = "Stopped"
    STARTING = "Starting"
    READY = "Ready"
    FAILED = "Has a problem"


UNDER_WAY: Final = (Phase.INSTALLING, Phase.STARTING)

ICONS: Final = {
    Phase.NOT_INSTALLED: "IMPORT",
    Phase.INSTALLING: "IMPORT",
    Phase.STOPPED: "PAUSE",
    Phase.STARTING: "PLAY",
    Phase.READY: "CHECKMARK",
    Phase.FAILED: "ERROR",
}
