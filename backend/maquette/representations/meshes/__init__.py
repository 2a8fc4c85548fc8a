"""Meshes to dual grids."""
