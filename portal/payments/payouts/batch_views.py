"""The operators' pages about bank batches: what waits, a batch from its making to its file, the bank's results."""

import base64
import binascii
import hashlib
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, request, url_for

from portal.accounts.fresh import fresh
from portal.core import sealing
from portal.core.actor import Role
from portal.core.asking import whole
from portal.core.db import reader, transaction
from portal.core.errors import Invalid, NotFound, PortalError
from portal.core.i18n import _, _n
from portal.core.money import CURRENCIES
from portal.core.web import current_actor, done, page, refused, rule, settings
from portal.payments.payouts import batch_queries, batch_words, batches, planning, result_file, results, schedule
from portal.payments.payouts.lifecycle import BATCH

bp = Blueprint("payouts", __name__, url_prefix="/operator/money/payouts")


@bp.get("")
@rule(Role.OPERATOR)
def listed() -> Response:
    """Every batch, and what waits to be in one."""
    conn = reader()
    rows = batch_queries.listed(conn, request.args.get("before", type=whole))
    return page(
        "payments/payouts/batches.html",
        rows=rows,
        waiting=batch_queries.waiting(conn),
        stages=batch_words.BATCHES,
        following=rows[-1].number if len(rows) == batch_queries.PAGE else None,
    )


@bp.route("/prepare/<currency>", methods=["GET", "POST"])
@rule(Role.OPERATOR)
def prepare(currency: str) -> Response:
    """Who would be in a batch, and who would not; then it is made."""
    if currency not in CURRENCIES:
        raise NotFound()
    seen, error, status = request.form.get("seen", type=whole), "", 200
    if request.method == "POST":
        try:
            with transaction() as session:
                batch = batches.prepare(session, currency, actor=current_actor(), seen_minor=seen)
            return done("payouts.one", _("The batch is prepared."), batch_id=batch.id)
        except PortalError as problem:
            error, status = str(problem.message), problem.status
    return _plan(currency, error, status)


def _plan(currency: str, error: str, status: int) -> Response:
    with transaction() as session:
        plan = planning.plan(session, currency)
    return page(
        "payments/payouts/prepare.html",
        status=status,
        plan=plan,
        reasons=batch_words.LEFT_OUT,
        least=schedule.least(currency),
        two=batches.needs_two(plan.total_minor, currency),
        errors={"": [error]} if error else {},
    )


@bp.get("/<uuid:batch_id>")
@rule(Role.OPERATOR)
def one(batch_id: UUID) -> Response:
    """One batch: whom it pays, how far it is, what can be done."""
    conn, actor = reader(), current_actor()
    batch = batch_queries.one(conn, batch_id)
    events = batch_queries.history(conn, batch_id)
    two = batches.needs_two(batch.total_minor, batch.currency)
    return page(
        "payments/payouts/batch.html",
        batch=batch,
        lines=batch_queries.lines(conn, batch_id),
        numbers=batch_queries.masked_numbers(conn, batch_id, sealing.bank_details(settings())),
        orders=next((event.data["lines"] for event in events if event.name == "batch_prepared"), {}),
        events=[batch_words.happened(event) for event in events],
        may={step.name for step in BATCH.open_to(actor.role, batch.stage)},
        two=two,
        waits_for_another=two and batch.prepared_by == actor.person_id,
        stages=batch_words.BATCHES,
        line_stages=batch_words.LINES,
    )


@bp.post("/<uuid:batch_id>/approve")
@rule(Role.OPERATOR)
@fresh
def approve(batch_id: UUID) -> Response:
    """Let it go to the bank."""
    try:
        with transaction() as session:
            batches.approve(session, batch_id, actor=current_actor())
    except PortalError as problem:
        return _refused(batch_id, problem)
    return done("payouts.one", _("The batch is approved. Its file can be exported now."), batch_id=batch_id)


@bp.post("/<uuid:batch_id>/discard")
@rule(Role.OPERATOR)
def discard(batch_id: UUID) -> Response:
    """Give it up; what it should have paid waits again."""
    try:
        with transaction() as session:
            batches.discard(session, batch_id, actor=current_actor())
    except PortalError as problem:
        return _refused(batch_id, problem)
    return done("payouts.listed", _("The batch is discarded. Its money waits as before."))


@bp.post("/<uuid:batch_id>/file")
@rule(Role.OPERATOR)
@fresh
def export(batch_id: UUID) -> Response:
    """The file for the bank. That it was given away is recorded before it is."""
    number = batch_queries.one(reader(), batch_id).number
    try:
        with transaction() as session:
            sealer = sealing.bank_details(settings())
            body = batches.export(session, batch_id, sealer, actor=current_actor())
    except PortalError as problem:
        return _refused(batch_id, problem)
    answer = make_response(body)
    answer.headers["Content-Type"] = "text/csv; charset=utf-8"
    answer.headers["Content-Disposition"] = f'attachment; filename="xiaodan-batch-{number}.csv"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _refused(batch_id: UUID, problem: PortalError) -> Response:
    if isinstance(problem, NotFound):
        raise problem
    return refused(problem, (_("Back to the batch"), url_for("payouts.one", batch_id=batch_id)))


@bp.route("/results", methods=["GET", "POST"])
@rule(Role.OPERATOR)
def read_results() -> Response:
    """The bank's file, and what it would do, line by line. Nothing is booked."""
    if request.method == "GET":
        return page("payments/payouts/upload.html", errors={})
    file = request.files.get("file")
    try:
        if not file:
            raise Invalid(file=_("Choose a CSV file."))
        return _foreseen(file.read())
    except Invalid as problem:
        return page("payments/payouts/upload.html", status=422, errors={"file": [str(problem.fields["file"])]})


def _foreseen(body: bytes, error: str = "", status: int = 200) -> Response:
    with transaction() as session:
        findings = results.foresee(session, result_file.read(body))
    wrong = [finding for finding in findings if finding.verdict in results.PROBLEMS]
    return page(
        "payments/payouts/results.html",
        status=status,
        findings=findings,
        wrong=len(wrong),
        new=sum(finding.verdict not in results.PROBLEMS | {results.Verdict.KNOWN} for finding in findings),
        verdicts=batch_words.VERDICTS,
        explained=batch_words.explained,
        seen=results.fingerprint(findings),
        body=base64.b64encode(body).decode("ascii"),
        errors={"": [error]} if error else {},
    )


@bp.post("/results/confirm")
@rule(Role.OPERATOR)
def confirm_results() -> Response:
    """Book what was shown: all of it, or nothing."""
    try:
        body = base64.b64decode(request.form.get("body", ""), validate=True)
        read = result_file.read(body)
    except (binascii.Error, ValueError, Invalid):
        return redirect(url_for("payouts.read_results"), 303)  # type: ignore[return-value]
    seen, digest = request.form.get("seen", ""), hashlib.sha256(body).hexdigest()
    try:
        with transaction() as session:
            found = results.take(session, read, seen=seen, digest=digest, actor=current_actor())
    except PortalError as problem:
        return _foreseen(body, str(problem.message), problem.status)
    count = sum(finding.verdict != results.Verdict.KNOWN for finding in found)
    return done("payouts.listed", _n("%(num)d result is booked.", "%(num)d results are booked.", count))
