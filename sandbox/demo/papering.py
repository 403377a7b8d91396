"""The tax papers of the demo's orders: each of the day on which what it tells of happened."""

from heapq import heapify, heappop, heappush

from sqlmodel import select

from portal.core import clock
from portal.core.db import lock, transaction
from portal.orders.models import Order
from portal.payments.papers import due, operations


def load() -> None:
    """Issue the papers of all orders one after another, the earliest first: the numbers of each series ascend with its
    days. The worker makes their PDFs."""
    with transaction() as session:
        orders = [lock(session, Order, ident) for ident in session.exec(select(Order.id)).all()]
        waiting = [(lacks.at, order.id) for order in orders if (lacks := due.next_due(session, order))]
    heapify(waiting)
    while waiting:
        at, ident = heappop(waiting)
        with clock.at(at), transaction() as session:
            order = lock(session, Order, ident)
            operations.issue_next(session, order)
            lacks = due.next_due(session, order)
        if lacks:
            heappush(waiting, (lacks.at, ident))
