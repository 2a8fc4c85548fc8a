"""Signed-distance programs as tensor programs: many objects at once, on any device.

Held to the nodes of `maquette.procedural.sdf` by a test, point by point.
"""
