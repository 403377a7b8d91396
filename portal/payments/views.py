"""Paying on the web: to the payment page and back, Stripe's messages, the operators' books."""

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, redirect, request, url_for
from sqlalchemy import Row

from portal.core.actor import Actor, Role
from portal.core.db import lock, reader, transaction
from portal.core.errors import Gone, NotFound
from portal.core.i18n import N_, _
from portal.core.web import MACHINE, absolute, current_actor, done, is_htmx, page, refused, rule, settings
from portal.orders.bill import billed
from portal.orders.models import Order
from portal.orders.queries import visible_order
from portal.payments import calls, gateway, ledger, operations, panel, queries, refunds
from portal.payments.accounts import ACCOUNT_NAMES, Account
from portal.payments.books import queries as books_queries
from portal.payments.gateway.messages import read_message
from portal.payments.models import LegKind, Refund
from portal.payments.operations import PaymentPage

bp = Blueprint("payments", __name__)

#: our languages as Stripe's payment page calls them
_LOCALES = {"en": "en", "zh_Hans": "zh", "zh_Hant": "zh-TW"}


@bp.post("/orders/<uuid:order_id>/pay")
@rule(Role.CREATOR)
def pay(order_id: UUID):
    """Go to the payment page of the `leg` that the form names."""
    kind = request.form.get("leg", LegKind.DEPOSIT, type=LegKind)
    actor = current_actor()
    order = visible_order(reader(), actor, order_id)
    gate = gateway.connect(settings())
    try:
        address = calls.payment_page(gate, order_id, kind, _payment_page(order, kind, actor), actor=actor)
    except Gone as refusal:
        return refused(refusal, (_("Go to the order"), url_for("orders.order", order_id=order_id)))
    if request.headers.get("HX-Request"):
        return Response(headers={"HX-Redirect": address})
    return redirect(address, 303)


def _payment_page(order: Row[Any], kind: LegKind, actor: Actor) -> PaymentPage:
    back = absolute("payments.returned", order_id=order.id)
    item = {
        LegKind.DEPOSIT: N_("Deposit for order %(number)s", number=order.number),
        LegKind.BALANCE: N_("Balance of order %(number)s", number=order.number),
    }
    return PaymentPage(
        item=str(item[kind]),
        description=_("%(title)s, %(quantity)d pcs", title=order.title, quantity=billed(order)),
        email=actor.email,
        locale=_LOCALES[actor.locale],
        success_url=f"{back}?session={{CHECKOUT_SESSION_ID}}",
        cancel_url=absolute("orders.order", order_id=order.id) + "#payments",
    )


@bp.get("/orders/<uuid:order_id>/paid")
@rule(Role.CREATOR)
def returned(order_id: UUID):
    """Back from the payment page. What is shown is what Stripe has told us, not that somebody came back."""
    conn, session = reader(), request.args.get("session", "")
    order = visible_order(conn, current_actor(), order_id)
    leg = queries.payments_of(conn, order).newest(queries.kind_paid_for(conn, order, session))
    # Stripe names the session only to who has paid: what a card tried before was refused for is over.
    paid_just_now = leg is not None and leg.state in ("open", "arriving") and "session" in request.args
    return page(
        "payments/_returned.html" if is_htmx() else "payments/returned.html",
        order=order,
        leg=leg,
        refund=queries.returned_payment(conn, order_id, session),
        refusal=None if paid_just_now or leg is None else panel.refusal(leg),
    )


@bp.post("/orders/<uuid:order_id>/paid")
@rule(Role.CREATOR)
def came_back(order_id: UUID):
    """The browser says that somebody is back from having paid on the payment page `session`."""
    visible_order(reader(), current_actor(), order_id)
    with transaction() as session:
        operations.note_return(session, order_id, request.args.get("session", ""))
    return Response(status=204)


@bp.post("/webhooks/stripe")
@rule(MACHINE)
def webhook():
    """A message from Stripe: kept, then answered. What it is about is looked at by the worker."""
    signature = request.headers.get("Stripe-Signature", "")
    message = read_message(settings(), request.get_data(), signature)
    with transaction() as session:
        new = operations.take_message(session, message)
    return {"taken": new}


@bp.get("/operator/money")
@rule(Role.OPERATOR)
def books():
    """The accounts and what needs a look."""
    conn = reader()
    return page(
        "payments/books.html",
        ledgers=_by_currency(ledger.balances(conn)),
        names=ACCOUNT_NAMES,
        open_breaks=books_queries.count_open(conn),
        refunds=queries.unsettled_refunds(conn),
    )


def _by_currency(balances: list[Row[Any]]) -> dict[str, list[Row[Any]]]:
    """currency -> its balances, account by account as the ledger has them."""
    places = list(Account)
    ledgers: dict[str, list[Row[Any]]] = {}
    for row in sorted(balances, key=lambda row: (row.currency, places.index(row.account))):
        ledgers.setdefault(row.currency, []).append(row)
    return ledgers


@bp.post("/operator/money/refunds/<uuid:refund_id>/retry")
@rule(Role.OPERATOR)
def retry_refund(refund_id: UUID):
    """Try a failed refund again."""
    with transaction() as session:
        refund = session.get(Refund, refund_id)
        if refund is None:
            raise NotFound()
        lock(session, Order, refund.order_id)
        refunds.retry(session, lock(session, Refund, refund_id), actor=current_actor())
    return done("payments.books", _("The refund is tried again."))
