"""Reads of the catalogue, always of one creator."""

from collections.abc import Iterable
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, select

from portal.catalogue.models import ProductPrice
from portal.catalogue.sums import Sums, sums
from portal.core.actor import Actor
from portal.core.db import one_of
from portal.factories.models import Factory
from portal.orders import bill
from portal.orders.lifecycle import OrderStage
from portal.orders.models import Order


class Product(NamedTuple):
    """One product: `id` and `number` are its first order's, `pieces` and `times` of all its orders, the rest is of the
    last one. `costs` are in minor units of `currency`."""

    id: UUID
    number: int
    last_id: UUID
    title: str
    factory_name: str
    factory_name_zh: str
    times: int
    pieces: int
    currency: str
    costs: Sums
    sku: str
    retail_minor: int | None


_MADE = (
    select(
        Order.id,
        Order.number,
        Order.title,
        Order.repeats_id,
        Order.quantity,
        Order.made_quantity,
        Order.unit_price_minor,
        Order.total_minor,
        Order.currency,
        Order.terms["quote"]["tax_included"].as_boolean().label("tax_included"),
        Order.terms["quote"]["tax_percent"].as_integer().label("tax_percent"),
        Factory.name.label("factory_name"),
        Factory.name_zh.label("factory_name_zh"),
    )
    .join(Factory, Factory.id == Order.factory_id)
    .where(
        Order.creator_id == bindparam("creator_id"),
        one_of(Order.stage, OrderStage.DELIVERED, OrderStage.DISPUTED, OrderStage.CLOSED),
        Order.shipped_at.is_not(None),
    )
    .order_by(Order.number)
)
_REPEATS = select(Order.id, Order.repeats_id).where(
    Order.creator_id == bindparam("creator_id"), Order.repeats_id.is_not(None)
)
_PRICES = select(ProductPrice.order_id, ProductPrice.sku, ProductPrice.retail_minor).where(
    ProductPrice.creator_id == bindparam("creator_id")
)


def products(conn: Connection, actor: Actor) -> list[Product]:
    """Everything that the creator has had made and that has been delivered, the newest first."""
    mine = {"creator_id": actor.person_id}
    before = {row.id: row.repeats_id for row in conn.execute(_REPEATS, mine)}
    priced = {row.order_id: row for row in conn.execute(_PRICES, mine)}
    orders: dict[UUID, list[Row[Any]]] = {}
    for row in conn.execute(_MADE, mine):
        orders.setdefault(_first(row.id, before), []).append(row)
    found = [_product(first, rows, priced.get(first)) for first, rows in orders.items()]
    return sorted(found, key=lambda product: product.number, reverse=True)


def _first(order_id: UUID, before: dict[UUID, UUID]) -> UUID:
    """The order at the beginning of a row of repeats."""
    while order_id in before:
        order_id = before[order_id]
    return order_id


def _product(first: UUID, rows: list[Row[Any]], price: Row[Any] | None) -> Product:
    last = rows[-1]
    tax = 0 if last.tax_included else last.tax_percent
    costs = sums(pieces=bill.billed(last), unit=last.unit_price_minor, total=last.total_minor, tax_percent=tax)
    return Product(
        id=first,
        number=rows[0].number,
        last_id=last.id,
        title=last.title,
        factory_name=last.factory_name,
        factory_name_zh=last.factory_name_zh,
        times=len(rows),
        pieces=sum(_delivered(rows)),
        currency=last.currency,
        costs=costs,
        sku=price.sku if price else "",
        retail_minor=price.retail_minor if price else None,
    )


def _delivered(rows: Iterable[Row[Any]]) -> Iterable[int]:
    return (row.made_quantity or row.quantity for row in rows)
