"""Typed errors: a code for programs, one sentence for people, and a remedy that a panel can offer."""

from dataclasses import dataclass, field
from typing import Final, cast

from .values import Json

CODES: Final = (
    "bad_input",
    "unknown_recipe",
    "missing_weights",
    "gated_weights",
    "no_disk_space",
    "out_of_memory",
    "no_gpu",
    "worker_died",
    "timed_out",
    "queue_full",
    "incompatible_version",
    "not_allowed",
    "cancelled",
    "internal",
)

REMEDIES: Final = (
    "",
    "start_backend",
    "restart_backend",
    "install_environment",
    "choose_recipe",
    "change_input",
    "free_memory",
    "free_disk",
    "pull_weights",
    "retry",
    "update",
)

# of the command lines; 0 is success
EXIT_OTHER: Final = 1
EXIT_CODES: Final = {
    "bad_input": 2,
    "unknown_recipe": 2,
    "missing_weights": 3,
    "gated_weights": 3,
    "out_of_memory": 4,
    "worker_died": 5,
    "timed_out": 5,
    "internal": 5,
    "cancelled": 130,
}


@dataclass(eq=False)  # exceptions stay hashable
class MaquetteError(Exception):
    """Any failure that is told to a person.

    `code` is one of CODES, `message` one sentence with the offending value and what to do about it, `remedy`
    one of REMEDIES (empty when there is nothing to press), `details` small JSON for programs (the last
    stderr lines, ...).
    """

    code: str
    message: str
    remedy: str = ""
    details: dict[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.code not in CODES:
            raise ValueError(f"unknown error code {self.code!r}: use one of {CODES}")
        if self.remedy not in REMEDIES:
            raise ValueError(f"unknown remedy {self.remedy!r}: use one of {REMEDIES}")

    def __str__(self) -> str:
        return self.message

    def to_json(self) -> dict[str, Json]:
        details = cast("dict[str, Json]", self.details)
        return {"code": self.code, "message": self.message, "remedy": self.remedy, "details": details}


class ProtocolError(MaquetteError):
    """A message that breaks the contract; nothing of it was acted on."""

    def __init__(self, message: str, code: str = "bad_input", remedy: str = "") -> None:
        super().__init__(code, message, remedy)


def bad_input(message: str) -> MaquetteError:
    """The commonest error: the caller's input is at fault and can be changed."""
    return MaquetteError("bad_input", message, "change_input")


def from_json(data: object) -> MaquetteError:
    """Reads what `to_json` wrote; anything unreadable becomes an `internal` error, not a second failure."""
    if isinstance(data, dict):
        code, message, remedy = data.get("code"), data.get("message"), data.get("remedy")
        details = data.get("details")
        if code in CODES and isinstance(message, str) and remedy in REMEDIES:
            return MaquetteError(
                str(code), message, str(remedy), details if isinstance(details, dict) else {}
            )
    return MaquetteError("internal", f"the backend sent an unreadable error: {str(data)[:200]}", "retry")
