"""Disputes on the web, for operators: the list, one with its evidence, what follows from a lost one."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, request

from portal.core.actor import Role
from portal.core.db import lock, reader, transaction
from portal.core.errors import Gone, NotFound
from portal.core.i18n import N_, _
from portal.core.web import current_actor, done, page, rule
from portal.designs import storage
from portal.orders.lifecycle import ENDED_STAGES
from portal.orders.models import Order
from portal.payments.disputes import covering, evidence, queries, record, words
from portal.payments.disputes.forms import EvidenceForm, SettleForm
from portal.payments.disputes.lifecycle import DisputeStage
from portal.payments.disputes.models import Dispute, Liable

bp = Blueprint("disputes", __name__)
_WORDS = {"stages": words.STAGES, "reasons": words.REASONS, "any_reason": words.ANY_REASON, "liable": words.LIABLE}


@bp.get("/operator/disputes")
@rule(Role.OPERATOR)
def disputes():
    """Every dispute, those that wait for somebody first."""
    return page("payments/disputes/disputes.html", rows=queries.listed(reader()), **_WORDS)


@bp.route("/operator/disputes/<uuid:dispute_id>", methods=["GET", "POST"])
@rule(Role.OPERATOR)
def dispute(dispute_id: UUID):
    """One dispute; an operator's words for the bank, of which a paper is made."""
    row = queries.one(reader(), dispute_id)
    offered = _offered(dispute_id)
    chosen = list(row.fields) or list(offered)
    form = EvidenceForm(data={"statement": row.statement, "fields": chosen}, offered=offered)
    if request.method == "POST" and form.validate():
        with transaction() as session:
            found = lock(session, Dispute, dispute_id)
            evidence.prepare(session, found, form.statement.data, form.fields.data, actor=current_actor())
        return done("disputes.dispute", _("The paper is being made. Look at it below."), dispute_id=dispute_id)
    return _shown(row, form)


def _offered(dispute_id: UUID) -> dict[str, str]:
    with transaction() as session:
        return evidence.suggested(record.of(session, session.get_one(Dispute, dispute_id)))


def _shown(row: Any, form: EvidenceForm):
    return page(
        "payments/disputes/dispute.html",
        status=422 if form.errors else 200,
        dispute=row,
        form=form,
        waits=row.stage == DisputeStage.OPENED and row.submitted_at is None,
        pages=[_picture(key, number) for number, key in enumerate(row.pack_pages, 1)],
        to_settle=row.stage == DisputeStage.LOST and row.settled_at is None,
        uncovered=_uncovered(row),
        **_WORDS,
    )


def _uncovered(row: Any) -> int:
    lost = row.lost_refunds_minor + row.lost_held_minor + row.lost_released_minor
    return row.taken_minor - row.back_minor - lost


def _picture(key: str, number: int) -> str:
    return storage.link(key, f"evidence-{number}.webp", media_type="image/webp", inline=True)


@bp.get("/operator/disputes/<uuid:dispute_id>/evidence.pdf")
@rule(Role.OPERATOR)
def paper(dispute_id: UUID):
    """The paper for the bank."""
    row = queries.one(reader(), dispute_id)
    if not row.pack_key:
        raise NotFound()
    return redirect(storage.link(row.pack_key, f"order-{row.number}-evidence.pdf", media_type="application/pdf"), 303)


@bp.post("/operator/disputes/<uuid:dispute_id>/submit")
@rule(Role.OPERATOR)
def submit(dispute_id: UUID):
    """Send the paper that the operator has looked at to the bank."""
    row = queries.one(reader(), dispute_id)
    with transaction() as session:
        lock(session, Order, row.order_id)
        found = lock(session, Dispute, dispute_id)
        evidence.submit(session, found, sha256=request.form.get("sha256", ""), actor=current_actor())
    return done("disputes.dispute", _("The evidence is on its way to the bank."), dispute_id=dispute_id)


@bp.route("/operator/disputes/<uuid:dispute_id>/settle", methods=["GET", "POST"])
@rule(Role.OPERATOR)
def settle(dispute_id: UUID):
    """What follows from a lost dispute."""
    row, form = queries.one(reader(), dispute_id), SettleForm()
    if row.stage != DisputeStage.LOST or row.settled_at:
        raise Gone(N_("There is nothing to be said about this dispute."))
    if request.method == "POST" and form.validate():
        with transaction() as session:
            order = lock(session, Order, row.order_id)
            found, actor = lock(session, Dispute, dispute_id), current_actor()
            covering.settle(session, order, found, Liable(form.liable.data), form.reason.data, actor=actor)
        return done("disputes.dispute", _("Noted. Both sides have been told."), dispute_id=dispute_id)
    return page(
        "payments/disputes/settle.html",
        status=422 if form.errors else 200,
        dispute=row,
        form=form,
        uncovered=_uncovered(row),
        under_way=row.order_stage not in ENDED_STAGES,
    )
