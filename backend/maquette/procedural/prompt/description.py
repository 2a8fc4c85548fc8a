"""What was understood of a prompt: a kind of object, its looks and proportions, and what was ignored."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from maquette.procedural.kind import Kind
from maquette.procedural.materials import Rgb


@dataclass(frozen=True)
class Look:
    """What a prompt says of one part's surface. Empty strings and None: nothing was said.

    `material` is a name in materials.MATERIALS, or a family of FAMILIES of which the seed picks a member.
    """

    material: str = ""
    material_words: str = ""
    color: Rgb | None = None  # sRGB
    color_words: str = ""
    shade: str = ""  # a shade without a colour ("dark wood"), see colors.SHADES
    glosses: tuple[str, ...] = ()  # see words.GLOSSES; may be "very" so

    def words(self) -> list[str]:
        """What people are told about it."""
        shade = self.shade if not self.color_words else ""
        return [w for w in (self.material_words, self.color_words, shade, *self.glosses) if w]


@dataclass(frozen=True)
class Ignored:
    """Words of the prompt that changed nothing, and why."""

    words: str
    reason: str

    def __str__(self) -> str:
        return f"{self.words} ({self.reason})"


@dataclass(frozen=True)
class Description:
    """A prompt as read. Mappings go by part name; `shapes` also by "" for the whole object."""

    prompt: str
    kind: Kind
    looks: Mapping[str, Look] = field(default_factory=dict)
    shapes: Mapping[str, str] = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    present: Mapping[str, bool] = field(default_factory=dict)
    factors: Mapping[str, float] = field(default_factory=dict)  # x, y, z, longest, thickness, scale
    measures: Mapping[str, float] = field(default_factory=dict)  # x, y, z, longest: metres
    size_words: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()  # what people should know beside it
    ignored: tuple[Ignored, ...] = ()

    @property
    def understood(self) -> str:
        """One line for people: "chair: wood, red; seat: round; legs: 4"."""
        main = self.kind.parts[0].name
        whole = self._words_of(main, main_too=False)
        whole += [self.shapes[""]] if self.shapes.get("") else []
        clauses = [_clause(self.kind.name, [*whole, *self.size_words])]
        for spec in self.kind.parts:
            words = self._words_of(spec.name, main_too=True)
            count = self.counts.get(spec.name, 1)
            if words:
                clauses.append(_clause(plural(spec.name) if count != 1 else spec.name, words))
        names = {"", *(spec.name for spec in self.kind.parts)}
        for name in (n for n in (*self.shapes, *self.counts) if n not in names):  # what is no part of its own
            clauses.append(_clause(name, [str(self.shapes.get(name) or self.counts[name])]))
        return "; ".join(clauses)

    def _words_of(self, part: str, main_too: bool) -> list[str]:
        """The words on a part; the main part's look is told with the kind, its shape and count apart."""
        is_main = part == self.kind.parts[0].name
        words = self.looks[part].words() if part in self.looks and is_main != main_too else []
        if not main_too:
            return words
        if part in self.shapes:
            words.append(self.shapes[part])
        if part in self.counts:
            words.append(str(self.counts[part]))
        elif self.present.get(part) is False:
            words.append("none")
        elif self.present.get(part) and not words:
            words.append("yes")
        return words


def _clause(name: str, words: list[str]) -> str:
    return f"{name}: {', '.join(words)}" if words else name


def a(noun: str) -> str:
    """The noun with its article."""
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def plural(word: str) -> str:
    """The plural of a part's name."""
    if word.endswith(("s", "x", "ch", "sh")):
        return word if word.endswith("s") and not word.endswith("ss") else word + "es"
    if word.endswith("y") and word[-2] not in "aeiou":
        return word[:-1] + "ies"
    if word.endswith("f") and not word.endswith(("ff", "oof")):
        return word[:-1] + "ves"
    return word + "s"
