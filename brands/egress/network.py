"""Names and sockets: the two things that tests put others in place of."""

import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass

from brands.egress.addresses import Address, parsed


def resolve(host: str, seconds: float) -> list[Address]:
    """All addresses of a name. Raises OSError, TimeoutError after `seconds`."""
    found: list[Address] = []
    errors: list[OSError] = []

    def ask() -> None:
        try:
            answers = socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
        except (OSError, UnicodeError) as error:
            errors.append(error if isinstance(error, OSError) else OSError(str(error)))
        else:
            found.extend(dict.fromkeys(parsed(str(answer[4][0])) for answer in answers))

    # getaddrinfo knows no time-out: a thread that takes too long is left to end by itself.
    thread = threading.Thread(target=ask, name="egress-resolve", daemon=True)
    thread.start()
    thread.join(seconds)
    if thread.is_alive():
        raise TimeoutError("The name was not resolved in time.")
    if errors:
        raise errors[0]
    return found


def connect(address: Address, port: int, seconds: float) -> socket.socket:
    """A connected socket, to this address and no other. Raises OSError."""
    return socket.create_connection((str(address), port), timeout=seconds)


@dataclass(frozen=True)
class Network:
    """How names are resolved (host, seconds) and sockets connected (address, port, seconds)."""

    resolve: Callable[[str, float], list[Address]] = resolve
    connect: Callable[[Address, int, float], socket.socket] = connect


REAL = Network()
