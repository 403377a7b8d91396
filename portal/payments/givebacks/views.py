"""Money that goes back after release, on the web: asking for it, giving it, saying no."""

from typing import Any
from uuid import UUID

from flask import Blueprint, request, url_for
from sqlalchemy import Connection, Row

from portal.core.actor import Actor, Role
from portal.core.clock import now
from portal.core.db import lock, reader, transaction
from portal.core.errors import Gone, Invalid
from portal.core.filters import as_date
from portal.core.forms import Form, refuse
from portal.core.i18n import _
from portal.core.sections import Section
from portal.core.web import current_actor, done, page, refused, rule
from portal.orders.models import Order
from portal.orders.queries import visible_order
from portal.orders.waiting.words import Waits
from portal.payments.givebacks import operations, panel, queries
from portal.payments.givebacks.forms import AskForm, DeclineForm, GiveForm
from portal.payments.givebacks.lifecycle import ANSWERED_WITHIN
from portal.payments.givebacks.operations import Cost

bp = Blueprint("givebacks", __name__)


def _order(order_id: UUID) -> Row[Any]:
    return visible_order(reader(), current_actor(), order_id)


def _most(order_id: UUID) -> int:
    with transaction() as session:
        return operations.most(session, session.get_one(Order, order_id))


def _shown(template: str, row: Row[Any], form: Form, **more: Any) -> Any:
    status = 422 if form.errors or form.form_errors else 200
    waiting = queries.waiting(queries.of_order(reader(), row.id))
    most = _most(row.id)
    return page(
        f"payments/givebacks/{template}.html", status=status, order=row, form=form, most=most, waiting=waiting, **more
    )


def _too_late(refusal: Gone, order_id: UUID) -> Any:
    return refused(refusal, (_("Go to the order"), url_for("orders.order", order_id=order_id)))


@bp.route("/orders/<uuid:order_id>/ask-money-back", methods=["GET", "POST"])
@rule(Role.CREATOR)
def ask(order_id: UUID):
    """The creator asks the factory of a finished order for money back."""
    row = _order(order_id)
    form = AskForm(currency=row.currency)
    if request.method == "POST" and form.validate():
        try:
            with transaction() as session:
                order = lock(session, Order, order_id)
                operations.ask(session, order, form.amount.data, form.reason.data, actor=current_actor())
            return done("orders.order", _("The factory has been asked. It has five days to answer."), order_id=order_id)
        except Gone as refusal:
            return _too_late(refusal, order_id)
        except Invalid as problem:
            refuse(form, problem)
    return _shown("ask", row, form)


@bp.post("/orders/<uuid:order_id>/ask-money-back/withdraw")
@rule(Role.CREATOR)
def withdraw(order_id: UUID):
    """The creator takes the request back."""
    _order(order_id)
    try:
        with transaction() as session:
            operations.withdraw(session, lock(session, Order, order_id), actor=current_actor())
    except Gone as refusal:
        return _too_late(refusal, order_id)
    return done("orders.order", _("The request is withdrawn. The factory has been told."), order_id=order_id)


@bp.route("/orders/<uuid:order_id>/give-money-back", methods=["GET", "POST"])
@rule(Role.FACTORY, Role.OPERATOR)
def give(order_id: UUID):
    """The factory gives money back: the amount first, then what it costs, then its yes."""
    row = _order(order_id)
    asked = queries.waiting(queries.of_order(reader(), order_id))
    form = GiveForm(currency=row.currency, data={"amount": asked.asked_minor} if asked else {})
    if request.method != "POST" or not form.validate():
        return _shown("give", row, form)
    try:
        cost = _given_or_cost(order_id, form)
    except Gone as refusal:
        return _too_late(refusal, order_id)
    except Invalid as problem:
        refuse(form, problem)
        return _shown("give", row, form)
    if cost is None:
        return done("orders.order", _("The money is on its way back. The creator has been told."), order_id=order_id)
    form.agreed.data = str(cost.factory)
    return _shown("give", row, form, cost=cost)


def _given_or_cost(order_id: UUID, form: GiveForm) -> Cost | None:
    """What it would cost; None once that was agreed to and the money is given."""
    with transaction() as session:
        order = lock(session, Order, order_id)
        if form.agreed_minor is None:
            return operations.cost(session, order, form.amount.data)
        said = {"agreed_minor": form.agreed_minor, "actor": current_actor()}
        operations.give(session, order, form.amount.data, form.reason.data, **said)
    return None


@bp.route("/orders/<uuid:order_id>/give-nothing-back", methods=["GET", "POST"])
@rule(Role.FACTORY, Role.OPERATOR)
def decline(order_id: UUID):
    """The factory says no to a request."""
    row, form = _order(order_id), DeclineForm()
    if request.method == "POST" and form.validate():
        try:
            with transaction() as session:
                order = lock(session, Order, order_id)
                operations.decline(session, order, form.reason.data, actor=current_actor())
            return done("orders.order", _("Your answer is sent."), order_id=order_id)
        except Gone as refusal:
            return _too_late(refusal, order_id)
    return _shown("decline", row, form)


def _asked(connection: Connection, actor: Actor) -> dict[str, Any] | None:
    """What waits in a factory's inbox: requests that it has not answered. None for everybody else, and for none."""
    rows = queries.asked_of(connection, actor) if actor.role == Role.FACTORY else []
    return {"rows": [_waits(row) for row in rows]} if rows else None


def _waits(row: Row[Any]) -> Waits:
    due = row.created_at + ANSWERED_WITHIN
    path = f"{url_for('orders.order', order_id=row.order_id)}#{panel.PANEL.name}"
    what = _("Answer the request for money back")
    return Waits(what, path, row.number, row.title, row.name, due, as_date(due), due < now())


#: For a factory's inbox.
SECTION = Section("payments/givebacks/_section.html", _asked)
