"""Ports on 127.0.0.1 that stay the same from one start to the next."""

import http.client
import random
import socket
from collections.abc import Iterable

HOST = "127.0.0.1"
#: Below the range that the kernel hands to outgoing connections, so that none of those takes a peer's port
#: while the peer restarts.
_RANGE = range(20_000, 32_000)


def free(port: int) -> bool:
    """Whether a server could listen on this port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def pick(taken: Iterable[int] = ()) -> int:
    """A free port that is not among `taken`."""
    avoid = set(taken)
    while True:
        port = random.choice(_RANGE)
        if port not in avoid and free(port):
            return port


def pick_all(names: Iterable[str], remembered: dict[str, int]) -> dict[str, int]:
    """A port for each name: the remembered one while it is free, else a new one."""
    ports: dict[str, int] = {}
    for name in names:
        port = remembered.get(name)
        usable = port is not None and port not in ports.values() and free(port)
        ports[name] = port if usable and port is not None else pick([*ports.values(), *remembered.values()])
    return ports


def answers(port: int) -> bool:
    """Whether something accepts connections on this port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


def http_get(port: int, path: str = "/", timeout: float = 5) -> bytes | None:
    """The body of a successful GET on this port; None when nothing answers, or with an error."""
    connection = http.client.HTTPConnection(HOST, port, timeout=timeout)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        body = response.read()
        return body if response.status < 400 else None
    except (OSError, http.client.HTTPException):
        return None
    finally:
        connection.close()
