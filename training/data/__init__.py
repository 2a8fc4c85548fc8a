"""Data of the starter model, made by the procedural kinds: fields, parts, palettes, captions and pictures.

The layout of a data set is told in `dataset`.
"""
