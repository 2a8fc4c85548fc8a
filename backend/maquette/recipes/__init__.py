"""The recipes, listed by hand: this list is also the server's allow list."""

from .finish import RECIPE as FINISH
from .procedural import RECIPE as PROCEDURAL
from .pull_weights import RECIPE as PULL_WEIGHTS
from .recipe import Receipt, Recipe, Request
from .texture_edit import RECIPE as TEXTURE_EDIT
from .texture_edit_sd15 import RECIPE as TEXTURE_EDIT_SD15
from .texture_procedural import RECIPE as TEXTURE_PROCEDURAL
from .texture_refine import RECIPE as TEXTURE_REFINE
from .texture_refine_sd15 import RECIPE as TEXTURE_REFINE_SD15
from .texture_sd15 import RECIPE as TEXTURE_SD15
from .texture_sdxl import RECIPE as TEXTURE_SDXL
from .unwrap import RECIPE as UNWRAP

RECIPES: tuple[Recipe, ...] = (
    PROCEDURAL,
    TEXTURE_PROCEDURAL,
    FINISH,
    TEXTURE_SDXL,
    TEXTURE_SD15,
    TEXTURE_REFINE,
    TEXTURE_REFINE_SD15,
    TEXTURE_EDIT,
    TEXTURE_EDIT_SD15,
    UNWRAP,
    PULL_WEIGHTS,
)

__all__ = ["RECIPES", "Receipt", "Recipe", "Request"]
