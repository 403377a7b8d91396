"""The running stand-in: its books, its settings, and the way to change anything in them."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import stripe

from sandbox.stripe import control
from sandbox.stripe.books.store import Store
from sandbox.stripe.books.work import NO_REQUEST, Cause, Work
from sandbox.stripe.resources import TIMERS
from sandbox.stripe.webhooks import deliveries


@dataclass(frozen=True)
class StandIn:
    """What the web side and the webhook dispatcher share. `base_url` ends without a slash."""

    store: Store
    base_url: str
    merchant: str
    webhook_secrets: tuple[str, ...]
    connect_secrets: tuple[str, ...]
    has_emitted: threading.Event = field(default_factory=threading.Event)

    @contextmanager
    def work(self, cause: Cause = NO_REQUEST, account: str = "") -> Iterator[Work]:
        """One atomic piece of work, after everything that was due before it has happened.

        It is done for a connected account, or for the platform. What it emits is delivered once the block has ended
        without raising.
        """
        with self.store.transaction() as db:
            settings = control.load(db)
            before = settings.model_copy()
            now = int(time.time() + settings.now_offset if settings.stopped_at is None else settings.stopped_at)
            work = Work(db, now, self.base_url, settings, cause, stripe.api_version)
            for action, subject in work.due_timers():
                TIMERS[action](work, subject)
            work.account = account
            yield work
            deliveries.enqueue(work)
            if settings != before:
                control.save(db, settings)
        if work.events:
            self.has_emitted.set()
