"""What a prompt's phrases add up to for one kind of object, and which words came to nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from maquette.procedural.kind import Kind, PartSpec
from maquette.protocol import bad_input

from . import words as w
from .description import Description, Ignored, Look, a, plural
from .grammar import Phrase
from .inflection import singulars
from .lexicon import SURFACES, Lexeme, Role
from .looks import added, merged

WHOLE: Final = ""  # looks of the whole object, while phrases are applied


@dataclass
class Draft:
    """A description in the making. `apply` takes the phrases one by one; `finish` gives the result."""

    prompt: str
    kind: Kind
    looks: dict[str, Look] = field(default_factory=dict)
    shapes: dict[str, str] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    present: dict[str, bool] = field(default_factory=dict)
    factors: dict[str, float] = field(default_factory=dict)
    measures: dict[str, float] = field(default_factory=dict)
    size_words: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    ignored: list[Ignored] = field(default_factory=list)

    def finish(self, implied: "Draft | None" = None) -> Description:
        """The description of all phrases so far; what they leave open may be implied by the kind's noun."""
        self._settle_main()
        if implied:
            implied._settle_main()
            self._fill(implied)
        for spec in self.kind.parts:
            if spec.optional and spec.name in self.looks:
                self.present.setdefault(spec.name, True)  # a second colour shows
        return Description(
            self.prompt,
            self.kind,
            self.looks,
            self.shapes,
            self.counts,
            self.present,
            self.factors,
            self.measures,
            tuple(self.size_words),
            tuple(self.notes),
            tuple(self.ignored),
        )

    def _settle_main(self) -> None:
        """Gives the look of the whole to the main part, where what is said of that part itself wins.

        In "a red axe with a lime blade" the red gives way, and a second part takes it.
        """
        whole, own = self.looks.pop(WHOLE, None), self.looks.pop(self._main, None)
        if whole is None:
            if own is not None:
                self.looks[self._main] = own
            return
        main, displaced = merged(own or Look(), whole)
        self.looks[self._main] = main
        second = self._second()
        if displaced != Look() and second:
            self.looks[second] = displaced
        elif displaced != Look():
            said = f"the {self._main} is {', '.join(main.words())}"
            self.ignored.append(Ignored(" ".join(displaced.words()), said))

    def _fill(self, other: "Draft") -> None:
        self.looks = {**other.looks, **self.looks}
        self.shapes = {**other.shapes, **self.shapes}
        self.counts = {**other.counts, **self.counts}
        self.present = {**other.present, **self.present}
        if not (self.factors or self.measures):
            self.factors, self.measures, self.size_words = other.factors, other.measures, other.size_words

    def named(self, noun: str) -> None:
        """Takes the noun for the kind into account: a tulip is a flower whose petals have that shape."""
        for part, options in self.kind.shapes.items():
            for shape in options:
                if shape in singulars(noun):
                    self.shapes.setdefault(part, shape)

    def apply(self, phrase: Phrase) -> None:
        """Adds one phrase. Raises MaquetteError (bad_input) for a count out of range."""
        noun = phrase.noun
        if noun.role is Role.ABSENT or (phrase.denied and noun.role is Role.PART):
            self._deny(phrase)
        elif phrase.denied and noun.role is not Role.OTHER:
            self._ignore(phrase, "only parts can be left out")
        elif noun.role is Role.PART:
            self._part(phrase, self._spec(noun.value))
        elif noun.role is Role.KIND:
            self._whole([m for m in phrase.modifiers if not self._counts_main(m, noun)])
        elif noun.role is Role.ACCENT:
            self._accents(phrase)
        elif noun.role is Role.OTHER and not phrase.denied:
            self._ignore(phrase, self._strange(noun))
        elif noun.role is Role.OTHER:
            self.notes.append(f"{a(self.kind.name)} never has {a(noun.value)}")
        else:
            self._ignore(phrase, noun.value or "not known")

    @property
    def _main(self) -> str:
        return self.kind.parts[0].name

    def _strange(self, noun: Lexeme) -> str:
        thing = noun.value if noun.value in singulars(noun.text) else noun.text
        return f"{a(self.kind.name)} has no {thing}" if noun.value else "not known"

    def _spec(self, name: str) -> PartSpec:
        return next(spec for spec in self.kind.parts if spec.name == name)

    def _ignore(self, phrase: Phrase, reason: str) -> None:
        words = " ".join(x.text for x in (*phrase.modifiers, phrase.noun) if x.text)
        if words:
            self.ignored.append(Ignored(words, reason))

    def _skip(self, lexeme: Lexeme, reason: str) -> None:
        self.ignored.append(Ignored(lexeme.text, reason))

    def _deny(self, phrase: Phrase) -> None:
        spec = self._spec(phrase.noun.value)
        for modifier in phrase.modifiers:
            self._skip(modifier, f"the {spec.name} is left out")
        key = _key(spec, self.kind.counts)
        word = spec.name if phrase.noun.role is Role.ABSENT else phrase.noun.text or spec.name
        if spec.optional:
            self.present[spec.name] = False
        elif self.kind.counts.get(key, (1, 1))[0] == 0:
            self.counts[key] = 0
        else:
            self.ignored.append(Ignored(f"no {word}", f"{a(self.kind.name)} always has {a(spec.name)}"))

    def _part(self, phrase: Phrase, spec: PartSpec) -> None:
        shapes = self.kind.shapes.get(_key(spec, self.kind.shapes), ())
        for form in singulars(phrase.noun.text):
            if form in shapes:  # "a shield with a cross"
                self.shapes.setdefault(_key(spec, self.kind.shapes), form)
        if spec.optional:
            self.present[spec.name] = True
        for m, degree in _with_degrees(phrase.modifiers):
            if m.role is Role.NUMBER:
                self._count(m, spec)
            elif m.role is Role.SIZE or m.value in w.SIZES:
                self._part_size(m, degree, spec)
            elif m.role is Role.SHAPE:
                self._shape(m, _key(spec, self.kind.shapes))
            elif m.role is Role.MEASURE:
                self._skip(m, "parts follow the size of the whole")
            elif m.role is Role.DEGREE:
                self._skip(m, "it strengthens nothing here")
            else:
                self._surface(m, spec.name, degree)

    def _counts_main(self, number: Lexeme, noun: Lexeme) -> bool:
        """Takes the number of "three crystals", of which one object is made."""
        main = self.kind.parts[0]
        low, high = self.kind.counts.get(main.name, (1, 0))
        named = {main.name, *main.words}.intersection(singulars(noun.text))
        if number.role is not Role.NUMBER or not named or not max(low, 2) <= number.number <= high:
            return False
        self.counts[main.name] = int(number.number)
        return True

    def _whole(self, modifiers: Sequence[Lexeme]) -> None:
        for m, degree in _with_degrees(modifiers):
            if m.role is Role.NUMBER:
                if m.number != 1:
                    self.notes.append(
                        f"{m.number:g} {plural(self.kind.name)} were asked for: this is one of them"
                    )
            elif (
                m.role is Role.SHAPE and m.value in w.GLOSSES and m.value not in self.kind.shapes.get("", ())
            ):
                self._surface(replace(m, role=Role.GLOSS, value=w.GLOSSES[m.value]), WHOLE, degree)
            elif m.role is Role.SHAPE:
                self._shape(m, "")
            elif m.role is Role.SIZE:
                self._size(m, degree)
            elif m.role is Role.MEASURE:
                self._measure(m)
            elif m.role is Role.DEGREE:
                self._skip(m, "it strengthens nothing here")
            else:
                self._surface(m, WHOLE, degree)

    def _accents(self, phrase: Phrase) -> None:
        name = self._second()
        if not name:
            self._ignore(phrase, f"{a(self.kind.name)} has no second part for it")
            return
        for m in phrase.modifiers:
            if m.role in SURFACES:
                self._surface(m, name)
            else:
                self._whole([m])

    def _second(self) -> str:
        """The part for a second colour: it is there, not spoken of yet, best with a finish of its own."""
        free = [s for s in self.kind.parts[1:] if s.name not in self.looks and self._is_there(s)]
        own = [s for s in free if self._leader(s) != self._main]
        return (own or free)[0].name if free else ""

    def _leader(self, spec: PartSpec) -> str:
        """The part whose finish this one takes in the end, maybe its own."""
        return self._leader(self._spec(spec.follows)) if spec.follows else spec.name

    def _is_there(self, spec: PartSpec) -> bool:
        return not spec.optional or self.present.get(spec.name, spec.usual)

    def _count(self, number: Lexeme, spec: PartSpec) -> None:
        name, count = _key(spec, self.kind.counts), int(number.number)
        low, high = self.kind.counts.get(name, (1, 1))
        if name not in self.kind.counts and count != 1:
            self._skip(number, f"the number of {plural(name)} of {a(self.kind.name)} is fixed")
        elif name in self.kind.counts and not low <= number.number <= high:
            if count == 0 and spec.optional:
                self.present[spec.name] = False
                return
            asked = f"{a(self.kind.name)} has {low} to {high} {plural(name)}, not {number.text}"
            raise bad_input(f"{asked}: ask for a number in that range")
        elif name in self.kind.counts:
            self.counts[name] = count

    def _shape(self, lexeme: Lexeme, part: str) -> None:
        """A shape of a part; one of the whole may also be that of the first part that can have it."""
        parts = (
            [part] if part else sorted(self.kind.shapes, key=bool)
        )  # "" first, then as the kind lists them
        wanted = w.SHAPES.get(lexeme.value, (lexeme.value,))
        for name in parts:
            options = self.kind.shapes.get(name, ())
            fitting = [s for s in (lexeme.value, *wanted) if s in options]
            if fitting and name not in self.shapes:
                self.shapes[name] = fitting[0]
                return
            if fitting:
                self._skip(lexeme, f"the {name or self.kind.name} is {self.shapes[name]} already")
                return
        if lexeme.value in w.SIZES and not part:
            self._size(lexeme, None)
            return
        known = ", ".join(self.kind.shapes.get(part, ()))
        what = part or self.kind.name
        self._skip(lexeme, f"{a(what)} can be {known}" if known else f"the {what} has one shape")

    def _size(self, lexeme: Lexeme, degree: Lexeme | None) -> None:
        power = w.DEGREES[degree.value] if degree else 1.0
        effects = w.SIZES[lexeme.value]
        taken = [name for name, _ in effects if name in self.factors]
        if taken:
            self._skip(lexeme, f"{self.size_words[-1]} was said first")
            return
        self.factors |= {name: factor**power for name, factor in effects}
        self.size_words.append(f"{degree.text} {lexeme.text}" if degree else lexeme.text)

    def _part_size(self, lexeme: Lexeme, degree: Lexeme | None, spec: PartSpec) -> None:
        """A part can be thick or thin; other sizes are the whole object's, or a shape that the part has."""
        key = _key(spec, self.kind.shapes)
        if lexeme.value in self.kind.shapes.get(key, ()):
            self._shape(lexeme, key)
            return
        effects = dict(w.SIZES[lexeme.value])
        if "thickness" not in effects:
            self._skip(lexeme, f"the {spec.name} follows the proportions of the whole")
        elif "thickness" in self.factors:
            self._skip(lexeme, "one thickness holds for the whole")
        else:
            self.factors["thickness"] = effects["thickness"] ** (w.DEGREES[degree.value] if degree else 1.0)
            self.size_words.append(f"{lexeme.text} {spec.name}")

    def _measure(self, lexeme: Lexeme) -> None:
        axis = lexeme.value
        if axis == w.THICKNESS:
            self._skip(lexeme, "say thick or thin")
        elif axis in self.measures:
            self._skip(lexeme, "that side has a measure already")
        elif not 0.001 <= lexeme.number <= 1000:
            raise bad_input(f"{lexeme.text!r} is no size for an object: ask for 1 mm to 1000 m")
        else:
            self.measures[axis] = lexeme.number
            self.size_words.append(lexeme.text)

    def _grown(self, lexeme: Lexeme) -> str:
        """The optional part that a material stands for: a mossy rock has moss, and is not of moss."""
        names = (s.name for s in self.kind.parts if s.optional and s.name == lexeme.value)
        return next(names, "") if lexeme.role is Role.MATERIAL else ""

    def _surface(self, lexeme: Lexeme, part: str, degree: Lexeme | None = None) -> None:
        grown = self._grown(lexeme)
        if grown:
            self.present[grown] = True
            return
        look = self.looks.get(part, Look())
        if part in w.MARKINGS and lexeme.role is Role.COLOR and look.color:
            part, look = WHOLE, self.looks.get(WHOLE, Look())  # "red and white stripes"
        changed = added(look, lexeme, degree)
        if changed is not None:
            self.looks[part] = changed
            return
        second = self._second() if part == WHOLE else ""
        if second:
            self.looks[second] = added(Look(), lexeme, degree) or Look()
            return
        said = ", ".join(look.words())
        self._skip(lexeme, f"the {part or self.kind.name} is {said} already")


def _key(spec: PartSpec, table: Mapping[str, object]) -> str:
    """The name or word of a part that a kind's table of shapes or counts goes by, else its name."""
    return next((word for word in (spec.name, *spec.words) if word in table), spec.name)


def _with_degrees(modifiers: Sequence[Lexeme]) -> list[tuple[Lexeme, Lexeme | None]]:
    """The modifiers, each with the "very" before it; a "very" that has nothing to strengthen stands alone."""
    pairs: list[tuple[Lexeme, Lexeme | None]] = []
    for m in modifiers:
        before = pairs[-1][0] if pairs else None
        if before is not None and before.role is Role.DEGREE and m.role in (Role.SIZE, Role.GLOSS):
            pairs[-1] = (m, before)
        else:
            pairs.append((m, None))
    return pairs
