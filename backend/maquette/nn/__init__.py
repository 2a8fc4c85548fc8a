"""Layers that 3D networks share, dense and on sparse voxels, in plain PyTorch."""
