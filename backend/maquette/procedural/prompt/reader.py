"""Reads a prompt: which kind of object, and everything that is said of it."""

from maquette.protocol import bad_input

from .description import Description, Ignored, plural
from .draft import Draft
from .grammar import parse
from .inflection import closest
from .lexicon import Lexicon, Vocabulary, cut, tokenize
from .subject import find_subject


def read(prompt: str, vocabulary: Vocabulary) -> Description:
    """The description that a prompt gives: every word is understood, grammar, or listed as ignored.

    Raises MaquetteError (bad_input) if the prompt is empty, names no known kind (the message has those near),
    or asks for a count that the kind cannot have.
    """
    tokens = tokenize(prompt)
    if not tokens:
        raise bad_input("the prompt is empty: say what to make, such as a red wooden chair")
    kind, head, several = find_subject(tokens, vocabulary)
    lexicon = vocabulary.of(kind)
    draft = Draft(prompt, kind)
    draft.named(" ".join(tokens[head[0] : head[1]]))
    for phrase in parse(cut(tokens, lexicon, head)):
        draft.apply(phrase)
    if several and not draft.notes:
        draft.notes.append(f"{plural(kind.name)} were asked for: this is one of them")
    draft.ignored = [_spelled(word, lexicon) for word in draft.ignored]
    return draft.finish()


def _spelled(ignored: Ignored, lexicon: Lexicon) -> Ignored:
    """An unknown word with the known one that it may be a misspelling of."""
    if ignored.reason != "not known" or " " in ignored.words or len(ignored.words) < 4:
        return ignored
    word = ignored.words
    alike = (w for w in lexicon.senses if w[0] == word[0] and abs(len(w) - len(word)) < 3)
    near = closest(word, alike)
    return Ignored(word, f"not known, did you mean {near}?") if near else ignored
