"""Published and own 3D models: their networks, files and pipelines."""
