"""A process that serves for days."""

import argparse
import gc
import multiprocessing

from flask import Flask
from granian import Granian
from granian.constants import Interfaces

from portal.core import i18n, templating
from portal.core.bodies import TakenIn

_WAITING = 256  # requests in each process that are still arriving, or wait for their turn


def settle(app: Flask) -> None:
    """To be called once everything is there, before the first page. What is loaded by now stays: without this,
    Python's collector would look through all of it again every few hundred pages, while somebody waits."""
    i18n.load(app)
    templating.load(app)
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)  # a page makes some ten thousand objects, next to none of them in circles


def serve(app: Flask) -> None:
    """Serve a settled application as the command line says, until SIGTERM or SIGINT.

    The web processes are forked from this one, which answers nothing itself: they share the memory of what is loaded,
    and one that was killed is replaced at once. For new code or settings, start again."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=2, help="processes")
    parser.add_argument("--threads", type=int, default=2, help="at work in each; more lengthen the longest waits")
    asked = parser.parse_args()
    multiprocessing.set_start_method("fork")
    server = Granian(
        "app",
        interface=Interfaces.WSGI,
        address=asked.host,
        port=asked.port,
        workers=asked.workers,
        blocking_threads=_WAITING,
        backpressure=2 * _WAITING,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=1,
    )
    taken_in = TakenIn(app, at_once=asked.threads, most=app.config["MAX_CONTENT_LENGTH"])
    server.serve(target_loader=lambda _: taken_in)
