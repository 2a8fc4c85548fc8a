"""Scan conversion of 2-D triangles, by the fill rule of `render`."""

from maquette.render.fragments import Fragments, expand
from maquette.render.fragments import cover as rasterize

__all__ = ["Fragments", "expand", "rasterize"]
