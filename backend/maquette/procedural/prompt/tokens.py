"""A prompt cut into words, numbers and punctuation, its shorthand written out first."""

import re
from typing import Final

_NUMBER: Final = r"(\d+(?:\.\d+)?)"
_UNIT: Final = r"\s*(mm|cm|m|km|ft|in|inch(?:es)?|feet|foot|(?:centi|milli)?met(?:re|er)s?)?"
_BY: Final = r"\s*(?:x|×|by|\*)\s*"

_TOKEN: Final = re.compile(
    r"#(?:[0-9a-f]{6}|[0-9a-f]{3})\b"  # a colour
    r"|\d+[a-ln-z]\b"  # "4k" is no number
    r"|\d+(?:\.\d+)?"
    r"|[^\W\d_]+"
    r"|[,;:.!?()/&+]"
    r"|[\u2600-\u27bf\U0001f000-\U0001faff]"  # emoji
)
_SIDES: Final = re.compile(rf"\b{_NUMBER}{_UNIT}{_BY}{_NUMBER}{_UNIT}(?:{_BY}{_NUMBER}{_UNIT})?\b")
_REWRITES: Final[tuple[tuple[re.Pattern[str], str], ...]] = tuple(
    (re.compile(pattern), by)
    for pattern, by in (
        ("[’′‘]", "'"),
        ("[“”″]|''", '"'),
        (r"(\d),(\d)", r"\1.\2"),
        (r"\bw/o\b", "without "),
        (r"\bw/|\bw\b", "with "),
        ("½", " 1/2"),
        ("¼", " 1/4"),
        ("¾", " 3/4"),
        ("-less", "less"),
    )
)


def tokenize(prompt: str) -> list[str]:
    """Lower-case words, numbers and punctuation; hyphens part words, save in "arm-less"; "2cm" gives two."""
    text = prompt.lower()
    for pattern, by in _REWRITES:
        text = pattern.sub(by, text)
    text = re.sub(r"(?:(\d+)\s+)?\b(\d)/(\d+)", _decimal, text)
    text = re.sub(r"(\d+)\s*'\s*(\d+)\s*\"?", lambda m: f"{12 * int(m[1]) + int(m[2])} inches ", text)
    text = re.sub(rf"{_NUMBER}\s*\"", r"\1 inches ", text)
    text = re.sub(rf"{_NUMBER}\s*'(?!\w)", r"\1 feet ", text)
    text = re.sub(r"n't\b", " not", text)
    text = re.sub(r"'(?:s|d|m|ll|re|ve)\b|'", " ", _SIDES.sub(_sides, text))
    return _TOKEN.findall(text)


def _decimal(match: re.Match[str]) -> str:
    """The number of "1 1/2" or "3/4"."""
    if int(match[3]) == 0:
        return match[0]
    return f"{int(match[1] or 0) + int(match[2]) / int(match[3]):g}"


def _sides(match: re.Match[str]) -> str:
    """Width, depth and height of "120 x 80 x 75 cm"; without any unit it stays as it is."""
    numbers, units = match.groups()[::2], match.groups()[1::2]
    usual = next((unit for unit in reversed(units) if unit), "")
    if not usual:
        return match[0]
    named = zip(numbers, units, ("wide", "deep", "high"), strict=True)
    return " ".join(f"{number} {unit or usual} {side}" for number, unit, side in named if number)
