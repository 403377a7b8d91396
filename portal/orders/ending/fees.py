"""What calling an order off costs at its stage, as the terms of the order say (`portal.orders.terms`)."""

from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, bindparam, func, select

from portal.core.errors import Invalid
from portal.core.i18n import N_
from portal.core.money import share, show
from portal.orders import bill
from portal.orders.ending.held import held
from portal.orders.lifecycle import OrderStage
from portal.orders.models import Sample

#: Of the goods, while samples are made: per cent.
GOODS_PERCENT = 10

_S = OrderStage
_ROUNDS = select(func.coalesce(func.sum(Sample.fee_minor), 0)).where(Sample.order_id == bindparam("order_id"))


class Split(NamedTuple):
    """What is held for an order, divided at its end: minor units of its currency."""

    fee_minor: int  # stays with the factory
    refund_minor: int  # goes back to the creator

    @property
    def data(self) -> dict[str, int]:
        """The same for the event of the end."""
        return self._asdict()


def calling_off(connection: Connection, order: Any) -> Split:
    """The split when the creator calls an order (or its page's row) off now. The fee is at most the deposit, and never
    more than is held."""
    has = held(connection, order.id)
    fee = min(_fee(connection, order), order.deposit_minor, has)
    return Split(fee, has - fee)


def giving_up(connection: Connection, order: Any) -> Split:
    """The split when the factory gives an order up: everything goes back."""
    return Split(0, held(connection, order.id))


def split(connection: Connection, order: Any, refund_minor: int) -> Split:
    """The split of who judges: so much goes back. Raises `Invalid` for more than is held."""
    has = held(connection, order.id)
    if not 0 <= refund_minor <= has:
        raise Invalid(back=N_("At most %(amount)s is held for this order.", amount=show(has, order.currency)))
    return Split(has - refund_minor, refund_minor)


def _fee(connection: Connection, order: Any) -> int:
    if order.stage in (_S.SAMPLING, _S.SAMPLE_REVIEW):
        sums = bill.amounts(order)
        fees = sums["tooling_minor"] + sums["plate_minor"] + sums["sample_minor"]
        return fees + _further_rounds(connection, order.id) + share(sums["goods_minor"], GOODS_PERCENT)
    return order.deposit_minor if order.stage == _S.PRODUCTION else 0


def _further_rounds(connection: Connection, order_id: UUID) -> int:
    """What the sample rounds cost that the sample fee does not include."""
    return int(connection.execute(_ROUNDS, {"order_id": order_id}).scalar_one())
