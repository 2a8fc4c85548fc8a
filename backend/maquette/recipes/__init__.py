"""The recipes, listed by hand: this list is also the server's allow list."""

from .finish import RECIPE as FINISH
from .procedural import RECIPE as PROCEDURAL
from .pull_weights import RECIPE as PULL_WEIGHTS
from .recipe import Receipt, Recipe, Request
from .starter import RECIPE as STARTER
from .starter_texture import RECIPE as STARTER_TEXTURE
from .texture_edit import RECIPE as TEXTURE_EDIT
from .texture_edit_sd15 import RECIPE as TEXTURE_EDIT_SD15
from .texture_enlarge import RECIPE as TEXTURE_ENLARGE
from .texture_procedural import RECIPE as TEXTURE_PROCEDURAL
from .texture_refine import RECIPE as TEXTURE_REFINE
from .texture_refine_sd15 import RECIPE as TEXTURE_REFINE_SD15
from .texture_sd15 import RECIPE as TEXTURE_SD15
from .texture_sdxl import RECIPE as TEXTURE_SDXL
from .trellis2_edit import RECIPE as TRELLIS2_EDIT
from .trellis2_image import RECIPE as TRELLIS2_IMAGE
from .trellis2_texture import RECIPE as TRELLIS2_TEXTURE
from .trellis_edit import RECIPE as TRELLIS_EDIT
from .trellis_image import RECIPE as TRELLIS_IMAGE
from .trellis_text import BASE as TRELLIS_TEXT_BASE
from .trellis_text import RECIPE as TRELLIS_TEXT
from .trellis_text import XLARGE as TRELLIS_TEXT_XLARGE
from .trellis_vary import RECIPE as TRELLIS_VARY
from .unwrap import RECIPE as UNWRAP

RECIPES: tuple[Recipe, ...] = (
    PROCEDURAL,
    STARTER,
    TEXTURE_PROCEDURAL,
    STARTER_TEXTURE,
    FINISH,
    TEXTURE_SDXL,
    TEXTURE_SD15,
    TEXTURE_REFINE,
    TEXTURE_REFINE_SD15,
    TEXTURE_ENLARGE,
    TEXTURE_EDIT,
    TEXTURE_EDIT_SD15,
    TRELLIS_IMAGE,
    TRELLIS_TEXT,
    TRELLIS_TEXT_BASE,
    TRELLIS_TEXT_XLARGE,
    TRELLIS_VARY,
    TRELLIS_EDIT,
    TRELLIS2_IMAGE,
    TRELLIS2_TEXTURE,
    TRELLIS2_EDIT,
    UNWRAP,
    PULL_WEIGHTS,
)

__all__ = ["RECIPES", "Receipt", "Recipe", "Request"]
