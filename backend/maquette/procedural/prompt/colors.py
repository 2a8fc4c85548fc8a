"""Colour words: names, synonyms, and shades such as "dark green" or "pastel pink". All sRGB, 0 to 1."""

import colorsys
from collections.abc import Iterator
from typing import Final

from maquette.procedural.materials import COLORS, Rgb

SYNONYMS: Final[dict[str, str]] = {  # word -> words that color_of understands
    "scarlet": "bright red",
    "crimson": "deep red",
    "ruby": "deep red",
    "vermilion": "bright red",
    "cherry red": "red",
    "blood red": "dark red",
    "brick red": "dark red",
    "burgundy": "maroon",
    "wine red": "maroon",
    "rust coloured": "dark orange",
    "amber": "bright orange",
    "tangerine": "bright orange",
    "peach": "pale orange",
    "salmon": "pale red",
    "coral": "light red",
    "lemon": "bright yellow",
    "mustard": "dark yellow",
    "ochre": "dark yellow",
    "emerald": "deep green",
    "forest green": "dark green",
    "sage": "pale olive",
    "mint": "pale green",
    "lime green": "lime",
    "olive green": "olive",
    "khaki": "light olive",
    "cyan": "turquoise",
    "aqua": "turquoise",
    "aquamarine": "turquoise",
    "azure": "bright blue",
    "cobalt": "deep blue",
    "sapphire": "deep blue",
    "sky blue": "light blue",
    "baby blue": "pale blue",
    "navy blue": "navy",
    "royal blue": "deep blue",
    "indigo": "deep violet",
    "lavender": "pale violet",
    "lilac": "light violet",
    "mauve": "pale purple",
    "magenta": "bright pink",
    "fuchsia": "bright pink",
    "hot pink": "bright pink",
    "rose pink": "pink",
    "tan": "light brown",
    "sandy": "beige",
    "chocolate": "dark brown",
    "coffee": "dark brown",
    "caramel": "light brown",
    "chestnut": "deep brown",
    "off white": "cream",
    "snow white": "white",
    "whitish": "white",
    "gray": "grey",
    "charcoal": "dark grey",
    "anthracite": "dark grey",
    "ginger": "light brown",
    "blonde": "pale yellow",
    "plum": "dark purple",
    "rust": "dark orange",
    "apricot": "light orange",
    "canary": "bright yellow",
    "jade green": "muted green",
    "sea green": "teal",
    "seafoam": "pale turquoise",
    "ocean": "deep blue",
    "midnight": "navy",
    "ice blue": "pale blue",
    "powder blue": "pale blue",
    "electric blue": "bright blue",
    "denim blue": "muted blue",
    "petrol": "dark teal",
    "blue green": "teal",
    "green blue": "teal",
    "yellow green": "lime",
    "orange red": "bright red",
    "amethyst": "purple",
    "blush": "pale pink",
    "ebony black": "black",
    "silver grey": "light grey",
    "blue grey": "muted blue",
    "taupe": "light brown",
    "sepia": "brown",
    "eggshell": "cream",
    "vanilla": "cream",
    "jet black": "black",
    "pitch black": "black",
    "reddish": "red",
    "bluish": "blue",
    "greenish": "green",
    "yellowish": "yellow",
    "brownish": "brown",
    "greyish": "grey",
}

ISH: Final[dict[str, str]] = {  # word -> the colour that it mixes into the next ("reddish brown")
    word: color for word, color in SYNONYMS.items() if word.endswith("ish") and color in COLORS
}
_MIX: Final = 0.35
_KIN: Final[dict[str, tuple[str, ...]]] = {  # names that people put behind a shade of this colour
    "maroon": ("red",),
    "pink": ("red", "purple"),
    "violet": ("purple", "blue"),
    "turquoise": ("blue", "green"),
    "teal": ("blue", "green"),
    "olive": ("green",),
    "navy": ("blue",),
    "cream": ("white",),
    "beige": ("brown",),
}

SHADES: Final[dict[str, str]] = {  # word -> one of _shade's cases
    "dark": "dark",
    "deep": "deep",
    "rich": "deep",
    "light": "light",
    "pale": "pale",
    "pastel": "pale",
    "soft": "pale",
    "faded": "pale",
    "bright": "bright",
    "vivid": "bright",
    "neon": "bright",
    "vibrant": "bright",
    "dusty": "muted",
    "muted": "muted",
}


def color_of(words: str) -> Rgb:
    """The sRGB of "red", "navy blue", "dark green", "light sky blue", "reddish brown", "#ff8800" or "#f80".

    KeyError for anything else.
    """
    if words.startswith("#"):
        digits = words[1:] if len(words) == 7 else "".join(2 * digit for digit in words[1:])
        return int(digits[:2], 16) / 255, int(digits[2:4], 16) / 255, int(digits[4:], 16) / 255
    words = SYNONYMS.get(words, words)
    if words in COLORS:
        return COLORS[words]
    first, _, rest = words.partition(" ")
    if first in ISH:
        (r, g, b), (s, t, u) = color_of(rest), COLORS[ISH[first]]
        return r + (s - r) * _MIX, g + (t - g) * _MIX, b + (u - b) * _MIX
    if first in SHADES:
        return shaded(color_of(rest), SHADES[first])
    if not rest:
        raise KeyError(words)
    return color_of(first)  # "emerald green"


def color_phrases() -> Iterator[str]:
    """All that `color_of` understands, but for hexadecimal digits."""
    for color in (*COLORS, *SYNONYMS):
        yield color
        yield from (f"{shade} {color}" for shade in SHADES)
    yield from (f"{ish} {color}" for ish in ISH for color in COLORS)
    for word, meaning in SYNONYMS.items():
        hue = meaning.rsplit(" ", 1)[-1]
        if " " not in word and word not in ISH:
            yield from (f"{word} {other}" for other in (hue, *_KIN.get(hue, ())))


def shaded(rgb: Rgb, shade: str) -> Rgb:
    """A colour made dark, deep, light, pale, bright or muted, in hue, lightness and saturation."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*rgb)
    if shade == "dark":
        lightness *= 0.5
    elif shade == "deep":
        lightness, saturation = lightness * 0.75, min(1.0, saturation * 1.15)
    elif shade == "light":
        lightness = lightness + (1 - lightness) * 0.42
    elif shade == "pale":
        lightness, saturation = lightness + (1 - lightness) * 0.6, saturation * 0.75
    elif shade == "bright":
        lightness, saturation = (
            lightness * 0.85 + 0.12,
            min(1.0, saturation * 1.3 + 0.02 * (saturation > 0.05)),
        )
    else:
        saturation *= 0.5
    return colorsys.hls_to_rgb(hue, min(0.95, lightness), saturation)


def varied(rgb: Rgb, hue_shift: float, value_factor: float) -> Rgb:
    """The colour turned by a part of the hue circle and made lighter or darker by a factor."""
    hue, saturation, value = colorsys.rgb_to_hsv(*rgb)
    return colorsys.hsv_to_rgb((hue + hue_shift) % 1, saturation, min(0.97, value * value_factor))
