"""English word forms, as far as names of things need them: plurals, "-ed", "-less", misspellings."""

from collections.abc import Iterable
from typing import Final

_IRREGULAR: Final = {
    "feet": "foot",
    "teeth": "tooth",
    "men": "man",
    "women": "woman",
    "people": "person",
    "children": "child",
    "mice": "mouse",
    "geese": "goose",
    "dice": "die",
    "cacti": "cactus",
    "fungi": "fungus",
    "snowmen": "snowman",
    "halves": "half",
    "panes": "pane",  # and not pan
    "leaves": "leaf",
    "loaves": "loaf",
    "sheaves": "sheaf",
    "thieves": "thief",
    "wolves": "wolf",
    "elves": "elf",
    "dwarves": "dwarf",
    "shelves": "shelf",
    "bookshelves": "bookshelf",
    "hooves": "hoof",
    "scarves": "scarf",
    "knives": "knife",
    "wives": "wife",
    "lives": "life",
}


def singulars(word: str) -> tuple[str, ...]:
    """The word itself and what it may be the plural of, likeliest last ("axes": axes, ax, axe)."""
    if word in _IRREGULAR:
        return (word, _IRREGULAR[word])
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return (word,)
    if word.endswith("ies"):
        return (word, word[:-1], word[:-3] + "y")
    if word.endswith("es"):
        return (word, word[:-2], word[:-1])
    return (word, word[:-1])


def is_plural(word: str, singular: str) -> bool:
    """Whether the word is a plural form of that singular."""
    return word != singular and singular in singulars(word)


def owners(word: str) -> tuple[str, ...]:
    """What an "-ed" adjective says there is: legged -> leg, handled -> handle; else nothing."""
    if not word.endswith("ed") or len(word) < 5:
        return ()
    stem = word[:-2]
    doubled = (stem[:-1],) if len(stem) > 2 and stem[-1] == stem[-2] else ()
    return (stem, word[:-1], *doubled)


def lacking(word: str) -> tuple[str, ...]:
    """What a "-less" adjective says there is not: armless -> arm, legless -> leg; else nothing."""
    return (word[:-4],) if word.endswith("less") and len(word) > 6 else ()


def edit_distance(a: str, b: str) -> int:
    """Insertions, deletions, replacements and swaps of neighbours (optimal string alignment)."""
    before: list[int] = []
    previous = list(range(len(b) + 1))
    for i, x in enumerate(a, 1):
        current = [i]
        for j, y in enumerate(b, 1):
            cost = min(previous[j] + 1, current[j - 1] + 1, previous[j - 1] + (x != y))
            if i > 1 and j > 1 and x == b[j - 2] and a[i - 2] == y:
                cost = min(cost, before[j - 2] + 1)
            current.append(cost)
        before, previous = previous, current
    return previous[-1]


def likeness(a: str, b: str) -> float:
    """1 for the same word, towards 0 for words that share nothing."""
    return 1 - edit_distance(a, b) / max(len(a), len(b), 1)


def closest(word: str, known: Iterable[str], least: float = 0.7) -> str:
    """The known word that this one is a misspelling of, or nothing."""
    best = max(known, key=lambda other: (likeness(word, other), other), default="")
    return best if best and best != word and likeness(word, best) >= least else ""
