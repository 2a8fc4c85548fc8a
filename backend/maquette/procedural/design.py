"""From a description to a design: finishes for all parts; the seed fills in what the prompt left open."""

import colorsys
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from .kind import STRETCH, Design, PartSpec
from .materials import COLORS, MATERIALS, Finish, Rgb, finish
from .prompt.colors import shaded, varied
from .prompt.description import Description, Look
from .prompt.families import DYED, FAMILIES, is_a

ASKED_HUE, ASKED_VALUE = 0.008, 0.05  # how far seeds stray from a colour that was asked for
FREE_HUE, FREE_VALUE = 0.015, 0.12  # and from one that was not

NEARLY_BLACK: Final = 0.2  # sRGB, the strongest channel


def _shiny(f: Finish) -> Finish:
    return replace(f, roughness=max(0.05, f.roughness * 0.4), relief=f.relief * 0.4)


def _satin(f: Finish) -> Finish:
    return replace(f, roughness=0.38 + (f.roughness - 0.38) * 0.3)


def _matte(f: Finish) -> Finish:
    return replace(f, roughness=1 - (1 - f.roughness) * 0.35, opacity=1 - (1 - f.opacity) * 0.6)


def _rough(f: Finish) -> Finish:
    return replace(
        f, roughness=1 - (1 - f.roughness) * 0.4, relief=f.relief * 2.5, contrast=min(1.0, f.contrast * 1.3)
    )


def _smooth(f: Finish) -> Finish:
    return replace(f, roughness=f.roughness * 0.75, relief=f.relief * 0.2)


def _weathered(f: Finish) -> Finish:
    grey = sum(f.color) / 3
    faded = tuple(0.82 * (0.75 * c + 0.25 * grey) for c in f.color)
    return replace(
        f,
        color=(faded[0], faded[1], faded[2]),
        roughness=1 - (1 - f.roughness) * 0.6,
        opacity=1 - (1 - f.opacity) * 0.8,
        relief=f.relief * 2 + 0.0002,
        contrast=min(1.0, f.contrast * 1.6 + 0.1),
    )


def _clean(f: Finish) -> Finish:
    return replace(f, roughness=f.roughness * 0.85, relief=f.relief * 0.6, contrast=f.contrast * 0.6)


def _glowing(f: Finish) -> Finish:
    hue, saturation, value = colorsys.rgb_to_hsv(*f.color)
    bright = colorsys.hsv_to_rgb(hue, saturation, max(value, 0.85))
    return replace(f, color=bright, metallic=0, second=None, emission=max(f.emission, 0.8), opacity=1.0)


GLOSS: Final[dict[str, Callable[[Finish], Finish]]] = {
    "shiny": _shiny,
    "satin": _satin,
    "matte": _matte,
    "rough": _rough,
    "smooth": _smooth,
    "weathered": _weathered,
    "clean": _clean,
    "glowing": _glowing,
}


def design(description: Description, seed: int, stretch: tuple[float, float, float] | None = None) -> Design:
    """The design that a kind's builder reads. `stretch` overrides the factors of the description.

    A part's finish is what the prompt says of it, else that of the part it follows, else a usual one by the
    seed.
    """
    numbers = Design(description.kind.name, seed, {})
    finishes: dict[str, Finish] = {}
    specs = {spec.name: spec for spec in description.kind.parts}
    for spec in description.kind.parts:
        _resolve(spec, specs, description.looks, numbers, finishes)
    factors = description.factors
    x, y, z = stretch or (factors.get("x", 1.0), factors.get("y", 1.0), factors.get("z", 1.0))
    return replace(
        numbers,
        finishes=finishes,
        stretch=(x, y, z),
        thickness=factors.get("thickness", 1.0),
        shapes=description.shapes,
        counts=description.counts,
        present=description.present,
        colored=frozenset(name for name, look in description.looks.items() if look.color),
    )


def stretch_of(description: Description, natural: tuple[float, float, float]) -> tuple[float, float, float]:
    """The stretch that words ask for, given the natural size: "long" is along the longest side."""
    factors = [description.factors.get(axis, 1.0) for axis in STRETCH]
    longest = max(range(3), key=lambda i: natural[i])
    factors[longest] *= description.factors.get("longest", 1.0)
    return factors[0], factors[1], factors[2]


def _resolve(
    spec: PartSpec,
    specs: Mapping[str, PartSpec],
    looks: Mapping[str, Look],
    numbers: Design,
    finishes: dict[str, Finish],
) -> Finish:
    """The finish of a part, and of those that it follows, into `finishes`."""
    if spec.name not in finishes:
        followed = (
            _resolve(specs[spec.follows], specs, looks, numbers, finishes) if spec.follows in specs else None
        )
        look = looks.get(spec.name)
        if look is None and followed is not None:
            found = followed
        else:
            found = _finish(spec, look or Look(), followed, numbers)
        finishes[spec.name] = replace(found, opacity=max(found.opacity, spec.least_opacity))
    return finishes[spec.name]


def _finish(spec: PartSpec, look: Look, followed: Finish | None, numbers: Design) -> Finish:
    material = _material(spec, look, followed, numbers)
    color, words, free = look.color, look.color_words, not look.material
    if color is None and not look.material and followed is not None:
        color = followed.color
        words = followed.words.removesuffix(followed.material).strip()
    elif color is None and spec.colors and material in spec.materials and (free or material in DYED):
        words = _pick(spec.colors, f"color {spec.name}", numbers)
        color = COLORS[words]
    if look.shade and not look.color_words:
        color = shaded(color or MATERIALS[material].color, look.shade)
        words = f"{look.shade} {words}".strip()
    result = _with_color(material, color, spec.name, look.color is not None, numbers)
    for gloss in look.glosses:
        for _ in range(2 if gloss.startswith("very ") else 1):
            result = GLOSS[gloss.removeprefix("very ")](result)
    return replace(result, words=" ".join(x for x in (*look.glosses, words, material) if x))


def _material(spec: PartSpec, look: Look, followed: Finish | None, numbers: Design) -> str:
    """The material asked for, or a usual one by the seed. A colour alone is paint on wood or metal."""
    members = FAMILIES.get(look.material)
    if members:
        usual = tuple(m for m in spec.materials if m in members)
        return _pick(usual or members, f"material {spec.name}", numbers)
    if look.material:
        return look.material
    material = followed.material if followed else _pick(spec.materials, f"material {spec.name}", numbers)
    if look.color is None or material.startswith("painted"):
        return material
    if is_a(material, "wood"):
        return "painted wood"
    return "painted metal" if is_a(material, "metal") else material


def _with_color(material: str, color: Rgb | None, part: str, asked: bool, numbers: Design) -> Finish:
    """The material in its colour or another, varied a little by the seed."""
    hue, value = (ASKED_HUE, ASKED_VALUE) if asked else (FREE_HUE, FREE_VALUE)
    shift = numbers.number(f"hue {part}", -hue, hue)
    factor = numbers.number(f"value {part}", 1 - value, 1 + value)
    plain = finish(material, color)
    if color is not None and plain.pattern == "grain":
        plain = _stained(plain)
    second = None if plain.second is None else varied(plain.second, shift, factor)
    return replace(plain, color=varied(plain.color, shift, factor), second=second)


def _stained(f: Finish) -> Finish:
    """Tinted wood whose grain shows through: dark lines in the stain, pale ones where it is nearly black."""
    red, green, blue = f.color
    if max(f.color) < NEARLY_BLACK:
        second = (red + 0.16, green + 0.14, blue + 0.12)
    else:
        depth = 0.3 + 0.35 * min(f.color)  # whitewash veils the grain more than a deep colour does
        second = (red * depth, green * depth * 0.96, blue * depth * 0.9)
    return replace(f, second=second, contrast=min(1.0, f.contrast + 0.25))


def _pick(options: tuple[str, ...], name: str, numbers: Design) -> str:
    """One of the options by the seed, the earlier ones likelier."""
    return options[int(len(options) * numbers.unit(name) ** 1.5)]
