"""Bakes pictures of an object from several views into its texture, and completes what none has seen."""

from .bake import bake_views
from .blending import BakedViews, blend
from .completion import complete
from .planning import orbit, plan_views
from .projection import ProjectionOptions, project_texels
from .redo import redo_view
from .rendering import PixelLookup, look_up_pixels, render, render_views
from .view import View, ViewProjection

__all__ = [
    "BakedViews",
    "PixelLookup",
    "ProjectionOptions",
    "View",
    "ViewProjection",
    "bake_views",
    "blend",
    "complete",
    "look_up_pixels",
    "orbit",
    "plan_views",
    "project_texels",
    "redo_view",
    "render",
    "render_views",
]
