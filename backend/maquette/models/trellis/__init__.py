"""TRELLIS, in plain PyTorch, compatible with the published weights (Xiang and others, "Structured 3D Latents
for Scalable and Versatile 3D Generation", 2024).
"""

from .loading import build, load
from .pictures import preprocess
from .pipeline import TrellisPipeline, TrellisResult
from .voxels import voxelize

__all__ = ["TrellisPipeline", "TrellisResult", "build", "load", "preprocess", "voxelize"]
