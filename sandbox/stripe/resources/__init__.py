"""Stripe's objects. A new kind of object is a module here, named once in RESOURCES below.

A resource module declares those that it has of ENDPOINTS, TIMERS (what happens by itself, by name) and
INCLUDED_LISTS (lists that `expand` adds, by kind and field).
"""

from collections.abc import Callable

from sandbox.stripe.api.endpoint import Endpoint
from sandbox.stripe.books.work import Body, Work
from sandbox.stripe.resources import (
    accounts,
    balance,
    charges,
    checkout_sessions,
    disputes,
    events,
    files,
    hosted_links,
    payment_intents,
    payouts,
    refunds,
    requirements,
    transfers,
)

RESOURCES = (
    *(checkout_sessions, payment_intents, charges, refunds, balance, events),
    *(accounts, requirements, hosted_links, transfers, payouts, disputes, files),
)

ENDPOINTS: list[Endpoint] = [endpoint for resource in RESOURCES for endpoint in getattr(resource, "ENDPOINTS", ())]

TIMERS: dict[str, Callable[[Work, str], None]] = {}
INCLUDED_LISTS: dict[tuple[str, str], Callable[[Work, Body], Body]] = {}
for _resource in RESOURCES:
    TIMERS |= getattr(_resource, "TIMERS", {})
    INCLUDED_LISTS |= getattr(_resource, "INCLUDED_LISTS", {})
