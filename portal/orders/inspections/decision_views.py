"""What follows a failed inspection: the factory's rework or its question, the creator's decision."""

from typing import Any

from flask import Response, request

from portal.core.actor import Role
from portal.core.db import lock, reader, transaction
from portal.core.errors import Invalid
from portal.core.forms import Form, refuse
from portal.core.i18n import _
from portal.core.web import current_actor, done, page, rule
from portal.designs import photos
from portal.orders.inspections import concessions, queries
from portal.orders.inspections.forms import AskForm, DecideForm, ReworkForm
from portal.orders.inspections.panel import shown
from portal.orders.models import InspectionKind, Order
from portal.orders.views import bp
from portal.orders.views.acting import act


@bp.route("/orders/<uuid:order_id>/rework/finish", methods=["GET", "POST"])
@rule(Role.FACTORY)
@act("finish_rework")
def finish_rework(order: Any) -> Response:
    """Say what was put right: the final inspection is made again."""
    made = order.made_quantity or order.quantity
    form = ReworkForm(formdata=None, made=made) if request.method == "GET" else ReworkForm()
    if request.method == "GET" or not form.validate():
        return _rework_page(order, form)
    try:
        with transaction() as session:
            locked = lock(session, Order, order.id)
            said = form.done.data, form.made.data, form.photos.data
            concessions.finish_rework(session, locked, *said, actor=current_actor())
    except Invalid as problem:
        refuse(form, problem)
        return _rework_page(order, form)
    return done("orders.order", _("Inspect the goods again now."), order_id=order.id, _anchor="inspections")


def _rework_page(order: Any, form: ReworkForm) -> Response:
    chosen = photos.chosen(reader(), current_actor(), "order", order.id, form.photos.data)
    return _form_page("rework", order, form, chosen=chosen)


@bp.route("/orders/<uuid:order_id>/concession/ask", methods=["GET", "POST"])
@rule(Role.FACTORY)
@act("ask_concession")
def ask_concession(order: Any) -> Response:
    """Ask the creator to take the goods as they are."""
    form = (AskForm(formdata=None) if request.method == "GET" else AskForm()).priced_in(order.currency)
    if request.method == "GET" or not form.validate():
        return _form_page("ask", order, form)
    try:
        with transaction() as session:
            locked = lock(session, Order, order.id)
            said = (form.reason.data, form.allowance_minor.data)
            concessions.ask(session, locked, *said, actor=current_actor())
    except Invalid as problem:
        refuse(form, problem)
        return _form_page("ask", order, form)
    return done("orders.order", _("Asked. The creator decides."), order_id=order.id, _anchor="inspections")


@bp.route("/orders/<uuid:order_id>/concession", methods=["GET", "POST"])
@rule(Role.CREATOR)
@act("grant_concession")
def decide_concession(order: Any) -> Response:
    """The creator takes the goods as they are, or has them reworked."""
    form = DecideForm(formdata=None) if request.method == "GET" else DecideForm()
    if request.method == "GET" or not form.validate():
        return _decide_page(order, form)
    granted = form.decision.data == "grant"
    with transaction() as session:
        locked, actor = lock(session, Order, order.id), current_actor()
        if granted:
            concessions.grant(session, locked, actor=actor)
        else:
            concessions.refuse(session, locked, form.reason.data, actor=actor)
    words = _("You take the goods as they are.") if granted else _("The factory reworks the goods.")
    return done("orders.order", words, order_id=order.id, _anchor="inspections")


def _decide_page(order: Any, form: DecideForm) -> Response:
    rows = queries.inspections(reader(), order.id)
    failed = next(row for row in rows if row.kind == InspectionKind.FINAL)
    return _form_page("decide", order, form, inspection=shown(reader(), order, [failed])[0])


def _form_page(name: str, order: Any, form: Form, **more: Any) -> Response:
    status = 422 if form.errors else 200
    return page(f"orders/inspections/{name}.html", status=status, order=order, form=form, **more)
