"""Meshes, materials and assets, and their files."""

from .asset import Asset
from .material import Material
from .mesh import Mesh

__all__ = ["Asset", "Material", "Mesh"]
