"""Memory of this process: how much it holds, and a limit beyond which allocations fail."""

import ctypes
import logging
import sys

_log = logging.getLogger(__name__)


def limit_address_space(size_bytes: int) -> None:
    """Makes larger allocations raise MemoryError. Without effect where the platform has no such limit."""
    if sys.platform != "linux" or size_bytes <= 0:
        return
    import resource

    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    soft = size_bytes if hard == resource.RLIM_INFINITY else min(size_bytes, hard)
    resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def resident_bytes() -> int:
    """Physical memory that this process holds now; its peak where the system tells no more."""
    if sys.platform == "win32":
        return _working_set_bytes()
    import resource

    try:
        with open("/proc/self/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * resource.getpagesize()
    except OSError:  # macOS, and Linux in a root without /proc
        unit = 1 if sys.platform == "darwin" else 1024
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit


class _Counters(ctypes.Structure):
    """PROCESS_MEMORY_COUNTERS of the Windows API."""

    _fields_ = (
        ("cb", ctypes.c_uint32),
        ("page_fault_count", ctypes.c_uint32),
        ("peak_working_set_size", ctypes.c_size_t),
        ("working_set_size", ctypes.c_size_t),
        ("quota_peak_paged_pool_usage", ctypes.c_size_t),
        ("quota_paged_pool_usage", ctypes.c_size_t),
        ("quota_peak_non_paged_pool_usage", ctypes.c_size_t),
        ("quota_non_paged_pool_usage", ctypes.c_size_t),
        ("pagefile_usage", ctypes.c_size_t),
        ("peak_pagefile_usage", ctypes.c_size_t),
    )


def _working_set_bytes() -> int:
    kernel = ctypes.CDLL("kernel32")  # one calling convention on 64-bit Windows
    kernel.GetCurrentProcess.restype = ctypes.c_void_p
    counters = _Counters(cb=ctypes.sizeof(_Counters))
    query = kernel.K32GetProcessMemoryInfo
    query.argtypes = (ctypes.c_void_p, ctypes.c_void_p, ctypes.c_uint32)
    if not query(kernel.GetCurrentProcess(), ctypes.byref(counters), counters.cb):
        _log.warning("Windows does not say how much memory this process holds")
    return int(counters.working_set_size)
