"""A creator's brief with invited factories, one call away; offers that answer it; statements counted."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import event
from sqlmodel import Session

from portal.accounts.models import Person
from portal.core.actor import Actor
from portal.core.clock import now
from portal.core.db import db
from portal.sourcing import assumptions, invitation_operations, quote_operations
from portal.sourcing.invitation_operations import Pick
from portal.sourcing.models import Brief, Invitation, Quote
from portal.sourcing.quote_operations import Offer, OfferLine
from tests import make

#: A plush spec with fields left open, so that quotes have something to assume.
VALUES = {"product_name": "Stinky tofu plush", "markets": ["eu"], "height_sitting": 18}


@dataclass
class Deal:
    """A brief and, in the same order, the invited factories' actors, people and invitations."""

    creator: Actor
    buyer: Person
    brief: Brief
    factories: list[Actor]
    workers: list[Person]
    invitations: list[Invitation]


def deal(session: Session, factories: int = 2, **fields: Any) -> Deal:
    """An open brief (100 and 300 pcs, USD) with `factories` invited by the operation itself."""
    buyer = make.person(session)
    creator = make.actor(buyer)
    brief = make.brief(session, buyer, **({"values": VALUES} | fields))
    made = [make.factory(session, name=f"Works {n}", city="Ningbo", incoterm_place="Ningbo") for n in range(factories)]
    workers = [make.member(session, factory, name=f"Li {n}") for n, factory in enumerate(made)]
    invitations = invitation_operations.invite(session, brief, [Pick(one.id) for one in made], actor=creator)
    actors = [make.actor(worker, factory) for worker, factory in zip(workers, made, strict=True)]
    return Deal(creator, buyer, brief, actors, workers, invitations)


def again(session: Session, made: Deal) -> Deal:
    """One more brief of the same creator with the same factories invited."""
    brief = make.brief(session, made.buyer, values=VALUES)
    picks = [Pick(one.factory_id) for one in made.factories if one.factory_id]
    invitations = invitation_operations.invite(session, brief, picks, actor=made.creator)
    return Deal(made.creator, made.buyer, brief, made.factories, made.workers, invitations)


def offer(brief: Brief, price: int = 500, lead_days: int = 25, **changes: Any) -> Offer:
    """A complete answer to the brief: `price` minor units a piece, whatever the quantity."""
    stated = {b.path: b.suggestion or _said(b) for b in assumptions.blanks(brief.category, brief.values)}
    lines = tuple(OfferLine(quantity, price, lead_days) for quantity in brief.quantities)
    whole = {"lines": lines, "incoterm_place": "Ningbo", "valid_until": now() + timedelta(days=14)}
    return Offer(**(whole | {"assumptions": stated} | changes))


def _said(blank: assumptions.Blank) -> str:
    if blank.options:
        return blank.options[0].code
    return "10" if blank.numeric else "as the approved sample"


def quoted(session: Session, made: Deal, which: int = 0, **terms: Any) -> Quote:
    """The quote of one of the deal's factories, sent by the operation itself."""
    answer = offer(made.brief, **terms)
    return quote_operations.send(session, made.invitations[which], answer, actor=made.factories[which])


@contextmanager
def statements() -> Iterator[list[str]]:
    """Every SQL statement that the block sends, on either engine."""
    sent: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        sent.append(statement)

    engines = [db.engine, db.get_engine("read")]
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)
