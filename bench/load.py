"""A small load generator: keep-alive connections in threads of a process of their own, one page at a time."""

import http.client
import multiprocessing
import threading
import time
from statistics import quantiles


def _client(port: int, path: str, cookie: str, until: float, times: list[float]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Cookie": cookie} if cookie else {}
    while (began := time.perf_counter()) < until:
        connection.request("GET", path, headers=headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 200:
            raise RuntimeError(f"{path} answered {answer.status}")
        times.append(time.perf_counter() - began)


def _run(port: int, path: str, cookie: str, seconds: float, clients: int, out: "multiprocessing.Queue") -> None:
    times: list[float] = []
    until = time.perf_counter() + seconds
    threads = [
        threading.Thread(target=_client, args=(port, path, cookie, until, times)) for _client_number in range(clients)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    out.put(times)


def measure(port: int, path: str, cookie: str, *, seconds: float, clients: int) -> list[float]:
    """Seconds that each request took, over `seconds` with `clients` connections at once."""
    out: multiprocessing.Queue = multiprocessing.Queue()
    process = multiprocessing.Process(target=_run, args=(port, path, cookie, seconds, clients, out))
    process.start()
    times = out.get(timeout=seconds + 60)
    process.join()
    return times


def percentiles(times: list[float]) -> tuple[float, float]:
    """(p50, p99) in milliseconds."""
    cut = quantiles(times, n=100)
    return cut[49] * 1000, cut[98] * 1000
