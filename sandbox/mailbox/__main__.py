"""`python -m sandbox.mailbox --data DIR --smtp-port N --http-port N`: receive until told to stop."""

import argparse
import asyncio
import signal
import threading
from pathlib import Path

from sandbox.mailbox.pages import serve
from sandbox.mailbox.receiver import protocol
from sandbox.mailbox.store import Store
from sandbox.ports import HOST


async def receive(store: Store, port: int) -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    server = await loop.create_server(lambda: protocol(store), HOST, port)
    await stop.wait()
    server.close()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m sandbox.mailbox", description=__doc__)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--smtp-port", type=int, required=True)
    parser.add_argument("--http-port", type=int, required=True)
    options = parser.parse_args()
    store = Store(options.data)
    threading.Thread(target=serve, args=(store, options.http_port), daemon=True).start()
    asyncio.run(receive(store, options.smtp_port))


main()
