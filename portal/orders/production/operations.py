"""Reports from production, and its end: the good pieces made decide what the order costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Any

from sqlmodel import Session

from portal import products
from portal.core import clock
from portal.core.actor import Actor
from portal.core.errors import Invalid
from portal.core.filters import zone
from portal.core.i18n import N_
from portal.core.lifecycle import advance
from portal.designs import photos
from portal.orders import bill
from portal.orders.acting import must
from portal.orders.models import Order, Progress


@dataclass(frozen=True)
class Report:
    """What the factory says: `percent` of a milestone is done, `quantity` good pieces are ready so far (None: not
    said), it expects to finish on a day."""

    milestone: str
    percent: int
    quantity: int | None = None
    expected_on: date | None = None
    photos: Sequence[str] = ()
    note: str = ""


def report(session: Session, order: Order, said: Report, *, actor: Actor) -> Progress:
    """Keep a report from production or rework of an order (locked); the creator is told.

    Raises `Invalid` for a milestone of another category, a day that has passed, more pieces than can be meant, and
    photos that can't be taken.
    """
    must(order, "report_progress", actor)
    if said.milestone not in {option.code for option in products.category(order.category).milestones}:
        raise Invalid(milestone=N_("Choose one of the milestones."))
    if said.expected_on and said.expected_on < today_of(order):
        raise Invalid(expected_on=N_("This day has passed. Write the day on which you expect to finish."))
    if said.quantity:
        bill.checked_pieces(order, said.quantity, "quantity")
    kept = Progress(
        order_id=order.id,
        reported_by=actor.person_id,
        milestone=said.milestone,
        percent=said.percent,
        quantity=said.quantity,
        expected_on=said.expected_on,
        photos=photos.taken(session, "order", order.id, said.photos, actor=actor),
        note=said.note,
    )
    session.add(kept)
    session.flush()
    figures = {"milestone": kept.milestone, "percent": kept.percent, "quantity": kept.quantity}
    expected = kept.expected_on.isoformat() if kept.expected_on else None
    told = {"progress_id": str(kept.id), **figures, "expected_on": expected, "reason": kept.note}
    advance(session, order, "report_progress", actor=actor, **told)
    return kept


def today_of(order: Any) -> date:
    """The factory's own day, of an order or of its page's row."""
    terms = getattr(order, "terms", None)
    name = terms.get("factory", {}).get("timezone", "UTC") if terms else order.factory_timezone
    return clock.now().astimezone(zone(name)).date()


@dataclass(frozen=True)
class Reckoning:
    """What `made` good pieces do to the bill: `billed` of them are paid for; `before` and `after` are the balance in
    minor units; `back` is what the deposit was too much by."""

    made: int
    billed: int
    before: int
    after: int
    back: int

    @property
    def free(self) -> int:
        """Pieces beyond the tolerance, which are not charged."""
        return self.made - self.billed


def reckoning(order: Any, made: int) -> Reckoning:
    """What `made` good pieces would do to the bill of an order (or its page's row); changes nothing.

    Raises `Invalid` for fewer than the tolerance allows, and for more than can be meant.
    """
    bill.checked_pieces(order, made, "made")
    fewest = bill.fewest(order.quantity)
    if made < fewest:
        words = N_(
            "At least %(fewest)d of the %(quantity)d pieces must be good. For fewer, propose a change order first: "
            "the creator decides.",
            fewest=fewest,
            quantity=order.quantity,
        )
        raise Invalid(made=words)
    would_be = SimpleNamespace(**_bill_of(order), made_quantity=made)
    sums = bill.amounts(would_be)
    back = max(order.deposit_minor - sums["total_minor"], 0)
    return Reckoning(made, bill.billed(would_be), order.balance_minor, sums["balance_minor"], back)


def _bill_of(order: Any) -> dict[str, Any]:
    """What `bill.amounts` reads of an order, but the pieces made."""
    names = ("quantity", "unit_price_minor", "extras_minor", "deposit_minor")
    terms = getattr(order, "terms", None) or {"amounts": order.amounts, "quote": order.quote}
    return {name: getattr(order, name) for name in names} | {"terms": terms}


def finish(session: Session, order: Order, made: int, *, actor: Actor) -> Reckoning:
    """Production of an order (locked) is over with `made` good pieces: total and balance follow them, and the final
    inspection is next. Raises `Invalid` for fewer than the tolerance allows."""
    must(order, "finish_production", actor)
    found = reckoning(order, made)
    order.made_quantity = made
    bill.reckon(order)
    told = {"made": made, "ordered": order.quantity, "free": found.free, "currency": order.currency}
    told |= {"balance_before_minor": found.before, "balance_after_minor": found.after, "back_minor": found.back}
    advance(session, order, "finish_production", actor=actor, **told)
    return found
