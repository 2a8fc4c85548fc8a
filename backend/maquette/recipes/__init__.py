"""The recipes, listed by hand: this list is also the server's allow list."""

from .procedural import RECIPE as PROCEDURAL
from .recipe import Recipe, Request

RECIPES: tuple[Recipe, ...] = (PROCEDURAL,)

__all__ = ["RECIPES", "Recipe", "Request"]
