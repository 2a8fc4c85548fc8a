"""TRELLIS, in plain PyTorch, compatible with the published weights (Xiang and others, "Structured 3D Latents
for Scalable and Versatile 3D Generation", 2024).
"""

from .loading import build, load

__all__ = ["build", "load"]
