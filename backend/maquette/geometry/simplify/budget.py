"""How many triangles an asset may have: by its use, or as a number."""

from typing import Final

from maquette.protocol import bad_input

BUDGETS: Final[dict[str, int | None]] = {
    "mobile": 4_000,
    "prop": 12_000,
    "hero": 50_000,
    "raw": None,  # as many as there are
}
FEWEST: Final = 100


def triangle_budget(words: str) -> int | None:
    """The most triangles of a budget's name or of a number; None for no limit. Raises bad_input otherwise."""
    if words in BUDGETS:
        return BUDGETS[words]
    names = ", ".join(BUDGETS)
    if not words.isdecimal():
        raise bad_input(f"budget {words[:40]!r} is none of {names} and no number: give one of these")
    if int(words) < FEWEST:
        raise bad_input(f"a budget of {words} triangles keeps no shape: give at least {FEWEST}")
    return int(words)
