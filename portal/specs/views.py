"""The spec on the web: its PDF for those who may, its acceptance, and the public page behind the QR code."""

import re
from uuid import UUID

from flask import Blueprint, redirect, request

from portal.core.actor import Role
from portal.core.db import lock, reader, transaction
from portal.core.errors import NotFound, Unavailable
from portal.core.i18n import N_, _
from portal.core.web import ANYONE, current_actor, done, page, rule
from portal.designs import storage
from portal.orders.inspections import queries as inspections
from portal.orders.models import Order
from portal.orders.parcels.queries import parcel
from portal.orders.queries import visible_order
from portal.specs import inspection_report as reports
from portal.specs import operations, queries, shipping
from portal.specs.models import PaperKind

bp = Blueprint("specs", __name__)
_NUMBER = re.compile(r"XD-(\d{1,9})", re.IGNORECASE)


@bp.get("/orders/<uuid:order_id>/spec.pdf")
@rule(Role.CREATOR, Role.FACTORY, Role.OPERATOR)
def pdf(order_id: UUID):
    """The revision in force, or the earlier one named by `revision`."""
    order = visible_order(reader(), current_actor(), order_id)
    spec = queries.finished(reader(), order_id, request.args.get("revision"))
    return redirect(
        storage.link(spec.pdf_key, queries.filename(order.number, spec.revision), media_type="application/pdf"), 303
    )


@bp.get("/orders/<uuid:order_id>/purchase-order.pdf")
@rule(Role.CREATOR, Role.FACTORY, Role.OPERATOR)
def purchase_order(order_id: UUID):
    order = visible_order(reader(), current_actor(), order_id)
    key = queries.paper(reader(), order_id, PaperKind.PURCHASE_ORDER)
    if key is None:
        raise NotFound()
    return redirect(storage.link(key, f"PO-{order.number}.pdf", media_type="application/pdf"), 303)


@bp.get("/orders/<uuid:order_id>/parcels/<uuid:parcel_id>/<any(packing_list, commercial_invoice):paper>.pdf")
@rule(Role.CREATOR, Role.FACTORY, Role.OPERATOR)
def parcel_paper(order_id: UUID, parcel_id: UUID, paper: str):
    """A customs paper of a parcel."""
    order = visible_order(reader(), current_actor(), order_id)
    sent = parcel(reader(), order_id, parcel_id)
    found = queries.parcel_paper(reader(), order_id, PaperKind(paper), parcel_id)
    if found is None:
        raise NotFound()
    name = found.number or shipping.parcel_number(PaperKind(paper), order.number, sent.number)
    return redirect(storage.link(found.pdf_key, f"{name}.pdf", media_type="application/pdf"), 303)


@bp.get("/orders/<uuid:order_id>/inspections/<uuid:inspection_id>.pdf")
@rule(Role.CREATOR, Role.FACTORY, Role.OPERATOR)
def inspection_report(order_id: UUID, inspection_id: UUID):
    """The report of an inspection."""
    order = visible_order(reader(), current_actor(), order_id)
    row = inspections.inspection(reader(), inspection_id)
    if row.order_id != order_id:
        raise NotFound()
    key = queries.paper(reader(), order_id, PaperKind.INSPECTION_REPORT, inspection_id)
    if key is None:
        raise Unavailable(N_("The report is being made. Try again in a minute."))
    name = reports.number(order.number, inspections.number_of(reader(), row))
    return redirect(storage.link(key, f"{name}.pdf", media_type="application/pdf"), 303)


@bp.post("/orders/<uuid:order_id>/spec/accept")
@rule(Role.CREATOR, Role.FACTORY)
def accept(order_id: UUID):
    actor = current_actor()
    visible_order(reader(), actor, order_id)
    with transaction() as session:
        order = lock(session, Order, order_id)
        operations.accept(
            session,
            order,
            revision=request.form.get("revision", ""),
            pdf_sha256=request.form.get("pdf_sha256", ""),
            actor=actor,
        )
    return done("orders.order", _("You have accepted the production spec."), order_id=order_id)


@bp.get("/spec/<number>/<revision>")
@rule(ANYONE)
def check(number: str, revision: str):
    """Whether a paper in somebody's hand is the current revision; shows nothing of its content."""
    found = _NUMBER.fullmatch(number)
    if not found:
        raise NotFound()
    spec = queries.by_number(reader(), int(found[1]), revision.upper())
    return page("specs/check.html", spec=spec, number=number.upper(), current=spec.newest == spec.revision)
