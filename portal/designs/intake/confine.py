"""What the process that opens strangers' files may do: little memory, little time, few files, no network."""

import contextlib
import ctypes
import os
import resource
import signal

_MEMORY = 2 * 1024**3  # bytes of address space
_WRITTEN = 256 * 1024**2  # bytes in one file
_OPEN_FILES = 64
_PR_SET_PDEATHSIG, _PR_SET_NO_NEW_PRIVS = 1, 38
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000


def confine(seconds: int) -> None:
    """Give up, for good, what opening a file does not need; children inherit it. It may use `seconds` of processor
    time. Dies with the process that started it. Where the kernel allows no network namespace the rest still holds."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if libc.unshare(_CLONE_NEWNET) != 0:
        libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET)
    limits = {
        resource.RLIMIT_AS: _MEMORY,
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_FSIZE: _WRITTEN,
        resource.RLIMIT_NOFILE: _OPEN_FILES,
        resource.RLIMIT_CORE: 0,
    }
    for which, most in limits.items():
        resource.setrlimit(which, (most, most))
    with contextlib.suppress(OSError):
        os.nice(5)
