"""TRELLIS.2, in plain PyTorch, compatible with the published weights (Xiang and others, "Native and Compact
Structured Latents for 3D Generation", 2025).
"""

from .loading import build, load

__all__ = ["build", "load"]
