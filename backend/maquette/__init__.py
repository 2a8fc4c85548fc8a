"""Maquette: 3D generation for people who work in Blender."""

__version__ = "0.1.0"
