"""Free TCP ports on this machine's loopback address."""

import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from config.local.errors import LaunchError

HOST = "127.0.0.1"
SEARCHED_PORTS = 100


def is_free(port: int) -> bool:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        # As servers do it: a port in TIME_WAIT is free, a port with a listener is not.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def any_free_port() -> int:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


@contextmanager
def claimed(wanted: int | None, *, preferred: int) -> Iterator[int]:
    """The wanted port, or the first free one from `preferred`: no other launcher takes it until the block ends.

    Web listens seconds after its port was chosen; launchers started together must not choose the same.
    """
    with ExitStack() as stack:
        for port in [wanted] if wanted else range(preferred, preferred + SEARCHED_PORTS):
            if is_free(port) and _claim(port, stack):
                yield port
                return
    raise LaunchError(_none_free(wanted, preferred))


def _claim(port: int, stack: ExitStack) -> bool:
    """Linux's abstract names belong to one socket at a time, reach as far as ports do, and end with their process."""
    if sys.platform != "linux":
        return True
    claim = stack.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_STREAM))
    try:
        claim.bind(f"\0atelier-web-{port}")
    except OSError:
        return False
    return True


def _none_free(wanted: int | None, preferred: int) -> str:
    if wanted:
        return f"Port {wanted} is taken by another program; give another one with --port."
    return f"No free port from {preferred} to {preferred + SEARCHED_PORTS - 1}; give another one with --port."
