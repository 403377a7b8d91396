"""The factory's pages on inspections: the lot, what was found, the verdict, and then sending it."""

from typing import Any

from flask import Response, request

from portal.core.actor import Role
from portal.core.db import lock, reader, transaction
from portal.core.errors import Invalid
from portal.core.forms import refuse
from portal.core.i18n import _
from portal.core.web import current_actor, done, page, rule
from portal.designs import photos
from portal.orders.changes.queries import spec_now
from portal.orders.inspections import operations
from portal.orders.inspections.classes import CLASSES, allowed
from portal.orders.inspections.forms import InspectionForm, LotForm, inspection_form
from portal.orders.models import Inspection, InspectionKind, Order
from portal.orders.production import queries as production
from portal.orders.samples.queries import golden
from portal.orders.views import bp
from portal.orders.views.acting import act

#: What the buttons of the form send, and what is no part of a report.
_BUTTONS = frozenset({"csrf_token", "add", "edit", "sure"})
_REPORTED = {
    InspectionKind.INLINE: operations.inspect_inline,
    InspectionKind.FINAL: operations.inspect_finally,
}


@bp.route("/orders/<uuid:order_id>/inspections/inline", methods=["GET", "POST"])
@rule(Role.FACTORY)
@act("inspect_inline")
def inspect_inline(order: Any) -> Response:
    """Report an in-line inspection: first of how many pieces (`lot`), then what was found in them."""
    form = LotForm(request.values) if "lot" in request.values else LotForm(formdata=None, lot=_ready(order))
    if "lot" not in request.values or not form.validate():
        return page("orders/inspections/lot.html", status=422 if form.errors else 200, order=order, form=form)
    return _inspect(order, InspectionKind.INLINE, form.lot.data)


def _ready(order: Any) -> int:
    """The pieces that were last said to be ready."""
    reports = production.reports(reader(), order.id)
    return next((said.quantity for said in reports if said.quantity), order.quantity)


@bp.route("/orders/<uuid:order_id>/inspections/final", methods=["GET", "POST"])
@rule(Role.FACTORY)
@act("pass_inspection")
def inspect_finally(order: Any) -> Response:
    """Report the final inspection of all good pieces."""
    return _inspect(order, InspectionKind.FINAL, order.made_quantity or order.quantity)


def _inspect(order: Any, kind: InspectionKind, lot: int) -> Response:
    """The form; the verdict on what it says; and, `sure` of that verdict, the report."""
    sealed = golden(reader(), order.id)
    shape = inspection_form(sealed.photos if sealed else (), every_view=kind == InspectionKind.FINAL)
    form = shape() if request.method == "POST" else shape(formdata=None)
    if request.method == "GET" or "edit" in request.form or "add" in request.form:
        form.add_line(request.form.get("add", ""))
        return _form_page(order, kind, lot, form)
    if not form.validate():
        return _form_page(order, kind, lot, form, 422)
    try:
        findings = form.findings(lot)
        judgement = operations.judge(findings, spec_now(reader(), order.id))
        if request.form.get("sure") != _verdict(judgement.passed):
            return _check_page(order, kind, findings, judgement)
        with transaction() as session:
            kept = _REPORTED[kind](session, lock(session, Order, order.id), findings, actor=current_actor())
    except Invalid as problem:
        refuse(form, problem)
        return _form_page(order, kind, lot, form, 422)
    tone = "success" if kept.passed else "warning"
    return done("orders.order", _said(kept), category=tone, order_id=order.id, _anchor="inspections")


def _verdict(passed: bool) -> str:
    return "passed" if passed else "failed"


def _said(kept: Inspection) -> str:
    if kept.kind == InspectionKind.INLINE:
        return _("The in-line inspection is reported. The creator has been told.")
    if kept.passed:
        return _("The goods have passed. The creator has been told.")
    return _("The goods have not passed. Rework them, or ask the creator for a concession.")


def _form_page(order: Any, kind: InspectionKind, lot: int, form: InspectionForm, status: int = 200) -> Response:
    spec, actor = spec_now(reader(), order.id), current_actor()
    picked = [field for _ident, field in form.views]
    picked += [entry.form.photos for one in CLASSES for entry in form.lines(one.code)]
    found = {field.name: photos.chosen(reader(), actor, "order", order.id, field.data) for field in picked}
    return page(
        "orders/inspections/inspect.html",
        status=status,
        order=order,
        kind=kind,
        lot=lot,
        form=form,
        classes=CLASSES,
        plan=allowed(lot, spec.values, spec.assumptions),
        golden=photos.shown(reader(), form.golden),
        chosen=found,
    )


def _check_page(
    order: Any, kind: InspectionKind, findings: operations.Findings, judgement: operations.Judgement
) -> Response:
    return page(
        "orders/inspections/check.html",
        order=order,
        kind=kind,
        findings=findings,
        classes=CLASSES,
        plan=judgement.plan,
        passed=judgement.passed,
        sure=_verdict(judgement.passed),
        kept=[pair for pair in request.form.items(multi=True) if pair[0] not in _BUTTONS],
    )
