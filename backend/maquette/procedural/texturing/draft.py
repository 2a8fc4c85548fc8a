"""What the clauses of a prompt add up to: a base and its layers, and which words came to nothing."""

from dataclasses import replace
from typing import Final

from maquette.procedural.materials import Finish, Rgb, finish
from maquette.procedural.prompt.colors import color_of, shaded
from maquette.procedural.prompt.description import Ignored

from . import words as w
from .clauses import BASE_ROLE, Clause
from .coats import COATS
from .description import Layer, SurfaceDescription
from .lexicon import Lexeme, Role
from .looks import textured
from .stack import PEELABLE
from .substances import WHITEWASH, figure_finish, layer_names, patch, senses_of, substance, tuned

MOST_LAYERS: Final = 8
_COVERED: Final = 1.35  # how much more lies on what is "covered in" it
_CHIPS: Final = 0.12  # share of a coat of paint that is gone where nothing is said
_MOST_CHIPS: Final = 1.1
_FLAKED: Final = 1.3
_BLEEDING: Final = 0.5  # how much of the rust on a painted surface comes through the paint
_GENERIC: Final = frozenset(
    {"metal", "metallic", "wood", "wooden", "timber", "stone", "rock", "rocky", "fabric", "cloth"}
)
_EMBERS: Final[Rgb] = (1.0, 0.33, 0.05)  # of a glow without a colour
_VERBS: Final = {"studded": "studs", "veined": "veins", "inlaid": "veins"}
_VERB_PLACES: Final = {"trimmed": "edges", "filled": "crevices"}


class Draft:
    """A description in the making: `add` takes the clauses one by one, `finish` gives the result."""

    def __init__(self, prompt: str) -> None:
        self.prompt = prompt
        self.material = self.material_text = self.color_text = self.shade = self.pattern = ""
        self.layers: list[Layer] = []
        self.ignored: list[Ignored] = []
        self._notes: list[str] = []
        self._absent: set[str] = set()
        self._chips = 0.0
        self._flaking = ""  # a word for lost paint that says nothing else
        self._is_new = self._glows = False

    @property
    def is_understood(self) -> bool:
        """Whether anything was."""
        said = self.material or self.color_text or self.shade or self.pattern
        return bool(said or self.layers or self._is_new)

    def add(self, clause: Clause) -> None:
        """Takes one clause into account."""
        if clause.role is Role.WITHOUT:
            self._absent |= {name for word in clause.words for name in layer_names(word)}
        elif clause.role is BASE_ROLE and not (self.material and clause.has_head):
            self._base(clause)
        else:
            self._extra(clause)

    def finish(self) -> SurfaceDescription:
        """The description of all clauses so far."""
        if self._flaking and not any(layer.name in PEELABLE for layer in self.layers):
            self._put(Layer("worn", _FLAKED, words=self._flaking))  # there is no paint to go
        layers = [layer for layer in self.layers if layer.name not in self._absent]
        if not self.material:
            self.material = self._usual(layers)
            if not self.color_text or layers:
                self._notes.append(f"no material was named: {self.material}")
        layers = [self._corroding(layer) for layer in layers]
        layers = self._peeling(layers)
        if len(layers) > MOST_LAYERS:
            dropped = ", ".join(layer.words for layer in layers[MOST_LAYERS:])
            self.ignored.append(Ignored(dropped, f"more than {MOST_LAYERS} layers"))
        return SurfaceDescription(
            self.prompt,
            self._base_finish(),
            tuple(layers[:MOST_LAYERS]),
            self._is_new,
            self._glows,
            tuple(self._notes),
            tuple(self.ignored),
        )

    def _usual(self, layers: list[Layer]) -> str:
        """The material to take where none was named."""
        if self.color_text and not any(layer.name in w.DEFAULT_BASE for layer in layers):
            return "plastic"
        return next((w.DEFAULT_BASE[x.name] for x in layers if x.name in w.DEFAULT_BASE), "stone")

    def _corroding(self, layer: Layer) -> Layer:
        """Only iron rusts: copper and its alloys turn green, silver turns black."""
        name = w.CORROSION.get(self.material, "rust") if layer.name == "rust" else layer.name
        return replace(layer, name=name)

    def _peeling(self, layers: list[Layer]) -> list[Layer]:
        """Gives coats of paint what is gone of them, and puts rust under them as well as on top."""
        if not any(layer.name in PEELABLE for layer in layers):
            return layers
        gone = 0.0 if self._is_new else min(_MOST_CHIPS, _CHIPS + self._chips)
        layers = [replace(layer, amount=gone) if layer.name in PEELABLE else layer for layer in layers]
        rust = [layer for layer in layers if layer.name == "rust"]
        under = [replace(layer, name="underrust", amount=layer.amount + 0.6, words="") for layer in rust]
        above = [replace(x, amount=x.amount * _BLEEDING) if x in rust else x for x in layers]
        return [*above, *under]

    def _base_finish(self) -> Finish:
        base = textured(self.material_text, self.material)
        words = self.material_text or self.material
        own = w.OWN_COLORS.get(self.material_text, "")
        if self.color_text and not any(layer.name == "paint" for layer in self.layers):
            base = textured(self.material_text, self.material, color_of(self.color_text))
            words = f"{self.color_text} {words}"
        elif self.shade or own:
            color = color_of(own) if own else base.color
            shade = shaded(color, self.shade) if self.shade else color
            base = textured(self.material_text, self.material, shade)
            words = f"{self.shade} {words}".strip()
        if self.pattern:
            pattern, scale, contrast, relief = w.PATTERN_WORDS[self.pattern]
            base = replace(base, pattern=pattern, scale=scale, contrast=contrast, relief=relief)
            words = f"{self.pattern} {words}"
        return replace(base, words=words)

    def _base(self, clause: Clause) -> None:
        words = self._figure_of_base(clause)
        amount = 1.0
        for word in words:
            said = word.senses
            if Role.CHIPPED in said:
                self._chips += w.CHIPPED[said[Role.CHIPPED]] * amount
                self._flaking = self._flaking if Role.ADJECTIVE in said else word.text
            if Role.MATERIAL in said:
                self._name(word)
            elif Role.ADJECTIVE in said:
                self._adjective(word, amount, clause.place)
                amount = 1.0
            elif Role.COLOR in said:
                self._colour(word)
            elif Role.PLATED in said:
                self._plate(word)
            elif Role.AMOUNT in said:
                amount = w.AMOUNTS[said[Role.AMOUNT]]
                self.shade = said.get(Role.SHADE, self.shade)
            elif Role.NOUN in said:
                self._noun_of_base(word, clause)
            else:
                self._property(word)
        if any(Role.PAINTED in word.senses for word in words) or self.material == "paint":
            if self.material == "paint":
                self.material = self.material_text = ""
            self._paint(Layer("paint", words=f"{self.color_text} paint".strip()), self.color_text)

    def _figure_of_base(self, clause: Clause) -> list[Lexeme]:
        """Takes "red and white stripes" out of the base: the last colour is theirs."""
        figures = [
            word for word in clause.words if Role.FIGURE in word.senses and Role.MATERIAL not in word.senses
        ]
        if not figures:
            return clause.words
        rest = [word for word in clause.words if word not in figures]
        colors = [word for word in rest if Role.COLOR in word.senses]
        own = colors[-1:] if not any(Role.MATERIAL in word.senses for word in rest) else []
        self._extra(Clause(Role.WITH, [*own, *figures], clause.place))
        return [word for word in rest if word not in own]

    def _property(self, word: Lexeme) -> None:
        if Role.NEW in word.senses:
            self._is_new = True
        elif Role.GLOWING in word.senses:
            self._glows = True
        elif Role.PATTERN in word.senses:
            self.pattern = word.senses[Role.PATTERN]
        elif Role.SHADE in word.senses:
            self.shade = word.senses[Role.SHADE]

    def _noun_of_base(self, word: Lexeme, clause: Clause) -> None:
        """A substance named as the surface: mud is the ground itself, rust lies on iron."""
        noun = word.senses[Role.NOUN]
        if not self.material and noun in w.NOUN_BASES and word is clause.words[-1]:
            self.material, self.material_text = w.NOUN_BASES[noun], word.text
        else:
            self._extra(Clause(Role.WITH, [word], clause.place))

    def _name(self, word: Lexeme) -> None:
        """A material named for the base: the more telling word wins, else the later."""
        value = word.senses[Role.MATERIAL]
        if self.material and word.text in _GENERIC:
            return
        if self.material and self.material_text not in _GENERIC and self.material != value:
            self.ignored.append(Ignored(self.material_text, f"the surface is of {word.text}"))
        self.material, self.material_text = value, w.SHOWN.get(word.text, word.text)

    def _adjective(self, word: Lexeme, amount: float, place: str = "") -> None:
        text = word.text if amount == 1 else f"{'very' if amount > 1 else 'slightly'} {word.text}"
        for index, (name, strength) in enumerate(w.ADJECTIVES[word.senses[Role.ADJECTIVE]]):
            self._put(Layer(name, strength * amount, place=place, words=text if index == 0 else ""))

    def _colour(self, word: Lexeme) -> None:
        if self.color_text:
            self.ignored.append(Ignored(word.text, f"the surface is {self.color_text} already"))
        else:
            self.color_text = word.senses[Role.COLOR]

    def _plate(self, word: Lexeme) -> None:
        """ "gold plated", "gilded": the material named before is a thin coat, on another or on steel."""
        named = self.material if word.text not in ("gilded", "gilt") else ""
        self._put(Layer("leaf gold", finish=finish(named or "gold"), words=f"{named or 'gold'} plating"))
        if named:
            self.material = self.material_text = ""

    def _extra(self, clause: Clause) -> None:
        """What a clause puts on the surface."""
        said = senses_of(clause)
        color = color_of(said[Role.COLOR]) if Role.COLOR in said else None
        layer = self._outline(clause, said)
        figure = said.get(Role.FIGURE, _VERBS.get(clause.verb.split(" ")[0], "") if not layer.place else "")
        material, noun = said.get(Role.MATERIAL, ""), said.get(Role.NOUN, "")
        if layer.glow and color is None:
            color = _EMBERS
        if Role.CHIPPED in said or noun == "chipped":
            self._chips += w.CHIPPED.get(said.get(Role.CHIPPED, ""), 0.3)
        if material == "paint" and not figure:
            self._paint(layer, said.get(Role.COLOR, ""))
        elif figure == "seams" and not (material or color or noun in COATS) and "kintsugi" not in layer.words:
            self._put(replace(layer, name="cracked"))
        elif figure:
            self._put(replace(layer, name=figure, finish=figure_finish(figure, material, noun, color, said)))
        elif noun and noun != "chipped":
            self._put(substance(layer, noun, color))
        elif material:
            self._put(patch(layer, tuned(finish(material, color), said)))
        elif Role.ADJECTIVE in said:
            for word in (word for word in clause.words if Role.ADJECTIVE in word.senses):
                self._adjective(word, layer.amount, clause.place)
        elif color:
            self._put(replace(layer, name="material", finish=finish("paint", color)))
        elif noun != "chipped" and Role.CHIPPED not in said:
            idle = (word.text for word in clause.words if word.senses)
            self.ignored += [Ignored(text, "it says nothing of a surface here") for text in idle]

    def _outline(self, clause: Clause, said: dict[Role, str]) -> Layer:
        """How much, where and in what words; what it is stays open."""
        verb = clause.verb.split(" ")[0]
        amount = w.AMOUNTS[said[Role.AMOUNT]] if Role.AMOUNT in said else 1.0
        if verb and verb not in (*_VERBS, *_VERB_PLACES):
            amount *= _COVERED
        place = clause.place or said.get(Role.MARK, "") or _VERB_PLACES.get(verb, "")
        if not place and Role.MATERIAL in said and Role.FIGURE not in said:
            place = said.get(Role.SPOT, "")
        words = " ".join(word.text for word in clause.words if word.senses)
        return Layer("", amount, place=place, glow=Role.GLOWING in said, words=words)

    def _paint(self, layer: Layer, color_text: str) -> None:
        color = color_of(color_text) if color_text else WHITEWASH
        painted = replace(COATS["paint"].finish, color=color, second=None)
        name = "material" if layer.place else "paint"
        self._put(replace(layer, name=name, finish=painted))

    def _put(self, layer: Layer) -> None:
        """Adds a layer; the same one said twice is one, the stronger."""
        for index, other in enumerate(self.layers):
            same = other.name == layer.name and (other.finish == layer.finish or (other.glow and layer.glow))
            if same and layer.name != "material":
                amount = max(other.amount, layer.amount)
                self.layers[index] = replace(other, amount=amount, place=layer.place or other.place)
                return
        self.layers.append(layer)
