"""The papers on the web: PDFs for those of the order, the page behind a QR code, the operators' list."""

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, request

from portal.core.actor import Role
from portal.core.clock import now
from portal.core.db import reader
from portal.core.errors import Unavailable
from portal.core.i18n import N_
from portal.core.web import ANYONE, current_actor, page, rule
from portal.designs import storage
from portal.orders.queries import visible_order
from portal.payments.papers import queries, sheets, words
from portal.payments.papers.models import TaxPaperKind

bp = Blueprint("papers", __name__)


@bp.get("/orders/<uuid:order_id>/papers/<number>.pdf")
@rule(Role.CREATOR, Role.FACTORY, Role.OPERATOR)
def pdf(order_id: UUID, number: str):
    """A paper's PDF. The factory's people get those that concern it."""
    actor = current_actor()
    visible_order(reader(), actor, order_id)
    paper = queries.one_of_order(reader(), actor, order_id, number)
    if paper.pdf_key is None:
        raise Unavailable(N_("The paper is being made. Try again in a minute."))
    return redirect(storage.link(paper.pdf_key, f"{paper.number}.pdf", media_type="application/pdf"), 303)


@bp.get("/papers/<number>/<code>")
@rule(ANYONE)
def check(number: str, code: str):
    """Whether a paper in somebody's hand is ours. Who has it knows the code; its parties are not shown."""
    paper = queries.genuine(reader(), number.upper(), code.lower())
    return page("payments/papers/check.html", paper=paper, kind=words.KINDS[paper.kind])


@bp.get("/operator/money/papers")
@rule(Role.OPERATOR)
def issued():
    """The papers of a period, newest first."""
    since, until, kind = _asked()
    before = request.args.get("before", type=UUID)
    return page(
        "payments/papers/issued.html",
        papers=queries.issued(reader(), since, until, kind=kind, before=before),
        sums=queries.sums(reader(), since, until),
        since=since,
        until=until,
        kind=kind,
        kinds=words.KINDS,
        page_length=queries.PAGE,
    )


@bp.get("/operator/money/papers.csv")
@rule(Role.OPERATOR)
def export() -> Response:
    """The same as a file, whole."""
    since, until, kind = _asked()
    rows = queries.issued(reader(), since, until, kind=kind, limit=queries.MOST_LINES)
    answer = make_response(sheets.write(rows))
    answer.headers["Content-Type"] = "text/csv; charset=utf-8"
    answer.headers["Content-Disposition"] = f'attachment; filename="xiaodan-papers-{since}-{until}.csv"'
    return answer


def _asked() -> tuple[date, date, TaxPaperKind | None]:
    """The period and kind that the address names: this month's papers of every kind where it says nothing."""
    today = now().date()
    since = request.args.get("since", today.replace(day=1), type=date.fromisoformat)
    until = request.args.get("until", today, type=date.fromisoformat)
    kind: Any = request.args.get("kind", None, type=TaxPaperKind)
    return since, until, kind
