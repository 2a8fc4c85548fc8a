"""How a recipe describes itself: the panel, the command line and the server's validation are drawn from this alone."""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Final

from .errors import MaquetteError, bad_input
from .framing import Json

TASKS: Final = ("generate", "texture", "refine", "vary", "edit", "deform")
MAX_PROMPT_CHARACTERS: Final = 2000
MAX_SEED: Final = 2**31 - 1


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
        if self.type == "int" and value != int(value):
            raise bad_input(f"{shown} is not a whole number")
        if self.minimum is not None and value < self.minimum:
            raise bad_input(f"{shown} is below {self.minimum:g}: raise it")
        if self.maximum is not None and value > self.maximum:
            raise bad_input(f"{shown} is above {self.maximum:g}: lower it")
        return int(value) if self.type == "int" else float(value)


@dataclass(frozen=True)
class RecipeDescription:
    """What `describe` says of a recipe.

    `inputs` names what it takes: "prompt", "prompt?" (optional), "images", "images?", "mesh". `environment` is core
    or full, `weights` lists registry names with `weights_here` telling whether they are on this disk. `seconds` and
    `memory_bytes` are estimates for two CPU cores; `stages` are the names that progress will report, in order.
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
        if not isinstance(data, dict):
            raise MaquetteError("internal", "a recipe description is not a JSON object", "update")
        values = {f.name: data[f.name] for f in fields(RecipeDescription) if f.name in data}
        parameters = tuple(_parameter(p) for p in _items(values.pop("parameters", [])))
        for name in ("inputs", "stages", "weights"):
            values[name] = tuple(str(v) for v in _items(values.get(name, [])))  # type: ignore[assignment]
        return RecipeDescription(parameters=parameters, **values)  # type: ignore[arg-type]


def _parameter(data: Json) -> Parameter:
    if not isinstance(data, dict):
        raise MaquetteError("internal", "a parameter description is not a JSON object", "update")
    values = {f.name: data[f.name] for f in fields(Parameter) if f.name in data}
    values["choices"] = tuple(str(v) for v in _items(values.get("choices", [])))  # type: ignore[assignment]
    return Parameter(**values)  # type: ignore[arg-type]


def _items(value: object) -> list[Json]:
    return list(value) if isinstance(value, list | tuple) else []
