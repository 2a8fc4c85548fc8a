"""Extraction, simplification and unwrapping of meshes; numpy and scipy only."""
