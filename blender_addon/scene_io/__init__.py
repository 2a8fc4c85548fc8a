# SPDX-License-Identifier: GPL-3.0-or-later
"""The only files that build or read Blender's data."""
