"""Part of the maps that a mesh wears, changed: painted anew, or moved from one prompt to another."""
