"""Windows: children that cannot outlive this process, however it ends. Elsewhere the children see to it."""

import ctypes
import subprocess
import sys
from typing import Any

_LIMIT_KILL_ON_JOB_CLOSE = 0x2000
_EXTENDED_LIMIT_INFORMATION = 9


class _BasicLimits(ctypes.Structure):
    """JOBOBJECT_BASIC_LIMIT_INFORMATION of the Windows API."""

    _fields_ = (
        ("per_process_user_time_limit", ctypes.c_int64),
        ("per_job_user_time_limit", ctypes.c_int64),
        ("limit_flags", ctypes.c_uint32),
        ("minimum_working_set_size", ctypes.c_size_t),
        ("maximum_working_set_size", ctypes.c_size_t),
        ("active_process_limit", ctypes.c_uint32),
        ("affinity", ctypes.c_size_t),
        ("priority_class", ctypes.c_uint32),
        ("scheduling_class", ctypes.c_uint32),
    )


class _ExtendedLimits(ctypes.Structure):
    """JOBOBJECT_EXTENDED_LIMIT_INFORMATION of the Windows API."""

    _fields_ = (
        ("basic", _BasicLimits),
        ("io_counters", ctypes.c_uint64 * 6),
        ("process_memory_limit", ctypes.c_size_t),
        ("job_memory_limit", ctypes.c_size_t),
        ("peak_process_memory_used", ctypes.c_size_t),
        ("peak_job_memory_used", ctypes.c_size_t),
    )


def kill_on_close(process: subprocess.Popen[bytes]) -> int | None:
    """Ties a child to a handle of this process: the child dies when the handle closes. None elsewhere."""
    if sys.platform != "win32":
        return None
    kernel: Any = ctypes.CDLL("kernel32")  # one calling convention on 64-bit Windows
    kernel.CreateJobObjectW.restype = ctypes.c_void_p
    job = kernel.CreateJobObjectW(None, None)
    limits = _ExtendedLimits()
    limits.basic.limit_flags = _LIMIT_KILL_ON_JOB_CLOSE
    kernel.SetInformationJobObject(
        ctypes.c_void_p(job), _EXTENDED_LIMIT_INFORMATION, ctypes.byref(limits), ctypes.sizeof(limits)
    )
    handle = ctypes.c_void_p(int(process._handle))
    kernel.AssignProcessToJobObject(ctypes.c_void_p(job), handle)
    return int(job)


def close_handle(handle: int | None) -> None:
    """Closes what `kill_on_close` returned."""
    if handle is not None:
        ctypes.CDLL("kernel32").CloseHandle(ctypes.c_void_p(handle))
