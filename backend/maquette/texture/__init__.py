"""Texture maps: bakes and fills."""
