"""The operators' books: postings, one entry, what was compared with Stripe and what is to be corrected."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, redirect, request, url_for
from sqlalchemy import Engine, Row

from portal.core import jobs
from portal.core.actor import Role
from portal.core.db import reader, readers, transaction
from portal.core.errors import Gone, NotAllowed
from portal.core.i18n import _
from portal.core.web import current_actor, done, page, refused, rule
from portal.payments import words
from portal.payments.accounts import ACCOUNT_NAMES, MOVEMENTS
from portal.payments.books import checks, correcting, queries, sheets
from portal.payments.books.forms import PostingsForm, ReasonForm

bp = Blueprint("books", __name__, url_prefix="/operator/money")


@bp.get("/postings")
@rule(Role.OPERATOR)
def postings():
    """Postings of an account, an order, a movement, a period: the newest first."""
    form = PostingsForm(request.args)
    form.validate()
    chosen = form.chosen(request.args)
    rows = queries.postings(reader(), chosen, queries.Key.read(request.args.get("after", "")))
    kept = {name: value for name, value in request.args.items() if name != "after" and value}
    return page(
        "payments/books/postings.html",
        status=422 if form.errors else 200,
        form=form,
        chosen=chosen,
        postings=rows,
        kept=kept,
        after=str(queries.key_of(rows[-1])) if len(rows) == queries.PAGE else None,
        names=ACCOUNT_NAMES,
        movements=MOVEMENTS,
    )


@bp.get("/postings.csv")
@rule(Role.OPERATOR)
def export() -> Response:
    """The same postings as CSV, all of them, sent as they are read."""
    form = PostingsForm(request.args)
    if not form.validate():
        return redirect(url_for("books.postings", **request.args.to_dict()), 303)  # type: ignore[return-value]
    lines = sheets.stream(_every_posting(readers(), form.chosen(request.args)))
    answer = Response(lines, mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="xiaodan-postings.csv"'
    return answer


def _every_posting(engine: Engine, chosen: queries.Chosen) -> Iterator[Row[Any]]:
    with engine.connect() as connection:
        yield from queries.every_posting(connection, chosen)


@bp.get("/transactions/<uuid:transaction_id>")
@rule(Role.OPERATOR)
def entry(transaction_id: UUID):
    """One ledger transaction with both its sides, and what Stripe's books say of it."""
    found = queries.entry(reader(), transaction_id)
    return page("payments/books/entry.html", entry=found, names=ACCOUNT_NAMES, movements=MOVEMENTS)


@bp.get("/checks")
@rule(Role.OPERATOR)
def shown():
    """What was compared with Stripe and when, what differs, what stands still, what was corrected."""
    return _checks()


def _checks(*, status: int = 200, refused_break: UUID | None = None, form: ReasonForm | None = None) -> Response:
    after = request.args.get("after", type=UUID)
    found = checks.load(reader(), after)
    return page(
        "payments/books/checks.html",
        status=status,
        checks=found,
        refused_break=refused_break,
        form=form or ReasonForm(),
        break_names=words.BREAKS,
        break_helps=words.BREAK_HELPS,
        break_pages=words.BREAK_PAGES,
        run_names=words.RUNS,
        count_names=words.COUNTS,
        hold_names=words.HOLDS,
        movements=MOVEMENTS,
    )


@bp.post("/checks")
@rule(Role.OPERATOR)
def compare_now():
    """Have all three comparisons made by the worker, now."""
    with transaction() as session:
        for task in ("payments.reconcile", "payments.undelivered", "payments.compare_books"):
            jobs.defer(session, task, timestamp=0)
    return done("books.shown", _("The comparison has begun. Reload this page in a minute."))


@bp.post("/breaks/<uuid:break_id>/correct")
@rule(Role.OPERATOR)
def correct(break_id: UUID):
    """Propose the entry that mends a break; a small one is booked at once."""
    form = ReasonForm()
    if not form.validate():
        return _checks(status=422, refused_break=break_id, form=form)
    try:
        with transaction() as session:
            made = correcting.propose(session, break_id, actor=current_actor(), reason=form.reason.data or "")
    except Gone as refusal:
        return _refused(refusal)
    booked = made.transaction_id is not None
    return done(
        "books.shown", _("The entry is booked.") if booked else _("Proposed. Another operator has to approve it.")
    )


@bp.post("/corrections/<uuid:correction_id>/approve")
@rule(Role.OPERATOR)
def approve(correction_id: UUID):
    """Book what another operator has proposed."""
    try:
        with transaction() as session:
            correcting.approve(session, correction_id, actor=current_actor())
    except (Gone, NotAllowed) as refusal:
        return _refused(refusal)
    return done("books.shown", _("The entry is booked."))


@bp.post("/corrections/<uuid:correction_id>/withdraw")
@rule(Role.OPERATOR)
def withdraw(correction_id: UUID):
    """Take a proposed entry back."""
    try:
        with transaction() as session:
            correcting.withdraw(session, correction_id, actor=current_actor())
    except NotAllowed as refusal:
        return _refused(refusal)
    return done("books.shown", _("The entry is withdrawn."))


def _refused(refusal: Any) -> Response:
    return refused(refusal, (_("Reconciliation"), url_for("books.shown")))
