# SPDX-License-Identifier: GPL-3.0-or-later
"""Maquette for Blender: prompts become textured objects."""

from .registration import register, unregister

__all__ = ["register", "unregister"]
