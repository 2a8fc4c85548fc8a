"""Distance fields to meshes."""
