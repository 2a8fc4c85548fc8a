"""Which words of a prompt for a texture belong together: the base, what is on it, and where."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from .lexicon import Lexeme, Role

_HEADS: Final = frozenset({Role.MATERIAL, Role.NOUN, Role.FIGURE})


@dataclass
class Clause:
    """Words about one thing. `role` is BASE_ROLE for the surface itself, WITH for what is on it, WITHOUT for
    what is not. `verb` is the word that joined it ("studded with").
    """

    role: Role
    words: list[Lexeme] = field(default_factory=list)
    place: str = ""
    verb: str = ""

    @property
    def has_head(self) -> bool:
        """Whether it names a thing, and is not only said of one."""
        return any(_HEADS & set(word.senses) for word in self.words)


BASE_ROLE: Final = Role.MATERIAL


def split(lexemes: Sequence[Lexeme]) -> list[Clause]:
    """The clauses of a prompt, those of the base first."""
    clauses = [Clause(BASE_ROLE)]
    for index, lexeme in enumerate(lexemes):
        connective = lexeme.connective
        if connective is None:
            if Role.STOP not in lexeme.senses:
                clauses[-1].words.append(lexeme)
        else:
            _join(clauses, connective, lexeme, lexemes[index + 1 :])
    clauses = _merged([clause for clause in clauses if clause.words or clause.place])
    return sorted(clauses, key=lambda clause: clause.role is not BASE_ROLE)


def _join(clauses: list[Clause], connective: Role, lexeme: Lexeme, rest: Sequence[Lexeme]) -> None:
    last = clauses[-1]
    if connective is Role.AND:
        clauses.append(Clause(last.role, verb=last.verb))
    elif connective in (Role.ON, Role.AT):
        place = _place(rest, connective)
        if place:
            _target(clauses).place = place
            clauses.append(Clause(_PLACE_WORDS))
        elif connective is Role.ON or _is_base(clauses, rest):
            _turn(clauses)  # "snow on slate": what came before lies on what comes
            clauses.append(Clause(BASE_ROLE))
    elif connective is Role.UNDER:
        _turn(clauses)
        clauses.append(Clause(BASE_ROLE))
    elif connective is Role.WITHOUT:
        clauses.append(Clause(Role.WITHOUT))
    else:
        verb = lexeme.text if connective is not Role.WITH else ""
        clauses.append(Clause(Role.WITH, verb=verb))


def _is_base(clauses: list[Clause], rest: Sequence[Lexeme]) -> bool:
    """Whether "in" leads to the surface itself: "gold veins in black marble"."""
    figure = any(Role.FIGURE in word.senses for word in clauses[-1].words)
    until = next((i for i, lexeme in enumerate(rest) if lexeme.connective), len(rest))
    return figure and any(Role.MATERIAL in lexeme.senses for lexeme in rest[:until])


_PLACE_WORDS: Final = Role.SPOT  # the clause that holds "edges" of "on the edges"


def _place(rest: Sequence[Lexeme], connective: Role) -> str:
    """The place that follows, if one does: "on the edges", "on its upper side"."""
    for lexeme in rest:
        if lexeme.connective:
            return ""
        spot = lexeme.get(Role.SPOT)
        if spot and not (connective is Role.ON and Role.MATERIAL in lexeme.senses):
            return "patches" if spot == "everywhere" else spot
        if Role.STOP not in lexeme.senses and Role.AMOUNT not in lexeme.senses:
            return ""
    return ""


def _target(clauses: list[Clause]) -> Clause:
    """The clause that a place is said of: the last that names something."""
    return next((clause for clause in reversed(clauses) if clause.words), clauses[-1])


def _turn(clauses: list[Clause]) -> None:
    """What was taken for the base lies on it."""
    for clause in clauses:
        if clause.role is BASE_ROLE and clause.has_head:
            clause.role = Role.WITH


def _merged(clauses: list[Clause]) -> list[Clause]:
    """Adjectives joined by "and" or commas go to the thing that follows: "a red, rusty iron"."""
    result: list[Clause] = []
    waiting: list[Lexeme] = []
    for index, clause in enumerate(clauses):
        if clause.role is _PLACE_WORDS:
            continue
        following = clauses[index + 1 : index + 2]
        leads = not clause.has_head and following and following[0].role is clause.role
        first = not any(other.role is clause.role for other in result)
        if leads and first and following[0].has_head:
            waiting += clause.words
            continue
        clause.words, waiting = [*waiting, *clause.words], []
        result.append(clause)
    return result
