"""The factory's pages on production: reporting how far it is, and its end."""

from typing import Any

from flask import Response, request

from portal import products
from portal.core.actor import Role
from portal.core.db import lock, reader, transaction
from portal.core.errors import Invalid
from portal.core.forms import refuse
from portal.core.i18n import _
from portal.core.web import current_actor, done, page, rule
from portal.designs import photos
from portal.orders.models import Order
from portal.orders.production import operations, queries
from portal.orders.production.forms import FinishForm, ProgressForm, suggested
from portal.orders.views import bp
from portal.orders.views.acting import act


@bp.route("/orders/<uuid:order_id>/progress", methods=["GET", "POST"])
@rule(Role.FACTORY)
@act("report_progress")
def report_progress(order: Any) -> Response:
    """Say how far production is."""
    milestones = products.category(order.category).milestones
    if request.method == "GET":
        last = next(iter(queries.reports(reader(), order.id)), None)
        return _progress_page(order, ProgressForm(formdata=None, data=suggested(milestones, last)).offer(milestones))
    form = ProgressForm().offer(milestones)
    if not form.validate():
        return _progress_page(order, form, 422)
    try:
        with transaction() as session:
            operations.report(session, lock(session, Order, order.id), _said(form), actor=current_actor())
    except Invalid as problem:
        refuse(form, problem)
        return _progress_page(order, form, 422)
    return done("orders.order", _("Reported. The creator has been told."), order_id=order.id, _anchor="production")


def _said(form: ProgressForm) -> operations.Report:
    return operations.Report(
        milestone=form.milestone.data,
        percent=form.percent.data,
        quantity=form.quantity.data,
        expected_on=form.expected_on.data,
        photos=form.photos.data,
        note=form.note.data,
    )


def _progress_page(order: Any, form: ProgressForm, status: int = 200) -> Response:
    chosen = photos.chosen(reader(), current_actor(), "order", order.id, form.photos.data)
    return page("orders/production/progress.html", status=status, order=order, form=form, chosen=chosen)


@bp.route("/orders/<uuid:order_id>/production/finish", methods=["GET", "POST"])
@rule(Role.FACTORY)
@act("finish_production")
def finish_production(order: Any) -> Response:
    """Say how many good pieces there are: first what that does to the balance, then, `sure` of that balance, do it."""
    form = FinishForm(formdata=None, made=order.quantity) if request.method == "GET" else FinishForm()
    if request.method == "GET" or not form.validate():
        return _finish_page(order, form, status=200 if request.method == "GET" else 422)
    try:
        found = operations.reckoning(order, form.made.data)
        if request.form.get("sure") != str(found.after):
            return _finish_page(order, form, found)
        with transaction() as session:
            operations.finish(session, lock(session, Order, order.id), form.made.data, actor=current_actor())
    except Invalid as problem:
        refuse(form, problem)
        return _finish_page(order, form, status=422)
    return done("orders.order", _("Production is finished. Inspect the goods next."), order_id=order.id)


def _finish_page(
    order: Any, form: FinishForm, found: operations.Reckoning | None = None, *, status: int = 200
) -> Response:
    return page("orders/production/finish.html", status=status, order=order, form=form, found=found)
