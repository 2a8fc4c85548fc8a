"""What words do to the look of a part: added one by one, merged with the look of the whole."""

from dataclasses import replace

from .colors import color_of
from .description import Look
from .families import display, family_of
from .lexicon import Lexeme, Role
from .words import DEGREES


def added(look: Look, lexeme: Lexeme, degree: Lexeme | None = None) -> Look | None:
    """The look with one more word, or None if it has a word of that sort already."""
    value = lexeme.value
    if lexeme.role is Role.COLOR:
        return None if look.color else replace(look, color=color_of(value), color_words=value)
    if lexeme.role is Role.SHADE:
        return None if look.shade else replace(look, shade=value)
    if lexeme.role is Role.GLOSS:
        gloss = f"very {value}" if degree and DEGREES[degree.value] > 1 else value
        return look if gloss in look.glosses else replace(look, glosses=(*look.glosses, gloss))
    material, words = family_of(lexeme.text, value), display(lexeme.text, value)
    if look.material and not _refines(material, look.material):
        return None
    return replace(look, material=material, material_words=words)


def merged(own: Look, whole: Look) -> tuple[Look, Look]:
    """A look with what it leaves open taken from another, and of that what found no place."""
    main, left = replace(own, glosses=own.glosses or whole.glosses), Look()
    if whole.material and own.material and whole.material != own.material:
        left = replace(left, material=whole.material, material_words=whole.material_words)
        if whole.color and not own.color:  # "a red wooden axe with a steel blade": the red goes with the wood
            return main, replace(left, color=whole.color, color_words=whole.color_words)
    elif whole.material and not own.material:
        main = replace(main, material=whole.material, material_words=whole.material_words)
    if whole.color_words and own.color_words and whole.color_words != own.color_words:
        left = replace(left, color=whole.color, color_words=whole.color_words)
    elif whole.color_words and not own.color_words:
        main = replace(main, color=whole.color, color_words=whole.color_words)
    return replace(main, shade=own.shade or whole.shade), left


def _refines(material: str, before: str) -> bool:
    """Whether a material says more exactly what was said before ("wooden oak chair")."""
    return material != before and family_of(material, material, widen=True) == before
