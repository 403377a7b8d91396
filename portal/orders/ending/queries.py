"""Reads of claims, which are kept with their events."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection

from portal.orders.ending.claims import Remedy
from portal.orders.opened import events

#: How a claim may end.
ENDS = ("claim_withdrawn", "remake_settled", "claim_settled")


class Claim(NamedTuple):
    """A claim as it was opened; `end` is one of `ENDS`, or '' while it is open."""

    opened_at: datetime
    text: str
    remedy: Remedy
    photos: list[str]
    end: str = ""
    ended_at: datetime | None = None
    verdict: str = ""  # the words of who ended it
    refund_minor: int = 0


def claims(connection: Connection, order: Any) -> list[Claim]:
    """The claims on an order that the caller may see, oldest first."""
    found: list[Claim] = []
    for event in reversed(events(connection, order, "claim_opened", *ENDS)):
        name, at, data = event.name, event.created_at, event.data
        if name == "claim_opened":
            found.append(Claim(at, data.get("reason", ""), _remedy(data), data.get("photos", [])))
        elif found:
            said: dict[str, Any] = {"verdict": data.get("reason", ""), "refund_minor": data.get("refund_minor", 0)}
            found[-1] = found[-1]._replace(end=name, ended_at=at, **said)
    return found


def _remedy(data: dict[str, Any]) -> Remedy:
    return Remedy(data.get("remedy", Remedy.REFUND))
