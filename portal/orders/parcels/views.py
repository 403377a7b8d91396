"""The pages of parcels: sending one, saying that it has arrived, closing the order early."""

from uuid import UUID

from flask import Response, request, url_for

from portal.core import clock
from portal.core.actor import Role
from portal.core.db import lock, reader, transaction
from portal.core.errors import Gone, Invalid, NotAllowed
from portal.core.filters import zone
from portal.core.forms import refuse
from portal.core.i18n import N_, _
from portal.core.web import current_actor, done, page, refused, rule
from portal.designs import photos
from portal.orders import bill, operations, progress, queries
from portal.orders.models import Order
from portal.orders.parcels import carriers
from portal.orders.parcels import operations as shipping
from portal.orders.parcels import queries as parcel_queries
from portal.orders.parcels.forms import ArrivalForm, CloseForm, ParcelForm
from portal.orders.views import bp


@bp.route("/orders/<uuid:order_id>/parcels/new", methods=["GET", "POST"])
@rule(Role.FACTORY)
def ship_parcel(order_id: UUID):
    """The factory sends a parcel; with the last one the order is shipped."""
    row = queries.visible_order(reader(), current_actor(), order_id)
    if not progress.may("ship_parcel", row, Role.FACTORY):
        return _too_late(order_id, N_("Parcels can’t be added to this order now."))
    left = shipping.made(row) - shipping.sent_before(reader(), row.id)
    form = ParcelForm(data={"pieces": left, "last": True, "shipped_on": _today(row)})
    if request.method == "GET" or not form.validate():
        return _ship_page(row, form, left)
    try:
        with transaction() as session:
            order = lock(session, Order, order_id)
            shipping.ship(session, order, form.load, last=form.last.data, actor=current_actor())
    except Invalid as problem:
        refuse(form, problem)
        return _ship_page(row, form, left)
    except (Gone, NotAllowed) as problem:
        return _too_late(order_id, problem.message)
    return done("orders.order", _("The parcel is on its way. The creator has been told."), order_id=order_id)


def _ship_page(row, form: ParcelForm, left: int) -> Response:
    chosen = photos.chosen(reader(), current_actor(), "order", row.id, form.photos.data)
    return page(
        "orders/parcels/ship.html",
        status=422 if form.errors else 200,
        order=row,
        form=form,
        left=left,
        fewest=bill.fewest(row.quantity),
        chosen=chosen,
    )


def _today(row):
    return clock.now().astimezone(zone(row.factory_timezone)).date()


def _too_late(order_id: UUID, message: object) -> Response:
    way = _("Go to the order"), url_for("orders.order", order_id=order_id)
    return refused(Gone(message), way, status=409)


@bp.route("/orders/<uuid:order_id>/parcels/<uuid:parcel_id>/arrived", methods=["GET", "POST"])
@rule(Role.CREATOR, Role.FACTORY, Role.OPERATOR)
def parcel_arrived(order_id: UUID, parcel_id: UUID):
    """The creator has the parcel; or the other side enters what its carrier says."""
    actor = current_actor()
    row = queries.visible_order(reader(), actor, order_id)
    parcel = parcel_queries.parcel(reader(), order_id, parcel_id)
    if parcel.delivered_at or not progress.may("parcel_arrived", row, actor.role):
        return _too_late(order_id, N_("Somebody has already said that this parcel has arrived."))
    form = ArrivalForm(data={"delivered_on": clock.now().date()})
    if request.method == "GET" or (actor.role != Role.CREATOR and not form.validate()):
        return _arrival_page(row, parcel, form)
    own = actor.role == Role.CREATOR
    said = {} if own else {"at": form.moment, "proof": form.proof.data}
    try:
        with transaction() as session:
            order = lock(session, Order, order_id)
            shipping.arrive(session, order, shipping.own_parcel(session, order, parcel_id), actor=actor, **said)
    except Invalid as problem:
        refuse(form, problem)
        return _arrival_page(row, parcel, form)
    except (Gone, NotAllowed) as problem:
        return _too_late(order_id, problem.message)
    return done("orders.order", _("Noted: parcel %(number)d has arrived.", number=parcel.number), order_id=order_id)


def _arrival_page(row, parcel, form: ArrivalForm) -> Response:
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
def close(order_id: UUID):
    """All is well: the creator closes the order before its claim window ends."""
    row = queries.visible_order(reader(), current_actor(), order_id)
    if not progress.may("close", row, Role.CREATOR):
        return _too_late(order_id, N_("This order can’t be closed now."))
    form = CloseForm()
    if request.method == "GET" or not form.validate():
        return page("orders/parcels/close.html", status=422 if form.errors else 200, order=row, form=form)
    try:
        with transaction() as session:
            operations.close(session, lock(session, Order, order_id), actor=current_actor())
    except (Gone, NotAllowed) as problem:
        return _too_late(order_id, problem.message)
    return done("orders.order", _("The order is closed. Thank you for telling."), order_id=order_id)
