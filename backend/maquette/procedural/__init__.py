"""Parametric assets as signed-distance programs with materials and captions."""
