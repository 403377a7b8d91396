"""What is about to be done at Stripe, committed before it is called."""

import hashlib
import json
from typing import Any
from uuid import UUID

from sqlmodel import Session, select

from portal.core import jobs
from portal.core.clock import now
from portal.core.db import new_id
from portal.payments.models import CheckoutSession, Operation, OperationKind, OperationState


def intend(
    session: Session,
    kind: OperationKind,
    *,
    order_id: UUID | None,
    subject_id: UUID,
    params: dict[str, Any],
    ident: UUID | None = None,
) -> Operation:
    """Write down an act; its `params` never change, as they must be the same whenever its key is used."""
    ident = ident or new_id()
    operation = Operation(
        id=ident,
        kind=kind,
        order_id=order_id,
        subject_id=subject_id,
        key=ident,
        key_since=now(),
        params=params,
        params_hash=hashlib.sha256(json.dumps(params, sort_keys=True).encode()).hexdigest(),
    )
    session.add(operation)
    session.flush()
    return operation


def have_done(
    session: Session, kind: OperationKind, params: dict[str, Any], *, order_id: UUID, subject_id: UUID
) -> None:
    """Write down an act for an order's money and have the worker do it. What Stripe makes bears the act's id, by which
    it is found should its answer be lost."""
    ident = new_id()
    named = {**params, "metadata": {"operation": str(ident), "order": str(order_id)}}
    intend(session, kind, order_id=order_id, subject_id=subject_id, params=named, ident=ident)
    jobs.defer(session, "payments.carry_out", operation_id=ident)


def intend_expiry(session: Session, checkout: CheckoutSession) -> Operation:
    """Have an open payment page closed at Stripe: the operation that does it, also if it is under way already."""
    kind = OperationKind.EXPIRE_CHECKOUT
    query = select(Operation).where(
        Operation.subject_id == checkout.id, Operation.kind == kind, Operation.state == OperationState.INTENDED
    )
    waiting = session.exec(query).first()
    if waiting:
        return waiting
    params = {"stripe_id": checkout.stripe_id}
    operation = intend(session, kind, order_id=checkout.order_id, subject_id=checkout.id, params=params)
    jobs.defer(session, "payments.carry_out", operation_id=operation.id)
    return operation
