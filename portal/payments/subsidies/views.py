"""Subsidies on the web, for operators: the budgets and what was granted. They are granted where a claim is settled."""

from flask import Blueprint, request

from portal.core.actor import Role
from portal.core.db import reader, transaction
from portal.core.i18n import _
from portal.core.web import current_actor, done, page, rule
from portal.payments.subsidies import operations, queries
from portal.payments.subsidies.forms import BudgetForm

bp = Blueprint("subsidies", __name__)


@bp.route("/operator/money/subsidies", methods=["GET", "POST"])
@rule(Role.OPERATOR)
def subsidies():
    """The budgets of this month, and the newest subsidies."""
    form = BudgetForm()
    if request.method == "POST" and form.validate():
        with transaction() as session:
            operations.set_budget(session, form.currency.data, form.monthly.data, actor=current_actor())
        return done("subsidies.subsidies", _("The budget is set."))
    return page(
        "payments/subsidies/subsidies.html",
        status=422 if form.errors else 200,
        form=form,
        budgets=queries.budgets(reader()),
        granted=queries.granted(reader()),
    )
