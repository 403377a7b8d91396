"""The operators' desk: what waits, how much of everything, anything by its number."""

from flask import request

from portal.core import jobs
from portal.core.actor import Role
from portal.core.db import reader, transaction
from portal.core.i18n import _
from portal.core.web import done, page, rule
from portal.orders import call_queries, desk_queries, progress, words
from portal.orders.forms import FindForm
from portal.orders.views import bp


@bp.get("/operator")
@rule(Role.OPERATOR)
def desk():
    """Figures of this moment, and the orders that need somebody, the order and brief that carry `number`."""
    form, found, searched = FindForm(request.args), None, "number" in request.args
    if searched and form.validate() and form.number.data:
        found = desk_queries.by_number(reader(), form.number.data)
    status = 422 if form.errors else 200
    return page(
        "orders/desk.html",
        status=status,
        desk=desk_queries.desk(reader()),
        calls=call_queries.calls(reader()),
        said=words.said,
        jobs=words.JOBS,
        parts=progress.PARTS,
        form=form,
        found=found,
    )


@bp.post("/operator/jobs")
@rule(Role.OPERATOR)
def retry_jobs():
    """Give every job that has failed for good one more try."""
    with transaction() as session:
        jobs.retry_failed(session)
    return done("orders.desk", _("They are being tried again."), _anchor="failed")
