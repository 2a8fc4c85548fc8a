"""Finishes as textures show them: some that the library has no own material for, cloth in larger threads."""

from dataclasses import replace
from typing import Final

from maquette.procedural.materials import Finish, Rgb, finish

_LOOKS: Final[dict[str, Finish]] = {  # word -> finish
    "denim": Finish("fabric", (0.20, 0.29, 0.46), 0, 0.90, "weave", 0.011, 0.75, 0.0010, (0.60, 0.66, 0.76)),
    "burlap": Finish("fabric", (0.62, 0.50, 0.33), 0, 0.95, "weave", 0.018, 0.7, 0.0022, (0.33, 0.25, 0.15)),
    "carbon fiber": Finish("carbon fiber", (0.06, 0.06, 0.065), 0.3, 0.24, "weave", 0.024, 1.0, 0.0003,
                           (0.20, 0.20, 0.21)),
    "obsidian": Finish("obsidian", (0.035, 0.033, 0.04), 0, 0.07, "glaze", 0.2, 0.3, 0.0006),
}  # fmt: skip
_ALIKE: Final = {"carbon fibre": "carbon fiber"}
_FINEST_WEAVE: Final = 0.010  # threads that a map of the usual size can show


def textured(word: str, material: str, color: Rgb | None = None) -> Finish:
    """The finish for a word that names a material, in its own colour or another."""
    own = _LOOKS.get(_ALIKE.get(word, word))
    if own is not None:
        return own if color is None else replace(own, color=color, second=None)
    base = finish(material, color)
    if base.pattern != "weave" or base.scale >= _FINEST_WEAVE:
        return base
    grown = _FINEST_WEAVE / base.scale
    return replace(base, scale=_FINEST_WEAVE, relief=base.relief * grown)
