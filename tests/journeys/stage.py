"""The whole of Xiaodan, started as `bin/run` starts it, and what somebody outside can see of it and do to it."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

import psycopg
import requests
from flask import Flask
from psycopg.rows import dict_row

from portal import create_app
from portal.core.config import Settings
from sandbox.datafolder import DataFolder
from sandbox.stack import Stack

ROOT = Path(__file__).resolve().parents[2]
T = TypeVar("T")

#: service -> what its command line, and no other's, holds
_COMMANDS = {"postgres": "/postgres -D", "s3": "/weed ", "web": "-m wsgi", "worker": "-m portal.worker"}


def until(look: Callable[[], T | None], what: str, seconds: float = 60) -> T:
    """What `look` returns as soon as it is true. Fails, naming `what` was waited for."""
    deadline = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < deadline, f"waited {seconds:.0f} s in vain for {what}"
        time.sleep(0.1)
    return found


@dataclass(frozen=True)
class Stage:
    """A running stack on the data in `folder`; the addresses are those of its ready line. `seen`: see Inspector."""

    folder: Path
    pid: int
    base_url: str
    mailbox_url: str
    stripe_url: str
    database_url: str
    seen: set[tuple[Any, ...]] = field(default_factory=set)

    @cached_property
    def portal(self) -> Flask:
        """The portal's own code on this stack's parts, for what a story takes as given."""
        folder = DataFolder(self.folder)
        folder.state = json.loads((self.folder / "state.json").read_text())
        ports = folder.state["ports"] | {"web": urlsplit(self.base_url).port}
        return create_app(Settings(**Stack(folder, ports, self.base_url).settings))

    # --- what happened ---

    @cached_property
    def _connection(self) -> psycopg.Connection[dict[str, Any]]:
        """Kept: whoever waits asks many times a second."""
        return psycopg.connect(self.database_url, row_factory=dict_row, autocommit=True)

    def rows(self, query: str, *values: Any) -> list[dict[str, Any]]:
        """What the database says."""
        try:
            return self._connection.execute(query, values).fetchall()
        except psycopg.OperationalError:  # it was killed since
            self.__dict__.pop("_connection").close()
            return self._connection.execute(query, values).fetchall()

    def count(self, table: str, where: str = "true", *values: Any) -> int:
        return self.rows(f"select count(*) as n from {table} where {where}", *values)[0]["n"]

    def mail(self, email: str) -> list[dict[str, Any]]:
        """Everything in somebody's mailbox, the newest first; `template` is the kind of letter."""
        found = requests.get(f"{self.mailbox_url}/api/messages", {"to": email}, timeout=30).json()
        kinds = {str(row["id"]): row["template"] for row in self.rows("select id, template from email")}
        for message in found:
            ident = re.search(r"<([^@]+)@", dict(message["headers"])["Message-ID"])
            message["id"] = ident[1] if ident else ""
            message["template"] = kinds[message["id"]]
        return found

    def letters(self, email: str) -> Counter[str]:
        """How often somebody got each kind of letter. A second copy of one message, known by its id, is no other."""
        copies = {message["id"]: message["template"] for message in self.mail(email)}
        return Counter(copies.values())

    def letter(self, email: str, template: str) -> dict[str, Any]:
        """The newest letter of that kind, once it has arrived."""

        def look() -> dict[str, Any] | None:
            return next((message for message in self.mail(email) if message["template"] == template), None)

        return until(look, f"the letter {template} to {email}")

    def link(self, email: str, template: str) -> str:
        """Where the button of the newest letter of that kind leads."""
        text = self.letter(email, template)["text"]
        found = re.search(re.escape(self.base_url) + r"\S+", text)
        assert found, f"no link in {template}:\n{text}"
        return found[0]

    def idle(self) -> None:
        """Wait until no job that is due is left."""
        due = "status in ('todo', 'doing') and coalesce(scheduled_at, now()) <= now()"
        until(lambda: not self.count("procrastinate_jobs", due), "the worker to have done everything")

    def settled(self) -> None:
        """Wait until no job that is due is left, and no letter waits."""
        self.idle()
        until(lambda: not self.count("email", "stage <> 'sent'"), "every letter to have gone out")

    # --- what is done to it ---

    def execute(self, statement: str, *values: Any) -> None:
        """Change something that time, or Stripe, would change."""
        with psycopg.connect(self.database_url) as connection:
            connection.execute(statement, values)

    def stripe(self, path: str = "", **behaviour: Any) -> dict[str, Any]:
        """Let the Stripe stand-in misbehave; what each key means: sandbox/stripe/control.py."""
        answer = requests.post(f"{self.stripe_url}/_control{path}", json=behaviour, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def delivered(self) -> None:
        """Wait until every message of Stripe's has reached the portal."""
        state = lambda: requests.get(f"{self.stripe_url}/_control/state", timeout=30).json()  # noqa: E731
        until(lambda: not state()["deliveries"]["pending"], "Stripe's messages to arrive")

    @contextmanager
    def asleep(self, service: str) -> Iterator[None]:
        """Meanwhile the service does nothing at all; afterwards it goes on where it was."""
        pid = until(lambda: self._pid(service), f"{service} to run")
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)

    def kill(self, service: str) -> None:
        """kill -9 of one service with all of its group, once it runs; its supervisor starts it again."""
        os.killpg(until(lambda: self._pid(service), f"{service} to run"), signal.SIGKILL)

    def _pid(self, service: str) -> int | None:
        """The process of the service, which is the head of its own group; None while it is down."""
        listed = subprocess.check_output(["ps", "-ww", "-o", "pid=,args=", "--ppid", str(self.pid)], text=True)
        return next((int(line.split()[0]) for line in listed.splitlines() if _COMMANDS[service] in line), None)


@contextmanager
def raised(folder: Path) -> Iterator[Stage]:
    """A stack with an empty database in `folder`; gone afterwards."""
    command = [sys.executable, "-m", "sandbox", "--data", str(folder), "--port", "0", "--empty", "--json"]
    env = {**os.environ, "RATE_LIMITS": "0"}  # everybody here comes from one address
    with (folder.parent / f"{folder.name}.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=log, text=True)
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line, f"the stack did not start; see {log.name}"
        ready = json.loads(line)
        addresses = {name: ready[name] for name in ("base_url", "mailbox_url", "stripe_url", "database_url")}
        yield Stage(folder, ready["pid"], **addresses)
    finally:
        process.terminate()
        process.wait(15)
