"""An order's money page."""

from uuid import UUID

from flask import Blueprint

from portal.core.actor import Role
from portal.core.db import reader
from portal.core.web import current_actor, page, rule
from portal.orders.queries import visible_order
from portal.payments.accounts import ACCOUNT_NAMES
from portal.payments.papers import queries as papers
from portal.payments.papers.words import KINDS
from portal.payments.statement import queries, words

bp = Blueprint("statement", __name__)


@bp.get("/orders/<uuid:order_id>/money")
@rule(Role.CREATOR, Role.FACTORY, Role.OPERATOR)
def shown(order_id: UUID):
    """Where every cent of the order is now, what happens next, and how it came there."""
    actor = current_actor()
    order = visible_order(reader(), actor, order_id)
    return page(
        "payments/statement/page.html",
        order=order,
        statement=queries.statement(reader(), actor, order),
        places=words.PLACES,
        names=ACCOUNT_NAMES,
        papers=papers.of_order(reader(), actor, order_id),
        paper_kinds=KINDS,
    )
