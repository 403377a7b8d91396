"""Choosing a quote: check what you order, then order it."""

from collections.abc import Iterator
from contextlib import suppress
from uuid import UUID

from flask import Response, request, url_for

from portal import products
from portal.core.actor import Role
from portal.core.asking import whole
from portal.core.db import reader, transaction
from portal.core.errors import Gone, NotFound
from portal.core.i18n import N_, _
from portal.core.web import current_actor, done, page, refused, rule
from portal.orders import operations, queries, terms, words
from portal.orders.forms import AwardForm
from portal.orders.views import bp
from portal.sourcing import assumptions, quote_terms
from portal.sourcing.compare import Comparison, Quoted, comparison

_SAID_IN_SUMS = ("tooling_minor", "plate_minor", "sample_minor", "deposit_percent", "note")


@bp.route("/briefs/<uuid:brief_id>/award", methods=["GET", "POST"])
@rule(Role.CREATOR)
def award(brief_id: UUID):
    """Check the terms of a quote at one quantity (GET `quote`, `q`), then order on them (POST).

    410 with the ways on from here, once the quote can't be chosen any more.
    """
    if request.method == "GET":
        form = AwardForm(formdata=None, quote=request.args.get("quote"), quantity=request.args.get("q", type=whole))
    else:
        form = AwardForm()
    try:
        if request.method == "GET" or not form.validate():
            return _award_page(brief_id, form, 200 if request.method == "GET" else 422)
        with transaction() as session:
            order = operations.award(session, brief_id, _ident(form), form.quantity.data, actor=current_actor())
    except Gone as refusal:
        return refused(refusal, *_ways_on(brief_id, form.quantity.data), status=410)
    return done("orders.order", _("Ordered. Pay the deposit and the factory begins."), order_id=order.id)


def _ways_on(brief_id: UUID, quantity: int | None) -> Iterator[tuple[str, str]]:
    """To the order that the brief has led to, if it has, and to its quotes."""
    with suppress(NotFound):
        order = queries.order_of_brief(reader(), current_actor(), brief_id)
        yield _("Go to the order"), url_for("orders.order", order_id=order.id)
    yield _("Look at the quotes"), url_for("sourcing.compare", brief_id=brief_id, q=quantity)


def _ident(form: AwardForm) -> UUID:
    try:
        return UUID(form.quote.data or "")
    except ValueError:
        raise NotFound() from None


def _award_page(brief_id: UUID, form: AwardForm, status: int = 200) -> Response:
    shown = comparison(reader(), current_actor(), brief_id, form.quantity.data)
    quoted = _still_there(shown, _ident(form), form.quantity.data)
    category = shown.brief.category
    return page(
        "orders/award.html",
        status=status,
        form=form,
        brief=shown.brief,
        quoted=quoted,
        category=products.category(category),
        sums=terms.amounts(quoted.costs, quoted.row.deposit_percent),
        amounts=words.AMOUNTS,
        said=quote_terms.rows(
            quoted.row, skip=("tooling_minor", "plate_minor", "sample_minor", "deposit_percent", "note")
        ),
        assumptions=assumptions.in_words(category, quoted.row.assumptions),
        clauses=terms.CLAUSES[terms.VERSION],
        deposit_days=operations.DEPOSIT_WINDOW.days,
    )


def _still_there(shown: Comparison, quote_id: UUID, quantity: int | None) -> Quoted:
    """The quote that is to be checked, at a quantity that it has. Raises `NotFound`, and `Gone` when it has ended."""
    if quantity != shown.quantity:
        raise NotFound()
    quoted = next((quoted for quoted in shown.quotes if quoted.row.quote_id == quote_id), None)
    if quoted is None or not quoted.live:
        raise Gone(N_("This quote can no longer be chosen. Look at the others."))
    return quoted
