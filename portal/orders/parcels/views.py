"""The pages of parcels: sending one, saying that it has arrived, closing the order early."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import Response, request
from sqlalchemy import Row

from portal.core import clock
from portal.core.actor import Role
from portal.core.db import lock, reader, transaction
from portal.core.errors import Gone, Invalid
from portal.core.filters import zone
from portal.core.forms import refuse
from portal.core.i18n import N_, _
from portal.core.web import current_actor, done, page, rule
from portal.designs import photos
from portal.orders import bill, operations
from portal.orders.models import Order
from portal.orders.parcels import carriers, queries, standstill
from portal.orders.parcels import operations as shipping
from portal.orders.parcels.forms import ArrivalForm, CloseForm, ParcelForm
from portal.orders.views import bp
from portal.orders.views.acting import act


@bp.route("/orders/<uuid:order_id>/parcels/new", methods=["GET", "POST"])
@rule(Role.FACTORY)
@act("ship_parcel")
def ship_parcel(row: Row[Any]) -> Response:
    """The factory sends a parcel; with the last one the order is shipped."""
    standstill.must_move(reader(), row.id)
    left = shipping.made(row) - shipping.sent_before(reader(), row.id)
    form = ParcelForm(data={"pieces": left, "last": True, "shipped_on": _today(row)})
    if request.method == "GET" or not form.validate():
        return _ship_page(row, form, left)
    try:
        with transaction() as session:
            order = lock(session, Order, row.id)
            shipping.ship(session, order, form.load, last=form.last.data, actor=current_actor())
    except Invalid as problem:
        refuse(form, problem)
        return _ship_page(row, form, left)
    return done("orders.order", _("The parcel is on its way. The creator has been told."), order_id=row.id)


def _ship_page(row: Row[Any], form: ParcelForm, left: int) -> Response:
    return page(
        "orders/parcels/ship.html",
        status=422 if form.errors else 200,
        order=row,
        form=form,
        left=left,
        fewest=bill.fewest(row.quantity),
        chosen=photos.chosen(reader(), current_actor(), "order", row.id, form.photos.data),
    )


def _today(row: Row[Any]) -> date:
    """The factory's own day: its parcels leave there."""
    return clock.now().astimezone(zone(row.factory_timezone)).date()


@bp.route("/orders/<uuid:order_id>/parcels/<uuid:parcel_id>/arrived", methods=["GET", "POST"])
@rule(Role.CREATOR, Role.FACTORY, Role.OPERATOR)
@act("parcel_arrived")
def parcel_arrived(row: Row[Any], parcel_id: UUID) -> Response:
    """The creator has the parcel; or somebody else enters what its carrier says."""
    actor, parcel = current_actor(), queries.parcel(reader(), row.id, parcel_id)
    if parcel.delivered_at:
        raise Gone(N_("Somebody has already said that this parcel has arrived."))
    form = ArrivalForm(data={"delivered_on": clock.now().date()})
    own = actor.role == Role.CREATOR
    if request.method == "GET" or not (own or form.validate()):
        return _arrival_page(row, parcel, form)
    said = {} if own else {"at": form.moment, "proof": form.proof.data}
    try:
        with transaction() as session:
            order = lock(session, Order, row.id)
            shipping.arrive(session, order, shipping.own_parcel(session, order, parcel_id), actor=actor, **said)
    except Invalid as problem:
        refuse(form, problem)
        return _arrival_page(row, parcel, form)
    return done("orders.order", _("Noted: parcel %(number)d has arrived.", number=parcel.number), order_id=row.id)


def _arrival_page(row: Row[Any], parcel: Row[Any], form: ArrivalForm) -> Response:
    return page(
        "orders/parcels/arrived.html",
        status=422 if form.errors else 200,
        order=row,
        parcel=parcel,
        form=form,
        carrier=carriers.name_of(parcel.carrier),
        tracking_url=carriers.tracking_url(parcel.carrier, parcel.tracking_number),
        window=shipping.CLAIM_WINDOW.days,
    )


@bp.route("/orders/<uuid:order_id>/close", methods=["GET", "POST"])
@rule(Role.CREATOR)
@act("close")
def close(row: Row[Any]) -> Response:
    """All is well: the creator closes the order before its claim window ends."""
    form = CloseForm()
    if request.method == "GET" or not form.validate():
        return page("orders/parcels/close.html", status=422 if form.errors else 200, order=row, form=form)
    with transaction() as session:
        operations.close(session, lock(session, Order, row.id), actor=current_actor())
    return done("orders.order", _("The order is closed. Thank you for telling."), order_id=row.id)
