"""The recipes, listed by hand: this list is also the server's allow list."""

from .procedural import RECIPE as PROCEDURAL
from .pull_weights import RECIPE as PULL_WEIGHTS
from .recipe import Receipt, Recipe, Request
from .texture_procedural import RECIPE as TEXTURE_PROCEDURAL

RECIPES: tuple[Recipe, ...] = (PROCEDURAL, TEXTURE_PROCEDURAL, PULL_WEIGHTS)

__all__ = ["RECIPES", "Receipt", "Recipe", "Request"]
