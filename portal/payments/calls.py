"""Calls to Stripe: the intent is committed before, the outcome after, and nothing is locked in between."""

import time
from collections.abc import Callable
from dataclasses import asdict
from typing import Any
from uuid import UUID

import structlog
from sqlmodel import Session

from portal.core import jobs
from portal.core.actor import Actor
from portal.core.clock import hours, now
from portal.core.db import lock, new_id, transaction
from portal.orders.models import Order
from portal.payments import operations, refunds, settling
from portal.payments.acts import ACTS, Act
from portal.payments.gateway import Gateway
from portal.payments.intents import intend_expiry
from portal.payments.models import (
    CheckoutSession,
    CheckoutState,
    LegKind,
    Operation,
    OperationKind,
    OperationState,
    Refund,
)
from portal.payments.operations import PaymentPage
from portal.payments.reports import Doubtful, Refused, Unreachable

log = structlog.get_logger()

#: Stripe vouches for a key for 24 hours; after less than that we look before we act again.
KEY_LASTS = hours(23)
#: A page may have to be closed, or found to have ended, before there is one that fits.
_PAGES_IN_A_ROW = 3
_OTHER_TAB = 2.0  # seconds that one tab waits for the page that another is opening


def _find_checkout(gateway: Gateway, operation: Operation) -> Any:
    return gateway.find_checkout(str(operation.id), operation.created_at - hours(1))


def _find_refund(gateway: Gateway, operation: Operation) -> Any:
    return gateway.find_refund(str(operation.id), operation.params["payment_intent"])


def _check_later(session: Session, operation: Operation, *_: Any) -> None:
    jobs.defer(session, "payments.check", checkout_id=operation.subject_id)


ACTS |= {
    OperationKind.OPEN_CHECKOUT: Act(
        lambda gateway, operation, key: gateway.open_checkout(operation.params, key),
        _find_checkout,
        operations.record_opened,
        lambda session, operation, _why: operations.record_not_opened(session, operation),
    ),
    OperationKind.EXPIRE_CHECKOUT: Act(
        lambda gateway, operation, key: gateway.expire_checkout(operation.params["stripe_id"], key),
        lambda gateway, operation: None,  # closing twice does no harm
        _check_later,
        _check_later,
    ),
    OperationKind.REFUND: Act(
        lambda gateway, operation, key: gateway.refund(operation.params, key),
        _find_refund,
        refunds.record,
        refunds.record_refused,
    ),
}


def carry_out(gateway: Gateway, operation_id: UUID) -> None:
    """Do at Stripe what is intended, once, however often this is called and wherever it is interrupted.

    Raises `Unreachable` when the outcome is not known: call again later. A refusal is recorded, and logged.
    """
    with transaction() as session:
        operation = lock(session, Operation, operation_id)
        if operation.state != OperationState.INTENDED:
            return
        operation.attempts += 1
        operation.tried_at = now()
        session.add(operation)
    act = ACTS[operation.kind]
    try:
        result = _act_or_find(gateway, operation, act)
    except Refused as refusal:
        log.error("Stripe refused", operation=str(operation_id), kind=operation.kind.value, why=refusal.text)
        _finish(operation_id, OperationState.REFUSED, act.refused, refusal.text, error=refusal.text)
        return
    except Unreachable as failure:
        _note_failure(operation_id, failure)
        raise
    _finish(operation_id, OperationState.SUCCEEDED, act.record, result)


def _act_or_find(gateway: Gateway, operation: Operation, act: Act) -> Any:
    """While Stripe vouches for the key, asking again is safe. After that, or when Stripe only repeats a failure, look
    for what the key has made, and use another one only if there is nothing."""
    key = operation.key
    if operation.doubtful or now() - operation.key_since > KEY_LASTS:
        found = act.look(gateway, operation)
        if found is not None:
            return found
        key = _new_key(operation.id, operation.key)
    return act.call(gateway, operation, str(key))


def _new_key(operation_id: UUID, used: UUID) -> UUID:
    """The operation's next key; the one that another process has just chosen, if it was first."""
    with transaction() as session:
        operation = lock(session, Operation, operation_id)
        if operation.key == used:
            operation.key, operation.key_since, operation.doubtful = new_id(), now(), False
            session.add(operation)
        return operation.key


def _note_failure(operation_id: UUID, failure: Unreachable) -> None:
    with transaction() as session:
        operation = lock(session, Operation, operation_id)
        operation.error = failure.text
        operation.doubtful = operation.doubtful or isinstance(failure, Doubtful)
        session.add(operation)


def _finish(
    operation_id: UUID, state: OperationState, record: Callable[..., None], outcome: Any, *, error: str = ""
) -> None:
    with transaction() as session:
        # The order comes first wherever several rows are locked.
        order_id = session.get_one(Operation, operation_id).order_id
        if order_id:
            lock(session, Order, order_id)
        operation = lock(session, Operation, operation_id)
        if operation.state != OperationState.INTENDED:
            return
        operation.state, operation.error, operation.doubtful = state, error, False
        operation.result = _plain(outcome)
        session.add(operation)
        record(session, operation, outcome)


def _plain(outcome: Any) -> dict[str, Any]:
    if outcome is None or isinstance(outcome, str):
        return {}
    return {name: str(value) for name, value in asdict(outcome).items()}


def payment_page(gateway: Gateway, order_id: UUID, kind: LegKind, page: PaymentPage, *, actor: Actor) -> str:
    """The address where `actor` pays a leg of their order; tabs that ask at once get the same one. One that asks for
    what is not due any more is closed, and another one opened.

    Raises what `operations.request_payment` raises, `Unreachable` and `Refused`.
    """
    for _try in range(_PAGES_IN_A_ROW):
        with transaction() as session:
            order = lock(session, Order, order_id)
            checkout, fits = operations.request_payment(session, order, kind, page, actor=actor)
        if checkout.state == CheckoutState.OPENING:
            address = _opened_here_or_in_another_tab(gateway, checkout)
            if fits:
                return address
        elif not fits:
            _close(gateway, checkout.id)
        elif checkout.expires_at <= now():
            check(gateway, checkout.id)  # its end has not reached us yet
        else:
            return checkout.url
    raise Unreachable("the page could not be closed")


def _close(gateway: Gateway, checkout_id: UUID) -> None:
    """Close a payment page, and take over how it ended: unpaid, or paid in that moment."""
    with transaction() as session:
        operation = intend_expiry(session, session.get_one(CheckoutSession, checkout_id))
    carry_out(gateway, operation.id)
    check(gateway, checkout_id)


def _opened_here_or_in_another_tab(gateway: Gateway, checkout: CheckoutSession) -> str:
    try:
        carry_out(gateway, checkout.operation_id)
    except Unreachable:
        if not _opened(checkout.id, within=_OTHER_TAB):
            raise
    address = _opened(checkout.id)
    if not address:
        raise Refused("not opened")
    return address


def _opened(checkout_id: UUID, within: float = 0) -> str:
    """The page's address once it is known, waiting so many seconds for it at most; else an empty string."""
    until = time.monotonic() + within
    while True:
        with transaction() as session:
            checkout = session.get_one(CheckoutSession, checkout_id)
        if checkout.url or checkout.state != CheckoutState.OPENING or time.monotonic() >= until:
            return checkout.url
        time.sleep(0.2)


def check(gateway: Gateway, checkout_id: UUID) -> str:
    """Ask Stripe how a payment page stands and take it over: what that came to."""
    with transaction() as session:
        stripe_id = session.get_one(CheckoutSession, checkout_id).stripe_id
    if stripe_id is None:
        return "unopened"
    report = gateway.fetch_checkout(stripe_id)
    with transaction() as session:
        return settling.take_report(session, report)


def check_refund(gateway: Gateway, refund_id: UUID) -> None:
    """Ask Stripe how a refund stands and take it over."""
    with transaction() as session:
        stripe_id = session.get_one(Refund, refund_id).stripe_id
    if stripe_id:
        report = gateway.fetch_refund(stripe_id)
        with transaction() as session:
            refunds.take_report(session, refund_id, report)
