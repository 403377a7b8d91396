"""The orders of each side: the list, the order, its purchase order, its early end."""

from typing import Any
from uuid import UUID

from flask import current_app, redirect, request, url_for
from markupsafe import Markup
from sqlalchemy import Row

from portal import products
from portal.core.actor import Role
from portal.core.asking import whole
from portal.core.db import lock, reader, transaction
from portal.core.errors import Gone
from portal.core.i18n import N_, _
from portal.core.web import current_actor, done, not_modified, page, rule
from portal.orders import bill, bill_words, operations, panels, progress, queries, words
from portal.orders.changes import queries as changes
from portal.orders.changes import words as change_words
from portal.orders.ending.words import WAYS_OUT
from portal.orders.forms import CancelForm
from portal.orders.lifecycle import OrderStage
from portal.orders.models import Order
from portal.orders.opened import Opened
from portal.orders.terms import CLAUSES
from portal.orders.views import bp
from portal.orders.waiting.views import count_for_tab
from portal.sourcing import assumptions

SIDES = (Role.CREATOR, Role.FACTORY)


@bp.get("/orders", endpoint="orders")
@rule(*SIDES, Role.OPERATOR)
def listing():
    """The reader's orders, newest first; of one stage with `stage`, behind a number with `before`."""
    stage = request.args.get("stage", type=OrderStage)
    shown = queries.orders(reader(), current_actor(), stage=stage, before=request.args.get("before", type=whole))
    waits = count_for_tab()
    if unchanged := not_modified([(row.number, row.version) for row in shown.rows], shown.before, stage, waits):
        return unchanged
    start = url_for("orders.orders")
    rows = words.listed(shown.rows, current_actor(), lambda ident: f"{start}/{ident}")
    return page("orders/orders.html", rows=rows, before=shown.before, stage=stage, waits=waits)


@bp.get("/orders/<uuid:order_id>")
@rule(*SIDES, Role.OPERATOR)
def order(order_id: UUID):
    """Everything about one order, for both sides."""
    conn, actor = reader(), current_actor()
    row = queries.visible_order(conn, actor, order_id)
    history = queries.history(conn, order_id)
    loaded = panels.load_all(conn, actor, Opened(row, history))
    if unchanged := not_modified(row.version, len(history), panels.versions(loaded)):
        return unchanged
    return page(
        "orders/order.html",
        order=row,
        amounts=words.AMOUNTS,
        bill=bill.amounts(row),
        changes=bill_words.since_award(conn, row),
        balance=bill_words.balance_paid(history),
        turn=words.turn_of(row, actor, history),
        tasks=words.task_items(row, history, actor, {panel.name for panel, _context in loaded}),
        way=progress.WAY,
        here=progress.HERE.get(row.stage),
        timeline=words.timeline(history, row, actor),
        **_parts(row, loaded),
        ways_out=[(endpoint, label) for step, endpoint, label in WAYS_OUT if progress.may(step, row, actor.role)],
    )


def _parts(row: Row[Any], loaded: panels.Loaded) -> dict[str, list[Markup]]:
    """The panels as text, the first ones apart. What is the same for every template of a request is worked out once
    for all of them."""
    common: dict[str, Any] = {"order": row}
    current_app.update_template_context(common)
    templates = current_app.jinja_env
    parts: dict[str, list[Markup]] = {"first_panels": [], "panels": []}
    for panel, context in loaded:
        part = Markup(templates.get_template(panel.template).render(common | context))  # noqa: S704
        parts["first_panels" if panel.first else "panels"].append(part)
    return parts


@bp.get("/briefs/<uuid:brief_id>/order")
@rule(*SIDES, Role.OPERATOR)
def order_of_brief(brief_id: UUID):
    """Where the order of a brief is."""
    found = queries.order_of_brief(reader(), current_actor(), brief_id)
    return redirect(url_for("orders.order", order_id=found.id), 303)


@bp.get("/orders/<uuid:order_id>/po")
@rule(*SIDES, Role.OPERATOR)
def purchase_order(order_id: UUID):
    """The purchase order, as it was frozen at the award, and what was agreed since; made to be printed."""
    row = queries.visible_order(reader(), current_actor(), order_id)
    terms = queries.terms_of(reader(), order_id)
    return page(
        "orders/purchase_order.html",
        order=row,
        terms=terms,
        category=products.category(row.category),
        amounts=words.AMOUNTS,
        clauses=CLAUSES[terms["version"]],
        assumptions=assumptions.in_words(row.category, terms["assumptions"]),
        amendments=[(change, change_words.lines(row, change)) for change in changes.agreed(reader(), order_id)],
    )


@bp.route("/orders/<uuid:order_id>/cancel", methods=["GET", "POST"])
@rule(*SIDES)
def cancel(order_id: UUID):
    """End an order before its deposit is paid."""
    form, actor = CancelForm(), current_actor()
    row = queries.visible_order(reader(), actor, order_id)
    if not progress.may("cancel", row, actor.role):
        raise Gone(N_("This order can no longer be cancelled here."))
    if request.method == "GET" or not form.validate():
        status = 200 if request.method == "GET" else 422
        return page("orders/cancel.html", status=status, order=row, form=form)
    with transaction() as session:
        operations.cancel(session, lock(session, Order, order_id), form.reason.data, actor=actor)
    return done("orders.order", _("The order is cancelled. The other side has been told."), order_id=order_id)
