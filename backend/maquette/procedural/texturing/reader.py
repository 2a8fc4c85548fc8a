"""Reads a prompt for a texture: which material, and everything that is on it or was done to it."""

import re
from typing import Final

from maquette.procedural.prompt.description import Ignored
from maquette.procedural.prompt.idle import REASONS
from maquette.procedural.prompt.inflection import closest, likeness, singulars
from maquette.procedural.prompt.tokens import tokenize
from maquette.protocol import MaquetteError, bad_input

from . import words as w
from .clauses import split
from .description import SurfaceDescription
from .draft import Draft
from .lexicon import Lexeme, Role, cut, vocabulary

_ALIKE: Final = 0.6  # likeness of a word to be offered in place of another
_USUAL: Final = ("rusty iron", "weathered oak", "mossy stone")


def read_surface(prompt: str) -> SurfaceDescription:
    """The description that a prompt gives; every word is understood, grammar, or listed as ignored.

    Raises MaquetteError (bad_input) if it is empty or nothing of it is known; the message has what is near.
    """
    if not prompt.strip():
        raise bad_input("the prompt is empty: say of what it is, such as rusty iron with green moss")
    lexemes = cut(tokenize(_rewritten(prompt)))
    draft = Draft(prompt)
    for clause in split(lexemes):
        draft.add(clause)
    if not draft.is_understood:
        raise _nothing_known(prompt, lexemes)
    draft.ignored += [Ignored(word.text, _reason(word.text)) for word in lexemes if not word.senses]
    return draft.finish()


def _rewritten(prompt: str) -> str:
    """The prompt with words that stand for several, such as lava, written out."""
    text = prompt.lower()
    for word, meaning in w.WRITTEN_OUT.items():
        text = re.sub(rf"\b{word}\b", meaning, text)
    return text


def _reason(word: str) -> str:
    """Why a word was ignored, and which one it may have been meant to be."""
    styles = [REASONS[form] for form in singulars(word) if form in REASONS]
    if styles:
        return styles[0]
    if w.THINGS & set(singulars(word)):
        return "the mesh keeps its shape"
    alike = (known for known in _known() if known[0] == word[0])
    near = closest(word, alike, 0.75) if len(word) > 3 else ""
    return f"not known, did you mean {near}?" if near else "not known"


def _known() -> list[str]:
    """All words for materials and what is on them."""
    told = {Role.MATERIAL, Role.ADJECTIVE, Role.NOUN}
    return [phrase for phrase, senses in vocabulary().items() if told & set(senses)]


def _nothing_known(prompt: str, lexemes: list[Lexeme]) -> MaquetteError:
    unknown = [lexeme.text for lexeme in lexemes if not lexeme.senses and len(lexeme.text) > 2]
    word = unknown[-1] if unknown else prompt.strip().lower()
    near = sorted(_known(), key=lambda known: (-likeness(word, known), known))[:3]
    shown = ", ".join(near if likeness(word, near[0]) >= _ALIKE else _USUAL)
    return bad_input(f"no material in {prompt.strip()[:60]!r} is known: try {shown}")
