"""Rates on the web: the operators' page, and what templates say of an amount in the reader's own currency."""

from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, g
from markupsafe import Markup

from portal.core import money
from portal.core.actor import Role
from portal.core.clock import now
from portal.core.db import reader, transaction
from portal.core.errors import Invalid
from portal.core.filters import as_date
from portal.core.i18n import _
from portal.core.web import current_actor, done, page, rule
from portal.rates import operations, queries
from portal.rates.forms import RateForm

bp = Blueprint("rates", __name__)


def about(minor: int | None, currency: str, into: str = "") -> Markup:
    """'about US$12.30' in the reader's own currency (else in `into`); nothing where that is the amount's, or where no
    rate is known. An old rate names its day."""
    wanted = current_actor().currency or into
    if minor is None or not wanted or wanted == currency:
        return Markup("")
    if "rates" not in g:
        g.rates = queries.newest(reader())
    found = g.rates.about(minor, currency, wanted)
    if found is None:
        return Markup("")
    said = _("about %(amount)s", amount=money.show(found.minor, found.currency))
    if found.stale:
        said = _("%(about)s (rate of %(day)s)", about=said, day=as_date(found.day))
    return Markup('<span class="quiet small nowrap about">{}</span>').format(said)


def plain(value: Decimal) -> str:
    """A rate without the zeros that fill its column."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@bp.route("/operator/money/rates", methods=["GET", "POST"])
@rule(Role.OPERATOR)
def rates() -> Response:
    """The rates that count, a form for the next, and what was entered before."""
    form = RateForm()
    if form.validate_on_submit():
        try:
            with transaction() as session:
                operations.enter(session, **_entered(form), actor=current_actor())
            return done("rates.rates", _("Saved."))
        except Invalid as problem:
            for name, message in problem.fields.items():
                form[name].errors = [*form[name].errors, str(message)]
    if form.day.data is None and not form.errors:
        form.day.data = now().date()
    return page(
        "rates/rates.html",
        status=422 if form.errors else 200,
        form=form,
        rates=queries.listed(reader()),
        history=queries.history(reader()),
        is_stale=queries.is_stale,
        plain=plain,
    )


def _entered(form: RateForm) -> dict[str, Any]:
    return {name: form[name].data for name in ("base", "counter", "value", "day", "source")}
