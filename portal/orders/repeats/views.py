"""The page of a reorder."""

from uuid import UUID

from flask import Response, request, url_for

from portal.core.actor import Role
from portal.core.db import lock, reader, transaction
from portal.core.errors import Gone, Invalid
from portal.core.forms import refuse
from portal.core.i18n import _
from portal.core.web import current_actor, done, page, refused, rule
from portal.orders import queries, words
from portal.orders.models import Order
from portal.orders.repeats import operations
from portal.orders.repeats.forms import RepeatForm
from portal.orders.views import bp


@bp.route("/orders/<uuid:order_id>/repeat", methods=["GET", "POST"])
@rule(Role.CREATOR)
def repeat(order_id: UUID) -> Response:
    """The same again from the same factory: check how many and by when (GET), ask for it (POST)."""
    actor = current_actor()
    row = queries.visible_order(reader(), actor, order_id)
    form = RepeatForm(row.quantity, queries.terms_of(reader(), order_id)["brief"]["quantities"])
    if request.method == "GET" or not form.validate():
        return _page(row, form)
    try:
        with transaction() as session:
            order = lock(session, Order, order_id)
            invitation = operations.repeat(session, order, form.wanted, form.needed_by.data, actor=actor)
    except Invalid as problem:
        refuse(form, problem)
        return _page(row, form)
    except Gone as problem:
        return refused(problem, *_ways_on(order_id))
    said = _("Sent to %(factory)s. You hear when its quote is there.", factory=words.factory_name(row))
    return done("sourcing.brief", said, brief_id=invitation.brief_id)


def _page(row, form: RepeatForm) -> Response:
    if not operations.may_repeat(row, current_actor()) or operations.waiting(reader(), row.id):
        too_late = Gone(_("This order can’t be repeated now."))
        return refused(too_late, *_ways_on(row.id))
    status = 422 if form.errors else 200
    return page("orders/repeats/repeat.html", status=status, order=row, form=form, factory=words.factory_name(row))


def _ways_on(order_id: UUID):
    if asked := operations.waiting(reader(), order_id):
        yield _("Go to the brief"), url_for("sourcing.brief", brief_id=asked.id)
    yield _("Go to the order"), url_for("orders.order", order_id=order_id)
