"""What could not be transferred or taken back, on the web, for operators."""

from uuid import UUID

from flask import Blueprint

from portal.core.actor import Role
from portal.core.db import reader, transaction
from portal.core.i18n import _
from portal.core.web import current_actor, done, page, rule
from portal.payments.payouts import failures as operations

bp = Blueprint("failures", __name__)


@bp.get("/operator/money/failures")
@rule(Role.OPERATOR)
def failures():
    """Refused transfers and failed reversals, each with its button."""
    conn = reader()
    rows = {"transfers": operations.transfers(conn), "reversals": operations.reversals(conn)}
    return page("payments/payouts/failures.html", **rows)


@bp.post("/operator/money/reversals/<uuid:reversal_id>/retry")
@rule(Role.OPERATOR)
def retry_reversal(reversal_id: UUID):
    """Take the money back again."""
    with transaction() as session:
        operations.take_back_again(session, reversal_id, actor=current_actor())
    return done("failures.failures", _("Taking it back is tried again."))


@bp.post("/operator/money/transfers/<uuid:transfer_id>/retry")
@rule(Role.OPERATOR)
def retry_transfer(transfer_id: UUID):
    """Send the money again."""
    with transaction() as session:
        operations.send_again(session, transfer_id)
    return done("failures.failures", _("The money is sent again."))
