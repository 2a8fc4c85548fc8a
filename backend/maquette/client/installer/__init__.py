"""Makes the two environments a backend runs in: core, unpacked offline from wheels, and full, with
PyTorch.
"""

from .core import CoreInstaller
from .full import FullInstaller
from .gpu import Accelerator, probe_accelerator, torch_build
from .stages import Step

__all__ = ["Accelerator", "CoreInstaller", "FullInstaller", "Step", "probe_accelerator", "torch_build"]
