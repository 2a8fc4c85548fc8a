"""The maps that a mesh wears, made sharper: larger by super-resolution, finer by img2img of its views."""
