"""What operators see of subsidies."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row, select
from sqlmodel import col

from portal.accounts.models import Person
from portal.orders.models import Order
from portal.payments.subsidies import operations
from portal.payments.subsidies.models import Subsidy, SubsidyBudget

PAGE = 50


class Budget(NamedTuple):
    """A currency's budget for each month, and what of this month's is used: minor units."""

    currency: str
    monthly: int
    used: int

    @property
    def left(self) -> int:
        return max(self.monthly - self.used, 0)


def budgets(connection: Connection) -> list[Budget]:
    """Every currency that has a budget."""
    query = select(SubsidyBudget.currency, SubsidyBudget.monthly_minor).order_by(SubsidyBudget.currency)
    rows = connection.execute(query)
    return [Budget(row.currency, row.monthly_minor, operations.used(connection, row.currency)) for row in rows]


def granted(connection: Connection) -> Sequence[Row[Any]]:
    """The newest subsidies, with their order and who granted them."""
    query = (
        select(
            Subsidy.created_at, Subsidy.amount_minor, Subsidy.currency, Subsidy.reason, Subsidy.order_id, Order.number,
            Person.name,
        )  # type: ignore[call-overload]
        .join(Order, Order.id == Subsidy.order_id)
        .join(Person, Person.id == Subsidy.granted_by)
        .order_by(col(Subsidy.id).desc())
        .limit(PAGE)
    )  # fmt: skip
    return connection.execute(query).all()
