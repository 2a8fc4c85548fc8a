"""Which words belong together: lexemes become phrases of nouns and their modifiers.

Adjectives go to the noun that follows ("a red chair with metal legs"); after "of", "in", "is" and the like,
or right behind a noun, to the noun before ("legs of steel", "its lid is gold"); after a comma with no noun to
follow, to the object ("a chair with four legs, blue"); after "with" and no noun, to its accents ("a chest
with gold").
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from .lexicon import MODIFIERS, NOUNS, Lexeme, Role

OBJECT = Lexeme("", Role.KIND)
ACCENTS = Lexeme("", Role.ACCENT)


@dataclass(frozen=True)
class Phrase:
    """A noun, of empty text where none was said, and what is said of it. `denied`: it is not to be there."""

    noun: Lexeme
    modifiers: tuple[Lexeme, ...]
    denied: bool = False


@dataclass
class _State:
    nouns: list[Lexeme] = field(default_factory=list)  # those spoken of last
    groups: list[list[Lexeme]] = field(
        default_factory=lambda: [[]]
    )  # modifiers that wait, parted by "and" or commas
    after: bool = False  # "of", "is" ...: modifiers belong to the nouns before
    fresh: bool = False  # nothing has parted the modifiers from the noun before them
    accents: bool = False  # "with" came last
    joined: bool = False  # "and" came right after a noun
    listing: bool = False  # a comma came last after a noun: "a table, tall, round top"
    denying: bool = False
    denied_last: bool = False

    def take(self) -> tuple[Lexeme, ...]:
        """All modifiers that wait, which wait no longer."""
        taken = tuple(m for group in self.groups for m in group)
        self.groups = [[]]
        return taken

    def flush(self) -> Iterator[Phrase]:
        """Gives the modifiers that wait to what they must mean, as no noun follows."""
        waiting = self.take()
        if not waiting:
            return
        if self.nouns and (self.after or self.fresh):
            targets = self.nouns
        else:
            targets = [ACCENTS if self.accents else OBJECT]
        for noun in targets:
            yield Phrase(_again(noun), waiting, self.denying)


def parse(lexemes: Sequence[Lexeme]) -> list[Phrase]:
    """The phrases of a prompt in their order."""
    state = _State()
    phrases: list[Phrase] = []
    for i, lexeme in enumerate(lexemes):
        if _names_whose(lexemes, i):
            continue
        if lexeme.role in MODIFIERS:
            state.groups[-1].append(lexeme)
        elif lexeme.role in NOUNS or (lexeme.role is Role.UNKNOWN and _is_noun(lexemes, i)):
            phrases += _noun(state, lexeme)
        elif lexeme.role is Role.UNKNOWN:
            phrases.append(Phrase(lexeme, ()))
        elif lexeme.role is not Role.STOP:
            phrases += _connective(state, lexeme)
    return [*phrases, *state.flush()]


def _noun(state: _State, noun: Lexeme) -> Iterator[Phrase]:
    if state.after and noun.role is Role.KIND and not any(state.groups):
        state.after = False  # "the seat of the chair": still about the seat
        return
    if state.after and noun.role is Role.UNKNOWN:
        yield from state.flush()  # "made of red lava": the red is the object's, the lava nobody's
        yield Phrase(noun, ())
        return
    own = state.groups.pop()
    if (state.after and state.nouns) or (
        state.nouns and _is_complete(own) and any(map(_is_complete, state.groups))
    ):
        yield from state.flush()  # "black metal and a red leather seat": the first is not the seat's
    waiting = (*state.take(), *own)
    denied = state.denying and not (state.denied_last and waiting)
    if not (state.joined and not waiting and denied == state.denied_last):
        state.nouns.clear()
    state.nouns.append(noun)
    state.after = state.accents = state.joined = state.denying = state.listing = False
    state.fresh, state.denied_last = True, denied
    yield Phrase(noun, waiting, denied)


def _connective(state: _State, lexeme: Lexeme) -> Iterator[Phrase]:
    behind_noun = state.fresh and not any(state.groups)
    if lexeme.role is Role.AND and (state.after or not state.fresh or behind_noun):
        if any(state.groups):
            state.groups.append([])
        state.joined = behind_noun
        state.denying = state.denying or (behind_noun and state.denied_last)
        state.fresh = False
        return
    if lexeme.role is Role.BREAK and not state.after and not state.fresh:
        if state.listing:
            yield from state.flush()  # "a letterbox, blue, yellow flag"
        state.groups.append([])  # "a big, red chair"
        return
    if any(state.groups) or lexeme.role is not Role.OF:
        yield from state.flush()
    state.listing = lexeme.role is Role.BREAK and bool(state.nouns)
    state.after = lexeme.role is Role.OF
    state.accents = lexeme.role is Role.WITH
    state.denying = lexeme.role is Role.WITHOUT or (state.denying and lexeme.role is Role.WITH)
    state.fresh = state.joined = False


def _is_noun(lexemes: Sequence[Lexeme], i: int) -> bool:
    """Whether an unknown word seems to be a noun: no noun or adjective follows it, and it is no style."""
    if lexemes[i].value:
        return False
    following = next((x for x in lexemes[i + 1 :] if x.role is not Role.STOP), None)
    return following is None or following.role not in NOUNS | MODIFIERS | {Role.UNKNOWN}


def _names_whose(lexemes: Sequence[Lexeme], i: int) -> bool:
    """Whether a part only says whose the next one is: the propeller of "three propeller blades"."""
    following = lexemes[i + 1 : i + 2]
    both = lexemes[i].role is Role.PART and bool(following) and following[0].role is Role.PART
    return both and lexemes[i].text == lexemes[i].value != following[0].value


def _is_complete(modifiers: Sequence[Lexeme]) -> bool:
    """Whether both a colour and a material are among them."""
    return {Role.COLOR, Role.MATERIAL} <= {m.role for m in modifiers}


def _again(noun: Lexeme) -> Lexeme:
    """A noun spoken of once more: its text was told already."""
    return Lexeme("", noun.role, noun.value, noun.number)
