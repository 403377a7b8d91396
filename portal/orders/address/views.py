"""The page on which a creator says where the goods go."""

from uuid import UUID

from flask import Response, request

from portal.core.actor import Role
from portal.core.db import lock, reader, transaction
from portal.core.i18n import _
from portal.core.web import current_actor, done, page, rule
from portal.orders import queries
from portal.orders.address import operations
from portal.orders.address.forms import AddressForm
from portal.orders.address.queries import last_given
from portal.orders.models import Order
from portal.orders.views import bp


@bp.route("/orders/<uuid:order_id>/address", methods=["GET", "POST"])
@rule(Role.CREATOR)
def address(order_id: UUID) -> Response:
    """Give or change the delivery address; at first the one of the last order there, else what the brief says."""
    conn, actor = reader(), current_actor()
    row = queries.visible_order(conn, actor, order_id)
    operations.must_take(row)
    brief = queries.terms_of(conn, order_id)["brief"]
    country = brief["ship_country"]
    known = row.address or last_given(conn, actor, country)
    form = AddressForm(known or {name: brief[f"ship_{name}"] for name in ("postcode", "city", "region")})
    if request.method == "GET" or not form.validate():
        return page(
            "orders/address/give.html",
            status=422 if form.errors else 200,
            order=row,
            form=form,
            country=country,
        )
    with transaction() as session:
        operations.give(session, lock(session, Order, order_id), form.data, actor=actor)
    return done("orders.order", _("The factory sees the address now."), order_id=order_id)
