"""Why an order costs something else than at the award, in sentences."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, select

from portal.core.filters import number
from portal.core.i18n import _
from portal.core.money import show
from portal.orders import bill
from portal.orders.lifecycle import ChangeStage
from portal.orders.models import ChangeOrder, Inspection, Sample

_CHANGES = (
    select(ChangeOrder.number, ChangeOrder.price_minor, ChangeOrder.quantity)
    .where(ChangeOrder.order_id == bindparam("order_id"), ChangeOrder.stage == ChangeStage.ACCEPTED)
    .order_by(ChangeOrder.number)
)
_ROUNDS = (
    select(Sample.round, Sample.fee_minor)
    .where(Sample.order_id == bindparam("order_id"), Sample.fee_minor > 0)
    .order_by(Sample.round)
)
_ALLOWANCES = select(Inspection.allowance_minor).where(
    Inspection.order_id == bindparam("order_id"),
    Inspection.conceded.is_(True),  # type: ignore[union-attr]
    Inspection.allowance_minor > 0,
)


def since_award(connection: Connection, order: Any) -> list[str]:
    """What has changed the bill of an order (a row of `visible_order`) since the award; nothing for most orders."""
    sums = bill.amounts(order)
    if all(sums[name] == order.amounts.get(name, 0) for name in sums):
        return []
    return [*_agreed(connection, order), *_made(order)]


class Paid(NamedTuple):
    minor: int
    at: datetime


def balance_paid(history: Iterable[Any]) -> Paid | None:
    """The balance of an order as it was paid, by its events (the newest first); None before, and where it was 0."""
    paid = next((one for one in history if one.name == "balance_paid"), None)
    minor = paid.data.get("amount_minor", 0) if paid else 0
    return Paid(minor, paid.created_at) if paid and minor else None


def _agreed(connection: Connection, order: Any) -> Iterator[str]:
    of_order = {"order_id": order.id}
    for change in connection.execute(_CHANGES, of_order):
        if change.quantity:
            pieces = number(change.quantity)
            yield _("Change order %(number)s: %(pieces)s pcs are ordered now.", number=change.number, pieces=pieces)
        if change.price_minor:
            amount = _signed(change.price_minor, order.currency)
            yield _("Change order %(number)s: %(amount)s.", number=change.number, amount=amount)
    for row in connection.execute(_ROUNDS, of_order):
        amount = _signed(row.fee_minor, order.currency)
        yield _("Sample round %(round)s, beyond those included: %(amount)s.", round=row.round, amount=amount)
    for row in connection.execute(_ALLOWANCES, of_order):
        amount = _signed(-row.allowance_minor, order.currency)
        yield _("Goods taken as they are, by concession: %(amount)s.", amount=amount)


def _made(order: Any) -> Iterator[str]:
    paid_for = bill.billed(order)
    if paid_for != order.quantity:
        yield _(
            "%(made)s good pieces were made of %(ordered)s ordered, %(paid_for)s are paid for: %(amount)s.",
            made=number(order.made_quantity),
            ordered=number(order.quantity),
            paid_for=number(paid_for),
            amount=_signed((paid_for - order.quantity) * order.unit_price_minor, order.currency),
        )


def _signed(minor: int, currency: str) -> str:
    return f"{'+' if minor > 0 else '−'} {show(abs(minor), currency)}"
