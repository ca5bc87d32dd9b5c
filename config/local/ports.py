"""Free TCP ports on this machine's loopback address."""

import socket

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


def first_free_port(preferred: int) -> int:
    """The preferred port or the next free one above it, so that two checkouts serve side by side."""
    for port in range(preferred, preferred + SEARCHED_PORTS):
        if is_free(port):
            return port
    raise LaunchError(
        f"No free port from {preferred} to {preferred + SEARCHED_PORTS - 1}; give another one with --port."
    )


def required_port(port: int) -> int:
    if not is_free(port):
        raise LaunchError(f"Port {port} is taken by another program; give another one with --port.")
    return port
