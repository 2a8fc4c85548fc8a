"""Makes the two environments a backend runs in: core, unpacked offline from wheels, and full, with
PyTorch.
"""

from .core import CoreInstaller, Step
from .full import FullInstaller
from .gpu import Accelerator, probe_accelerator, torch_build

__all__ = ["Accelerator", "CoreInstaller", "FullInstaller", "Step", "probe_accelerator", "torch_build"]
