"""Reads a prompt: which kind of object, and everything that is said of it."""

from typing import Final

from maquette.procedural.kind import Kind
from maquette.protocol import bad_input

from .description import Description, Ignored, plural
from .draft import Draft
from .grammar import parse
from .inflection import closest, singulars
from .lexicon import MODIFIERS, Lexicon, Role, Vocabulary, cut
from .names import IMPLIED
from .subject import find_subject
from .tokens import tokenize

NO_HEAD: Final = (-1, -1)
MEANINGFUL: Final = MODIFIERS | {Role.PART, Role.KIND}  # what a misspelled word may be meant to be


def read(prompt: str, vocabulary: Vocabulary) -> Description:
    """The description that a prompt gives: every word is understood, grammar, or listed as ignored.

    Raises MaquetteError (bad_input) if the prompt is empty, names no known kind (the message has those near),
    or asks for a count that the kind cannot have.
    """
    tokens = tokenize(prompt)
    if not prompt.strip():
        raise bad_input("the prompt is empty: say what to make, such as a red wooden chair")
    kind, head, several = find_subject(tokens, vocabulary)
    lexicon = vocabulary.of(kind)
    draft = Draft(prompt, kind)
    noun = " ".join(tokens[head[0] : head[1]])
    draft.named(noun)
    for phrase in parse(cut(tokens, lexicon, head)):
        draft.apply(phrase)
    if several and not draft.notes and kind.parts[0].name not in draft.counts:
        draft.notes.append(f"{plural(kind.name)} were asked for: this is one of them")
    draft.ignored = [_spelled(word, lexicon) for word in draft.ignored]
    return draft.finish(_implied(noun, kind, lexicon))


def _implied(noun: str, kind: Kind, lexicon: Lexicon) -> Draft:
    """What the noun for the kind says beside it, see names.IMPLIED."""
    draft = Draft(noun, kind)
    text = next((IMPLIED[form] for form in singulars(noun) if form in IMPLIED), "")
    for phrase in parse(cut(tokenize(text), lexicon, NO_HEAD)):
        draft.apply(phrase)
    return draft


def _spelled(ignored: Ignored, lexicon: Lexicon) -> Ignored:
    """An unknown word with the known one that it may be a misspelling of."""
    if ignored.reason != "not known" or " " in ignored.words or len(ignored.words) < 4:
        return ignored
    word = ignored.words
    alike = (
        known
        for known, senses in lexicon.senses.items()
        if known[0] == word[0] and abs(len(known) - len(word)) < 3 and senses[0].role in MEANINGFUL
    )
    near = closest(word, alike, 0.75)
    return Ignored(word, f"not known, did you mean {near}?") if near else ignored
