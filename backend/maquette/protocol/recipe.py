"""How a recipe describes itself: the panel, the command line and the server's checks all come from this."""

import math
from collections.abc import Mapping
from dataclasses import MISSING, asdict, dataclass, fields
from typing import Any, Final

from .errors import MaquetteError, bad_input
from .framing import Json

MAX_PROMPT_CHARACTERS: Final = 2000
MAX_SEED: Final = 2**31 - 1
MAX_INTEGER: Final = 2**53
PARAMETER_TYPES: Final = ("int", "float", "bool", "choice", "text")


@dataclass(frozen=True)
class Parameter:
    """One setting of a recipe. `type` is int, float, bool, choice or text."""

    name: str
    type: str
    default: Json
    help: str
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()
    unit: str = ""
    advanced: bool = False

    def validated(self, value: Json) -> Json:
        """The value, of the declared type and in range; raises bad_input naming the value and the remedy."""
        if isinstance(value, int) and abs(value) > MAX_INTEGER:
            raise bad_input(f"{self.name} has more digits than any number here: give a smaller one")
        shown = f"{self.name} {value!r}"[:120]
        if self.type == "bool":
            if not isinstance(value, bool):
                raise bad_input(f"{shown} is neither true nor false")
            return value
        if self.type == "choice":
            if value not in self.choices:
                raise bad_input(f"{shown} is not one of {', '.join(self.choices)}")
            return value
        if self.type == "text":
            if not isinstance(value, str) or len(value) > MAX_PROMPT_CHARACTERS:
                raise bad_input(f"{shown} is not a text of up to {MAX_PROMPT_CHARACTERS} characters")
            return value
        return self._number(value, shown)

    def _number(self, value: Json, shown: str) -> Json:
        if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
            raise bad_input(f"{shown} is not a number")
        if self.type == "int" and (value != int(value) or abs(value) > MAX_INTEGER):
            raise bad_input(f"{shown} is not a whole number of up to {MAX_INTEGER}")
        if self.minimum is not None and value < self.minimum:
            raise bad_input(f"{shown} is below {self.minimum:.12g}: raise it")
        if self.maximum is not None and value > self.maximum:
            raise bad_input(f"{shown} is above {self.maximum:.12g}: lower it")
        return int(value) if self.type == "int" else float(value)


@dataclass(frozen=True)
class RecipeDescription:
    """What `describe` says of a recipe.

    `inputs` names what it takes: "prompt", "prompt?" (optional), "images", "images?", "mesh", "maps" (the
    mesh's base colour and what else it wears), "maps?", "mask?" and "views?". `environment` is core or full,
    `weights` lists registry names with `weights_here` telling whether they are on this disk, and
    `download_bytes` how much is still to be fetched, 0 where that is not known. `seconds` and
    `memory_bytes` are estimates for two CPU cores; `stages` are the names that progress will report, in
    order.
    """

    name: str
    title: str
    summary: str
    task: str
    inputs: tuple[str, ...]
    parameters: tuple[Parameter, ...]
    stages: tuple[str, ...]
    environment: str = "core"
    weights: tuple[str, ...] = ()
    weights_here: bool = True
    download_bytes: int = 0
    licence: str = "Apache-2.0"
    memory_bytes: int = 1 << 30
    seconds: float = 5.0

    def validated(self, values: Mapping[str, Json]) -> dict[str, Json]:
        """Every parameter, given or default, in range. Raises bad_input for unknown names and bad values."""
        known = {parameter.name: parameter for parameter in self.parameters}
        for name in values:
            if name not in known:
                raise bad_input(
                    f"recipe {self.name} has no parameter {name[:60]!r}: it has {', '.join(known)}"
                )
        return {
            name: parameter.validated(values.get(name, parameter.default))
            for name, parameter in known.items()
        }

    def to_json(self) -> dict[str, Json]:
        data: dict[str, Json] = asdict(self)
        return data

    @staticmethod
    def from_json(data: Json) -> "RecipeDescription":
        """Reads what `to_json` wrote, ignoring what a newer server added. Raises MaquetteError otherwise."""
        values = _values_of(RecipeDescription, data)
        values["parameters"] = tuple(Parameter(**_values_of(Parameter, p)) for p in values["parameters"])
        return RecipeDescription(**values)


_NUMBER: Final = (int, float)
_LISTS: Final = ("inputs", "stages", "weights", "choices")
_TYPES: Final[dict[str, tuple[type, ...]]] = {
    "default": (type(None), bool, int, float, str),
    "minimum": (type(None), *_NUMBER),
    "maximum": (type(None), *_NUMBER),
    "advanced": (bool,),
    "weights_here": (bool,),
    "memory_bytes": (int,),
    "download_bytes": (int,),
    "seconds": _NUMBER,
    "parameters": (list, tuple),
    **dict.fromkeys(_LISTS, (list, tuple)),
}


def _values_of(cls: type[Parameter] | type[RecipeDescription], data: object) -> dict[str, Any]:
    """The fields of a dataclass out of JSON, each of its type (text where _TYPES has no entry)."""
    if not isinstance(data, dict):
        raise _unreadable(data)
    values: dict[str, Any] = {f.name: data[f.name] for f in fields(cls) if f.name in data}
    for f in fields(cls):
        if f.name not in values and f.default is MISSING:
            raise _unreadable(f"{f.name} is missing")
    for name, value in values.items():
        if type(value) not in _TYPES.get(name, (str,)):
            raise _unreadable(f"{name} {value!r}")
        if name in _LISTS:
            if not all(isinstance(item, str) for item in value):
                raise _unreadable(f"{name} {value!r}")
            values[name] = tuple(value)
    if cls is Parameter and values["type"] not in PARAMETER_TYPES:
        raise _unreadable(f"parameter type {values['type']!r}")
    return values


def _unreadable(what: object) -> MaquetteError:
    return MaquetteError(
        "internal", f"the backend describes a recipe with {ascii(what)[:100]}: update", "update"
    )
