"""What the words of a clause come to: what a figure is made of, a substance in another hue, a piece."""

import colorsys
from dataclasses import replace
from typing import Final

from maquette.procedural.materials import MATERIALS, Finish, Rgb, finish
from maquette.procedural.prompt.colors import shaded

from . import words as w
from .clauses import Clause
from .coats import COATS
from .description import Layer
from .ground import dulled, kind_of, polished
from .lexicon import Lexeme, Role

WHITEWASH: Final[Rgb] = (0.80, 0.78, 0.72)  # of paint without a colour
_KIN_HUES: Final = 0.2  # part of the circle
_MIDDLE: Final[Rgb] = (0.50, 0.44, 0.38)  # that "dark stripes" are darker than
_USUAL_FINISH: Final = {"studs": "steel", "veins": "marble", "seams": "gold"}


def senses_of(clause: Clause) -> dict[Role, str]:
    """The values of a clause's words by role; the first word with a role wins."""
    return {role: value for word in reversed(clause.words) for role, value in word.senses.items()}


def figure_finish(figure: str, material: str, noun: str, color: Rgb | None, said: dict[Role, str]) -> Finish:
    """What veins, studs, spots and stripes are made of."""
    if material:
        return tuned(finish(material, color), said)
    if noun in COATS:
        return COATS[noun].finish
    if color is None and figure in _USUAL_FINISH:
        return tuned(finish(_USUAL_FINISH[figure]), said)
    if color is None:
        color = shaded(_MIDDLE, said[Role.SHADE]) if Role.SHADE in said else WHITEWASH
    return finish("painted metal" if figure == "studs" else "paint", color)


def substance(layer: Layer, noun: str, color: Rgb | None) -> Layer:
    """A layer of a substance of its own, in its colour or near to another."""
    if noun not in COATS or color is None:
        return replace(layer, name=noun)
    own = COATS[noun].finish
    return replace(layer, name=noun, finish=replace(own, color=_towards(own.color, color)))


def _towards(own: Rgb, color: Rgb) -> Rgb:
    """A natural colour in another hue: moss that is called green stays moss, called purple it is purple."""
    (h, s, v), (hue, saturation, value) = colorsys.rgb_to_hsv(*own), colorsys.rgb_to_hsv(*color)
    apart = (hue - h + 0.5) % 1 - 0.5
    turned, mixed = (0.2, 0.12) if abs(apart) < _KIN_HUES else (1.0, 0.4)
    return colorsys.hsv_to_rgb(
        (h + apart * turned) % 1, s + (saturation - s) * mixed, v + (value - v) * mixed
    )


def patch(layer: Layer, made_of: Finish) -> Layer:
    """A material somewhere on the surface: a thin leaf all over it, or a piece in its place."""
    if layer.place == "everywhere" or layer.words.endswith(" leaf"):
        return replace(layer, name="leaf gold", finish=made_of, place="")
    return replace(layer, name="material", finish=made_of)


def tuned(made_of: Finish, said: dict[Role, str]) -> Finish:
    """The material of an extra as its adjective has it."""
    names = [name for name, _ in w.ADJECTIVES[said[Role.ADJECTIVE]]] if Role.ADJECTIVE in said else []
    if "shiny" in names:
        return polished(made_of)
    if "matte" in names:
        return dulled(made_of)
    if "rust" in names and kind_of(made_of) == "metal":
        return replace(MATERIALS["rusty iron"], words=made_of.words)
    return made_of


def layer_names(word: Lexeme) -> set[str]:
    """The layers that a word speaks of."""
    names = {word.get(Role.NOUN), word.get(Role.FIGURE)} - {""}
    if Role.ADJECTIVE in word.senses:
        names |= {name for name, _ in w.ADJECTIVES[word.senses[Role.ADJECTIVE]]}
    return names | ({"cracked"} if "seams" in names else set())
