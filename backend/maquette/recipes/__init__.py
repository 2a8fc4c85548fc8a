"""The recipes, listed by hand: this list is also the server's allow list."""

from .procedural import RECIPE as PROCEDURAL
from .pull_weights import RECIPE as PULL_WEIGHTS
from .recipe import Receipt, Recipe, Request

RECIPES: tuple[Recipe, ...] = (PROCEDURAL, PULL_WEIGHTS)

__all__ = ["RECIPES", "Receipt", "Recipe", "Request"]
