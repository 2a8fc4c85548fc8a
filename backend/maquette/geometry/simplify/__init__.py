"""Fewer triangles, and better ones."""
