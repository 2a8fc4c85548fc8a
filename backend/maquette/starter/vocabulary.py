"""What a prompt asks of the model: its kind, the words that the model learnt, and those that it did not."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from maquette.procedural.describe import VOCABULARY
from maquette.procedural.kind import Kind
from maquette.procedural.kinds import KINDS
from maquette.procedural.prompt.inflection import closest, singulars
from maquette.procedural.prompt.lexicon import Vocabulary
from maquette.procedural.prompt.subject import find_subject
from maquette.procedural.prompt.tokens import tokenize
from maquette.protocol import MaquetteError, bad_input

from .sizes import Size, read_size
from .words import split

SURE: Final = 0.5  # share from which a picture counts as one of a kind
IDLE: Final = frozenset(
    [
        *("a", "an", "the", "and", "of", "with", "without", "in", "on", "to", "for", "that", "which", "is"),
        *("are", "has", "made", "one", "some", "my", "please", "make", "me", "create", "generate", "model"),
        *("picture", "photo", "image", "render", "3", "d", "game", "asset"),
    ]
)


@dataclass(frozen=True)
class Understood:
    """A prompt as read. `text` is what the model gets: the kind by the name that it learnt."""

    prompt: str
    text: str
    kind: Kind | None  # None: nothing said what it is, a picture will
    known: tuple[str, ...]
    unknown: tuple[str, ...]
    size: Size

    @property
    def line(self) -> str:
        """One line for people."""
        words = ", ".join((*self.known, *self.size.words))
        return ": ".join(part for part in (self.kind.name if self.kind else "", words) if part)


def understand(prompt: str, about: dict[str, Any], has_picture: bool) -> Understood:
    """Reads a prompt for the model that `about` describes.

    Raises MaquetteError (bad_input) where neither the prompt nor a picture says what the thing is.
    """
    vocabulary = about["vocabulary"]
    if not prompt.strip():
        if has_picture:
            return Understood(prompt, "", None, (), (), Size())
        raise bad_input(
            "the prompt is empty: say what to make, such as a red wooden chair, or give a picture"
        )
    tokens, size = read_size(tokenize(prompt))
    kind: Kind | None = None
    try:
        kind, (start, stop), _ = find_subject(tokens, _kinds(tuple(_nouns(vocabulary))))
    except MaquetteError as error:
        if not has_picture:
            raise _not_learnt(prompt, about, error) from None
        start = stop = len(tokens)
    text = " ".join([*tokens[:start], *([kind.name] if kind else []), *tokens[stop:]])
    learnt = frozenset(vocabulary["words"])
    said = [word for word in split(" ".join([*tokens[:start], *tokens[stop:]])) if word not in IDLE]
    known = [word for word in said if _is_known(word, learnt)]
    unknown = [word for word in said if not _is_known(word, learnt)]
    spelled = tuple(_spelled(word, learnt) for word in unknown)
    return Understood(prompt, text, kind, tuple(known), spelled, size)


def unlearnt_kind(prompt: str, about: dict[str, Any]) -> Kind | None:
    """The kind that a prompt names and that was not learnt, but that the procedural recipe makes.

    None as well where a kind that was learnt is named as fully: a street lamp is no lamp, but a desk lamp is.
    """
    tokens = tokenize(prompt)
    nouns = tuple(_nouns(about["vocabulary"]))
    kind, length = _named(tokens, VOCABULARY)
    if kind is None or kind.name in dict(nouns) or length <= _named(tokens, _kinds(nouns))[1]:
        return None
    return kind


def _named(tokens: Sequence[str], vocabulary: Vocabulary) -> tuple[Kind | None, int]:
    """The kind that is named, by how many words."""
    try:
        kind, (start, stop), _ = find_subject(tokens, vocabulary)
    except MaquetteError:
        return None, 0
    return kind, stop - start


def _not_learnt(prompt: str, about: dict[str, Any], error: MaquetteError) -> MaquetteError:
    """What to say of a prompt without a kind that was learnt: another recipe may know it."""
    kind = unlearnt_kind(prompt, about)
    if kind is None:
        return error
    near = error.details.get("nearest")
    other = f", or ask for {', '.join(map(str, near))}" if isinstance(near, list) and near else ""
    message = f"the starter has not learnt {kind.name!r}: choose the recipe procedural, which makes it{other}"
    return MaquetteError("bad_input", message, "choose_recipe", error.details)


def shown_kind(shares: npt.NDArray[np.float32], about: dict[str, Any]) -> Kind | None:
    """The kind that a picture shows by the model's shares [K] of each; None if it is not sure."""
    name = list(about["vocabulary"]["kinds"])[int(shares.argmax())]
    return next(kind for kind in KINDS if kind.name == name) if shares.max() >= SURE else None


def slot_names(kind: Kind | None, about: dict[str, Any]) -> list[str]:
    """Names of the parts of a kind by slot; numbered ones where the kind is not known."""
    count: int = about["model"]["flow"]["slots"]
    names = list(about["vocabulary"]["kinds"][kind.name]["slots"]) if kind else ["body"]
    return [*names, *(f"part {i}" for i in range(len(names), count))]


def _is_known(word: str, learnt: frozenset[str]) -> bool:
    return any(form in learnt for form in singulars(word))


def _spelled(word: str, learnt: frozenset[str]) -> str:
    near = closest(word, (w for w in learnt if w[0] == word[0] and len(w) > 2), 0.75) if len(word) > 3 else ""
    return f"{word} (not learnt, did you mean {near}?)" if near else f"{word} (not learnt)"


def _nouns(vocabulary: dict[str, Any]) -> list[tuple[str, tuple[str, ...]]]:
    return [(name, tuple(entry["nouns"])) for name, entry in vocabulary["kinds"].items()]


@cache
def _kinds(nouns: tuple[tuple[str, tuple[str, ...]], ...]) -> Vocabulary:
    """The procedural reader's vocabulary with the kinds that the model knows, by all their names."""
    more = dict(nouns)
    return Vocabulary(
        [replace(k, words=tuple(dict.fromkeys((*k.words, *more[k.name])))) for k in KINDS if k.name in more]
    )
