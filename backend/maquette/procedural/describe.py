"""What a prompt means, for the kinds of object that there are."""

from typing import Final

from .kinds import KINDS
from .prompt import Description, Vocabulary, read

VOCABULARY: Final = Vocabulary(KINDS)


def describe(prompt: str) -> Description:
    """The description of a prompt; raises MaquetteError (bad_input) as `prompt.read` does."""
    return read(prompt, VOCABULARY)
