"""What was understood of a prompt for a texture: the material below, the layers on it, what was ignored."""

from dataclasses import dataclass

from maquette.procedural.materials import Finish
from maquette.procedural.prompt.description import Ignored


@dataclass(frozen=True)
class Layer:
    """One thing that the prompt puts on the surface or does to it.

    `name` is one of stack.ORDER; `finish` what it is made of where its name leaves that open; `place` one of
    places.PLACES, or "" for its own. `amount` 1 is typical, 2 a lot. `words` is what people are told.
    """

    name: str
    amount: float = 1.0
    finish: Finish | None = None
    place: str = ""
    glow: bool = False
    words: str = ""


@dataclass(frozen=True)
class SurfaceDescription:
    """A prompt as read."""

    prompt: str
    base: Finish
    layers: tuple[Layer, ...] = ()
    is_new: bool = False  # "clean", "new": without the traces of use that everything has
    glows: bool = False  # the base shines in its own colour
    notes: tuple[str, ...] = ()
    ignored: tuple[Ignored, ...] = ()

    @property
    def understood(self) -> str:
        """One line for people: "iron; rusty; green moss"."""
        return "; ".join([self.base.words, *(layer.words for layer in self.layers if layer.words)])
