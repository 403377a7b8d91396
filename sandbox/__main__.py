"""`bin/run`: start everything and keep it running, or stop it."""

import argparse
import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path
from time import monotonic, sleep

from sandbox import ports
from sandbox.datafolder import DataFolder, FolderError
from sandbox.process import ROOT, PeerError
from sandbox.stack import PEER_PORTS, Stack
from sandbox.supervisor import Stopping, Supervisor, tell

WEB_PORT = 8000


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/run", description="Runs Xiaodan with everything it needs.")
    parser.add_argument("command", nargs="?", choices=["start", "stop"], default="start")
    parser.add_argument("--data", type=Path, default=ROOT / "var", help="the folder for all data (default: var)")
    parser.add_argument("--port", type=int, default=WEB_PORT, help="the web server's port; 0 picks a free one")
    parser.add_argument("--empty", action="store_true", help="start without demo data (on a new data folder)")
    parser.add_argument("--json", action="store_true", help="when ready, print one line of JSON on standard output")
    return parser.parse_args()


def main() -> int:
    """Exit status: 0 when it ran and was stopped, 1 when it could not run; the reason is on standard error."""
    options = arguments()
    folder = DataFolder(options.data)
    if options.command == "stop":
        return stop(folder)
    try:
        folder.open()
        stack = assemble(folder, options)
        with Supervisor(folder.path / "log", folder.path, tell) as supervisor:
            run(stack, supervisor, options)
    except Stopping:
        tell("Stopped.")
        return 0
    except (FolderError, PeerError) as error:
        tell(str(error))
        return 1
    return 0


def assemble(folder: DataFolder, options: argparse.Namespace) -> Stack:
    """The stack of this folder, on the ports it had last time. Raises `FolderError` when the start is refused."""
    demo = folder.state.get("demo")
    if options.empty and demo == "loaded":
        raise FolderError(f"{folder.path} holds demo data already: choose another folder with --data")
    remembered = folder.state.get("ports", {})
    web = options.port or ports.pick_all(["web"], remembered)["web"]
    if not ports.free(web):
        raise FolderError(f"port {web} is in use by another program: choose one with --port, or --port 0 for any")
    chosen = ports.pick_all(PEER_PORTS, {name: port for name, port in remembered.items() if port != web})
    picked = {"web": web} if options.port == 0 else {name: remembered[name] for name in ("web",) if name in remembered}
    folder.save(ports={**chosen, **picked})
    return Stack(folder, {**chosen, "web": web}, f"http://{_this_machine()}:{web}")


def _this_machine() -> str:
    """`localhost` where that name is known, as passkeys need a name; else the address."""
    try:
        known = socket.getaddrinfo("localhost", None, socket.AF_INET)
    except OSError:
        return ports.HOST
    return "localhost" if any(entry[4][0] == ports.HOST for entry in known) else ports.HOST


def run(stack: Stack, supervisor: Supervisor, options: argparse.Namespace) -> None:
    """Start everything, say so, and keep it running until `Stopping`."""
    tell("Starting PostgreSQL, the object store, the Stripe stand-in and the mailbox ...")
    complete = stack.is_set_up()
    supervisor.start(*stack.peers())
    if not complete:
        set_up(stack, supervisor, empty=options.empty)
    tell("Starting the portal ...")
    supervisor.start(stack.web())
    supervisor.await_ready("postgres", "s3", "stripe", "mailbox", "web")
    supervisor.start(stack.worker())
    stack.folder.note(base_url=stack.base_url)
    announce(stack, as_json=options.json)
    supervisor.watch()


def set_up(stack: Stack, supervisor: Supervisor, *, empty: bool) -> None:
    """Database, schema, buckets and demo data: whatever this folder does not have yet."""
    state, save = stack.folder.state, stack.folder.save
    supervisor.await_ready("postgres")
    if state.get("demo") == "loading":
        tell("Loading the demo data was interrupted: starting again from an empty database ...")
        stack.database.drop()
    new = stack.database.create()
    tell("Preparing the database and the buckets ...")
    supervisor.await_ready("s3")
    supervisor.run(*stack.setup_jobs())
    if new and not empty:
        tell("Loading the demo data ...")
        save(demo="loading")
        supervisor.await_ready("stripe", "mailbox")
        supervisor.run(stack.job("demo", "sandbox.demo", "load"))
        save(demo="loaded", logins=demo_logins(stack))
    elif new:
        save(demo="none", logins=[])
    save(setup=stack.setup_version())


def announce(stack: Stack, *, as_json: bool) -> None:
    """Say that everything is ready, for people on standard error or for programs on standard output."""
    logins: list[dict[str, str]] = stack.folder.state["logins"]
    ready = {
        "ready": True,
        "base_url": stack.base_url,
        "mailbox_url": stack.mailbox.url,
        "stripe_url": stack.stripe.url,
        "s3_url": stack.s3.endpoint,
        "database_url": stack.database.owner_url,
        "logins": logins,
        "pid": os.getpid(),
    }
    if as_json:
        print(json.dumps(ready), flush=True)
        return
    tell(f"\n  Xiaodan is ready at {stack.base_url}\n  Its mailbox is at    {stack.mailbox.url}\n")
    for login in logins:
        tell(f"  {login['role']:<10} {login['email']:<36} {login['password']}")
    if not logins:
        tell("  Nobody has an account yet. An operator: bin/flask accounts add-operator you@example.com --name You")
    tell("\n  Ctrl-C stops everything.")


def demo_logins(stack: Stack) -> list[dict[str, str]]:
    """Who can sign in after the demo data are loaded: `role`, `email`, `password` each."""
    command = [sys.executable, "-m", "sandbox.demo", "logins"]
    env = {**os.environ, **stack.settings, "PYTHONPATH": str(ROOT)}
    told = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=False)
    if told.returncode != 0:
        raise PeerError(f"The demo logins cannot be listed:\n{told.stderr}")
    logins: list[dict[str, str]] = json.loads(told.stdout)
    return logins


def stop(folder: DataFolder, within: float = 15) -> int:
    """Ask the running supervisor to stop, and wait until it has."""
    if not folder.held():
        tell(f"Nothing runs on {folder.path}.")
        return 0
    try:
        os.kill(folder.holder()["pid"], signal.SIGTERM)
    except (KeyError, PermissionError, ProcessLookupError) as error:
        tell(f"Cannot stop what runs on {folder.path}: {error}")
        return 1
    deadline = monotonic() + within
    while folder.held():
        if monotonic() > deadline:
            tell(f"What runs on {folder.path} does not stop.")
            return 1
        sleep(0.05)
    tell("Stopped.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
