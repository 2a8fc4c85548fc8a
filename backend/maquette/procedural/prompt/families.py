"""Material words that leave a choice: "wooden" is any wood, and the seed picks which."""

from typing import Final

FAMILIES: Final[dict[str, tuple[str, ...]]] = {  # family -> materials, the most typical first
    "wood": ("oak", "walnut", "pine", "mahogany"),
    "metal": ("steel", "brushed steel", "iron", "aluminium"),
}

_FAMILY_WORDS: Final = {
    "wood": "wood",
    "wooden": "wood",
    "timber": "wood",
    "metal": "metal",
    "metallic": "metal",
}
_MEMBERS: Final = {
    "wood": frozenset(
        {"oak", "walnut", "pine", "mahogany", "ebony", "bamboo", "driftwood", "painted wood"},
    ),
    "metal": frozenset(
        {
            *(
                "iron",
                "steel",
                "brushed steel",
                "aluminium",
                "chrome",
                "silver",
                "gold",
                "brass",
                "copper",
                "bronze",
            ),
            *("rusty iron", "painted metal"),
        }
    ),
}


def family_of(word: str, material: str, widen: bool = False) -> str:
    """The family that a word leaves open, else the material; `widen`: the family the material is of."""
    if word in _FAMILY_WORDS:
        return _FAMILY_WORDS[word]
    if widen:
        return next((family for family, members in _MEMBERS.items() if material in members), "")
    return material


def display(word: str, material: str) -> str:
    """The noun that people are told for a material word: wooden -> wood, golden -> gold."""
    return _FAMILY_WORDS.get(word, material)


def is_a(material: str, family: str) -> bool:
    """Whether a material is a wood or a metal."""
    return material in _MEMBERS[family]
