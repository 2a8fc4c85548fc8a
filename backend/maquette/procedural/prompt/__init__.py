"""Reading prompts: words in, a description of one object out."""

from .description import Description, Ignored, Look
from .lexicon import Vocabulary
from .reader import read
from .subject import nearest_kinds

__all__ = ["Description", "Ignored", "Look", "Vocabulary", "nearest_kinds", "read"]
