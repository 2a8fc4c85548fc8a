"""Which PyTorch build fits this machine: asked of the driver before anything is downloaded."""

import ctypes
import platform
import sys
from dataclasses import dataclass
from typing import Final

_MAJOR_ATTRIBUTE: Final = 75  # CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR
_MINOR_ATTRIBUTE: Final = 76

# PyTorch 2.13's CUDA builds: name, lowest driver version (as CUDA version), lowest and highest compute
# capability. CUDA 13 dropped everything before Turing; 12.6 is kept for those cards and for older drivers
# (12.x drivers are compatible among themselves). Newest first: the first that fits is taken.
TORCH_BUILDS: Final = (
    ("cu130", (13, 0), (7, 5), (12, 9)),
    ("cu126", (12, 0), (5, 0), (9, 0)),
)


@dataclass(frozen=True)
class Accelerator:
    """What the machine has: kind "cuda", "apple" or "none"; the rest is for CUDA."""

    kind: str
    driver: tuple[int, int] = (0, 0)  # the newest CUDA version the driver supports
    capability: tuple[int, int] = (0, 0)  # the highest among the cards
    name: str = ""


def probe_accelerator() -> Accelerator:
    """Asks the NVIDIA driver through its own library, without PyTorch; never raises."""
    if sys.platform == "darwin":
        return Accelerator("apple") if platform.machine() == "arm64" else Accelerator("none")
    try:
        cuda = ctypes.CDLL("nvcuda.dll" if sys.platform == "win32" else "libcuda.so.1")
    except OSError:
        return Accelerator("none")
    return _probe_cuda(cuda)


def torch_build(accelerator: Accelerator) -> str:
    """The build to install: "cu130", "cu126", "cpu", or "default" for what the package index serves
    (Apple).
    """
    if accelerator.kind == "apple":
        return "default"
    for name, driver, lowest, highest in TORCH_BUILDS:
        if accelerator.driver >= driver and lowest <= accelerator.capability <= highest:
            return name
    return "cpu"


def _probe_cuda(cuda: ctypes.CDLL) -> Accelerator:
    version, count = ctypes.c_int(), ctypes.c_int()
    if (
        cuda.cuInit(0)
        or cuda.cuDriverGetVersion(ctypes.byref(version))
        or cuda.cuDeviceGetCount(ctypes.byref(count))
    ):
        return Accelerator("none")
    best = Accelerator("none")
    for index in range(count.value):
        device, major, minor = ctypes.c_int(), ctypes.c_int(), ctypes.c_int()
        label = ctypes.create_string_buffer(256)
        if cuda.cuDeviceGet(ctypes.byref(device), index):
            continue
        cuda.cuDeviceGetAttribute(ctypes.byref(major), _MAJOR_ATTRIBUTE, device)
        cuda.cuDeviceGetAttribute(ctypes.byref(minor), _MINOR_ATTRIBUTE, device)
        cuda.cuDeviceGetName(label, len(label), device)
        capability = (major.value, minor.value)
        if capability > best.capability:
            driver = (version.value // 1000, version.value % 1000 // 10)
            best = Accelerator("cuda", driver, capability, label.value.decode("utf-8", "replace"))
    return best
