"""One row a measurement, one table of rows."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Row:
    """A measured value with what it is compared with, and the bar it must reach ("" where there is none)."""

    name: str
    value: float
    unit: str
    compared_with: str
    bar: str
    holds: bool

    def to_json(self) -> dict[str, object]:
        return asdict(self)


def at_most(name: str, value: float, unit: str, limit: float, compared_with: str) -> Row:
    """A row that holds where the value is at most the limit."""
    return Row(name, value, unit, compared_with, f"<= {limit:g}", value <= limit)


def at_least(name: str, value: float, unit: str, limit: float, compared_with: str) -> Row:
    """A row that holds where the value is at least the limit."""
    return Row(name, value, unit, compared_with, f">= {limit:g}", value >= limit)


def render(rows: Sequence[Row]) -> str:
    """The rows as a plain-text table that is also Markdown."""
    head = ("name", "value", "unit", "compared with", "bar", "holds")
    body = [
        (row.name, f"{row.value:.4g}", row.unit, row.compared_with, row.bar, "yes" if row.holds else "NO")
        for row in rows
    ]
    widths = [max(len(line[i]) for line in (head, *body)) for i in range(len(head))]
    lines = [head, tuple("-" * width for width in widths), *body]
    return "\n".join(
        "| " + " | ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)) + " |" for line in lines
    )
