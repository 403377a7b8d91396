"""`python -m sandbox.stripe`: run the stand-in."""

import argparse
import json
import logging
import os
import signal
import socket
import sys
from pathlib import Path
from types import FrameType

from werkzeug.serving import WSGIRequestHandler, make_server

from sandbox.stripe import control
from sandbox.stripe.app import create_app
from sandbox.stripe.books.store import AlreadyOpen, Store
from sandbox.stripe.standin import StandIn
from sandbox.stripe.webhooks.dispatcher import Dispatcher

HOST = "127.0.0.1"


class _Handler(WSGIRequestHandler):
    """Keeps connections open, as Stripe does, and answers at once on them."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True


def main() -> None:
    """Serve until SIGINT or SIGTERM. Prints one line of JSON with the address once requests are taken."""
    arguments = _arguments()
    logging.basicConfig(level=logging.WARNING, format="stripe: %(levelname)s %(message)s")
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    signal.signal(signal.SIGTERM, _stop)
    try:
        store = Store(arguments.data)
        listener = socket.create_server((HOST, arguments.port))
    except (AlreadyOpen, OSError) as error:
        sys.exit(f"The Stripe stand-in cannot start on port {arguments.port} with {arguments.data}: {error}")
    url = f"http://{HOST}:{listener.getsockname()[1]}"
    _apply(store, arguments)
    secrets = tuple(arguments.webhook_secret)
    standin = StandIn(store, url, arguments.merchant, secrets, tuple(arguments.connect_webhook_secret) or secrets)
    server = make_server(HOST, 0, create_app(standin), threaded=True, request_handler=_Handler, fd=listener.fileno())
    Dispatcher(standin).start()
    print(json.dumps({"ready": True, "url": url}), flush=True)
    try:
        server.serve_forever()
    finally:
        store.close()
        # A delivery on its way is a row that is taken up again: nothing here is worth waiting for.
        os._exit(0)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m sandbox.stripe", description="A local stand-in of Stripe's API.")
    parser.add_argument("--port", type=int, required=True, help=f"port on {HOST}; 0 picks a free one")
    parser.add_argument("--data", type=Path, required=True, help="SQLite file that keeps everything")
    parser.add_argument("--webhook-url", help="where events are sent; kept from the last run by default")
    parser.add_argument(
        "--webhook-secret",
        action="append",
        required=True,
        help="signs events (whsec_...); given twice while it is being rotated",
    )
    parser.add_argument(
        "--connect-webhook-secret",
        action="append",
        default=[],
        help="signs the events of connected accounts, where they have a secret of their own",
    )
    parser.add_argument("--merchant", default="Xiaodan 小单", help="the name on the payment page")
    parser.add_argument("--now-offset", type=float, help="seconds by which the clock is ahead; kept by default")
    return parser.parse_args()


def _apply(store: Store, arguments: argparse.Namespace) -> None:
    with store.transaction() as db:
        settings = control.load(db)
        if arguments.webhook_url is not None:
            settings.webhook_url = arguments.webhook_url
        if arguments.now_offset is not None:
            settings.now_offset = arguments.now_offset
        control.save(db, settings)


def _stop(signum: int, frame: FrameType | None) -> None:
    raise SystemExit


if __name__ == "__main__":
    main()
