"""The operators' pages about factories' payments: who waits, where each is paid, and the bank details for a reason."""

from typing import Any
from uuid import UUID

from flask import Response, request

from portal.accounts.fresh import fresh
from portal.core import sealing
from portal.core.actor import Role
from portal.core.db import lock, reader, transaction
from portal.core.errors import Invalid, NotFound
from portal.core.forms import refuse
from portal.core.web import current_actor, page, rule, settings
from portal.payments.recipients import operations, queries, words
from portal.payments.recipients.bank import BankDetails
from portal.payments.recipients.forms import ReasonForm
from portal.payments.recipients.models import Recipient
from portal.payments.recipients.views import bp
from portal.payments.recipients.views.standing import standing


@bp.get("/operator/money/factories")
@rule(Role.OPERATOR)
def everybody() -> Response:
    """Who is paid how, those who can't be paid and have money waiting first."""
    return page("payments/recipients/everybody.html", rows=queries.everybody(reader()), stages=words.STAGES)


@bp.get("/operator/money/factories/<uuid:factory_id>")
@rule(Role.OPERATOR)
def one(factory_id: UUID) -> Response:
    """How one factory is paid."""
    return _one(factory_id, ReasonForm(None))


@bp.post("/operator/money/factories/<uuid:factory_id>/bank")
@rule(Role.OPERATOR)
@fresh
def bank_details(factory_id: UUID) -> Response:
    """The whole bank details, once, for who says why. Asking is recorded before anything is shown."""
    form = ReasonForm(request.form)
    if not form.validate():
        return _one(factory_id, form, status=422)
    try:
        with transaction() as session:
            recipient = _of(session, factory_id)
            sealer = sealing.bank_details(settings())
            details = operations.reveal(session, recipient, form.why.data, sealer, actor=current_actor())
    except Invalid as problem:
        refuse(form, problem)
        return _one(factory_id, form, status=problem.status)
    return _one(factory_id, ReasonForm(None), details)


def _of(session: Any, factory_id: UUID) -> Recipient:
    row = queries.of_factory(session.connection(), factory_id)
    if row is None:
        raise NotFound()
    return lock(session, Recipient, row.id)


def _one(factory_id: UUID, form: ReasonForm, details: BankDetails | None = None, status: int = 200) -> Response:
    conn = reader()
    recipient = queries.of_factory(conn, factory_id)
    sums = queries.sums(conn, factory_id)
    response = page(
        "payments/recipients/one.html",
        status=status,
        factory=queries.factory(conn, factory_id),
        form=form,
        details=details,
        sums=sums,
        waiting=queries.waiting(sums),
        next_payment=queries.next_payment(recipient),
        parts=queries.parts(conn, factory_id, request.args.get("before", type=UUID)),
        events=[words.happened(event) for event in queries.history(conn, recipient.id)] if recipient else [],
        states=words.STATES,
        of_leg=words.OF_LEG,
        of_release=words.OF_RELEASE,
        **standing(recipient),
    )
    if details:
        response.headers["Cache-Control"] = "no-store"
    return response
