"""How good meshes, UVs and textures are: numbers that tests and benchmarks share."""
