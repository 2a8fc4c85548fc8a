"""Rasterising and shading on the CPU."""
