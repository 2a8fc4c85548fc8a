"""Material words that leave a choice: "wooden" is any wood, and the seed picks which."""

from typing import Final

FAMILIES: Final[dict[str, tuple[str, ...]]] = {  # family -> materials, the most typical first
    "wood": ("oak", "walnut", "pine", "mahogany"),
    "metal": ("steel", "brushed steel", "iron", "aluminium"),
}

EXTRA_MATERIALS: Final[dict[str, str]] = {  # phrase -> name in materials.MATERIALS that looks most like it
    "dark wood": "walnut",
    "light wood": "pine",
    "rusted steel": "rusty iron",
    "rusted metal": "rusty iron",
    "rusted iron": "rusty iron",
    "rose gold": "copper",
    "white gold": "silver",
    "platinum": "silver",
    "pewter": "brushed steel",
    "titanium": "brushed steel",
    "gunmetal": "iron",
    "damascus steel": "brushed steel",
    **dict.fromkeys(("ash", "beech", "cedar", "spruce wood", "plywood", "balsa", "larch"), "pine"),
    **dict.fromkeys(("elm", "chestnut wood", "yew", "acacia"), "oak"),
    **dict.fromkeys(("rosewood", "redwood", "cherrywood"), "mahogany"),
    **dict.fromkeys(("transparent", "translucent", "see through"), "glass"),
    **dict.fromkeys(("silk", "satin fabric", "denim", "felt", "tweed", "suede fabric"), "fabric"),
    "suede": "leather",
    "faux leather": "leather",
    "beeswax": "wax",
    "obsidian": "slate",
    "basalt": "slate",
    "adobe": "clay",
    "papier mache": "paper",
}

_SHOWN: Final = {"rose gold": "rose gold", "white gold": "white gold", "platinum": "platinum"}

DYED: Final = frozenset(  # materials that come in any colour, so that naming one says nothing of it
    {
        *(
            "plastic",
            "fabric",
            "velvet",
            "leather",
            "wool",
            "ceramic",
            "porcelain",
            "glass",
            "crystal",
            "wax",
        ),
        *(
            "painted wood",
            "painted metal",
            "paint",
            "car paint",
            "plaster",
            "paper",
            "petal",
            "rubber",
            "fur",
        ),
        *("leaf", "mushroom", "lit"),
    }
)

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
    return _FAMILY_WORDS.get(word, _SHOWN.get(word, material))


def is_a(material: str, family: str) -> bool:
    """Whether a material is a wood or a metal."""
    return material in _MEMBERS[family]
