"""Pages about an order take as many statements for many rows as for few."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlmodel import Session, select

from portal.accounts.models import Person
from portal.core.actor import Actor, Role
from portal.core.db import new_id, transaction
from portal.core.lifecycle import record
from portal.messages import operations as messages
from portal.orders.calendar import operations as calendars
from portal.orders.lifecycle import ChangeStage, OrderStage
from portal.orders.models import ChangeOrder, Inspection, Order, Parcel, Progress, Sample
from tests import deals
from tests.orders.samples.test_operations import photo
from tests.orders.stages import at_stage, sides

SignIn = Callable[[Person | None], FlaskClient]
_SAME = {"total_minor": 50000}
_FORMER = {"values": {}, "assumptions": {}, "quantity": 100, "ship_by": None, "amounts": _SAME}
PAGES = ("", "/samples", "/po", "/repeat", "/claim")


def _again(session: Session, kind: Any, order: Order, times: int, **number: str) -> None:
    """The order's rows of a kind, `times` more of each, each with a photo of its own where it has photos."""
    _creator, worker = sides(session, order)
    rows = session.exec(select(kind).where(kind.order_id == order.id)).all()
    for count in range(times):
        for row in rows:
            new = row.model_dump() | {"id": new_id()}
            new |= {field: new[field] + len(rows) * (count + 1) for field in number.values()}
            if "photos" in new:
                new["photos"] = [photo(session, order, worker)]
            session.add(kind(**new))


def _changed(session: Session, order: Order, times: int) -> None:
    creator, worker = sides(session, order)
    for number in range(1, times + 1):
        change = ChangeOrder(
            id=new_id(), order_id=order.id, brief_id=order.brief_id, factory_id=order.factory_id, number=number,
            side=Role.FACTORY, proposed_by=worker.person_id, reason="The blue is out of stock.",
            stage=ChangeStage.ACCEPTED, amounts=_SAME, former=_FORMER,
        )  # fmt: skip
        session.add(change)
        session.flush()
        for name in ("change_proposed", "change_accepted"):
            record(session, change, name, actor=worker, number=number, side="factory")
        for name in ("rework_finished", "claim_opened", "claim_withdrawn"):
            record(
                session,
                order,
                name,
                actor=creator,
                made=100,
                photos=[photo(session, order, worker)],
                reason="So it was.",
            )


def _world(times: int) -> tuple[Order, Person, Person]:
    with transaction() as session:
        made = deals.deal(session)
        deals.quoted(session, made)
        order = at_stage(session, OrderStage.DELIVERED, made)
        creator, worker = sides(session, order)
        session.add(Progress(order_id=order.id, reported_by=worker.person_id, milestone="sewing", percent=50))
        session.flush()
        _again(session, Sample, order, times, number="round")
        for kind in (Progress, Inspection):
            _again(session, kind, order, times)
        _again(session, Parcel, order, times, number="number")
        _changed(session, order, times)
        for n in range(times + 1):
            _say(session, order.invitation_id, (creator, worker)[n % 2])
    return order, made.buyer, made.workers[0]


def _say(session: Session, invitation_id: UUID, actor: Actor) -> None:
    messages.send(session, invitation_id, actor=actor, text="How far is it?", photo_ids=[])


def _taken(client: FlaskClient, address: str) -> int:
    assert client.get(address).status_code == 200, address
    with deals.statements() as sent:
        assert client.get(address).status_code == 200
    return len(sent)


def test_an_orders_pages(sign_in: SignIn):
    counts = []
    for times in (1, 5):
        order, buyer, worker = _world(times)
        found = {}
        for person in (buyer, worker):
            client = sign_in(person)
            pages = PAGES if person is buyer else PAGES[:3]
            found |= {(person is buyer, page): _taken(client, f"/orders/{order.id}{page}") for page in pages}
            found[person is buyer, "thread"] = _taken(client, f"/messages/{order.invitation_id}")
        counts.append(found)
    assert counts[0] == counts[1]
    assert counts[1][True, ""] <= 20, "a delivered order, with everything that there can be"


@pytest.mark.parametrize("page", ["/products", "/products.csv", "/messages", "/orders/waiting", "/calendar"])
def test_pages_of_many_orders(sign_in: SignIn, page: str):
    counts = []
    for times in (1, 4):
        with transaction() as session:
            made = deals.deal(session)
            for one in (made, *(deals.again(session, made) for _n in range(times - 1))):
                deals.quoted(session, one)
                order = at_stage(session, OrderStage.DELIVERED, one)
                _say(session, order.invitation_id, sides(session, order)[1])
            token = calendars.renew(session, made.buyer.id, "key") if page == "/calendar" else ""
        counts.append(_taken(sign_in(made.buyer), f"/calendar/{token}.ics" if token else page))
    assert counts[0] == counts[1]
