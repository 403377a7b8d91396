"""Keeping the columns that matching reads: whether a factory is available, its score, how fast it answers."""

from datetime import timedelta
from uuid import UUID

from sqlalchemy import case, func, select, update
from sqlmodel import Session

from portal.core import clock
from portal.core.events import Event
from portal.factories.lifecycle import FactoryStage
from portal.factories.models import Capability, Factory
from portal.factories.record import SMALL_ORDER, Record, static_score

_MEMORY = timedelta(days=365)  # how far back answers count


def refresh(session: Session, factory_id: UUID) -> None:
    """Work out one factory's availability and scores anew, in this transaction."""
    refresh_each(session, [factory_id])


def refresh_each(session: Session, factory_ids: list[UUID]) -> None:
    """Work out availability and scores of some factories anew; rows that stay as they are, are not written."""
    session.flush()
    rows = session.execute(
        select(
            Capability.id,
            Capability.available,
            Capability.score,
            Capability.orders_done,
            Capability.small_orders_done,
            Capability.shipped_orders,
            Capability.on_time_orders,
            Factory.response_hours,
            Factory.stage,
            Factory.open_for_work,
        )
        .join(Factory, Factory.id == Capability.factory_id)
        .where(Capability.factory_id.in_(factory_ids))
    ).all()
    for row in rows:
        record = Record(
            row.orders_done, row.small_orders_done, row.shipped_orders, row.on_time_orders, row.response_hours
        )
        available = row.stage == FactoryStage.VERIFIED and row.open_for_work
        score = static_score(record)
        if (available, score) != (row.available, row.score):
            where = Capability.id == row.id
            session.execute(update(Capability).where(where).values(available=available, score=score))


def count_shipped(session: Session, factory_id: UUID, category: str, *, quantity: int, on_time: bool) -> None:
    """Write an order that has been shipped into the factory's record; the score follows."""
    mine = (Capability.factory_id == factory_id, Capability.category == category)
    counted = {
        "orders_done": Capability.orders_done + 1,
        "small_orders_done": Capability.small_orders_done + int(quantity < SMALL_ORDER),
        "shipped_orders": Capability.shipped_orders + 1,
        "on_time_orders": Capability.on_time_orders + int(on_time),
    }
    session.execute(update(Capability).where(*mine).values(**counted))
    refresh(session, factory_id)


def measure_answers(session: Session) -> None:
    """Set every factory's `response_hours`: the median from invitation to first quote over the last year."""
    asked = func.min(case((Event.name == "factory_invited", Event.created_at)))
    answered = func.min(case((Event.name == "quote_sent", Event.created_at)))
    each = (
        select(Event.factory_id, func.extract("epoch", answered - asked).label("seconds"))
        .where(
            Event.subject == "invitation",
            Event.name.in_(("factory_invited", "quote_sent")),
            Event.created_at > clock.now() - _MEMORY,
        )
        .group_by(Event.factory_id, Event.invitation_id)
        .subquery()
    )
    hours = func.percentile_cont(0.5).within_group(each.c.seconds) / 3600
    medians = (
        select(each.c.factory_id, hours.label("hours"))
        .where(each.c.seconds.is_not(None))
        .group_by(each.c.factory_id)
        .subquery()
    )
    session.execute(update(Factory).where(Factory.id == medians.c.factory_id).values(response_hours=medians.c.hours))
