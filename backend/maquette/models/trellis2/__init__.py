"""TRELLIS.2, in plain PyTorch, compatible with the published weights (Xiang and others, "Native and Compact
Structured Latents for 3D Generation", 2025).
"""

from .loading import build, load
from .pictures import preprocess
from .pipeline import Trellis2Pipeline
from .results import Trellis2Result

__all__ = ["Trellis2Pipeline", "Trellis2Result", "build", "load", "preprocess"]
