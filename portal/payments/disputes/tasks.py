"""What the worker and the clock do for disputes."""

from functools import partial
from uuid import UUID

from sqlmodel import Session

from portal.core import deadlines, jobs, lifecycle
from portal.core.actor import CLOCK, Role
from portal.core.db import lock
from portal.payments.disputes import following, operations, paper
from portal.payments.disputes.models import Dispute

__all__ = ["following"]


def _press(step: str, session: Session, dispute_id: UUID) -> None:
    dispute = lock(session, Dispute, dispute_id, wait=False)
    if step == "press_settling" and dispute.settled_at is not None:
        return
    lifecycle.advance(session, dispute, step, actor=CLOCK, **operations.told(dispute))


for _step in ("miss_evidence", "press_settling"):
    deadlines.on_due("dispute", _step)(partial(_press, _step))


@deadlines.reminds("dispute")
def remind_of_dispute(session: Session, dispute_id: UUID, event: str, roles: list[str]) -> None:
    dispute = session.get_one(Dispute, dispute_id)
    if dispute.submitted_at is None:
        announced = lifecycle.record(session, dispute, event, actor=CLOCK, **operations.told(dispute))
        lifecycle.follow(session, announced, [Role(role) for role in roles])


@jobs.task("payments.make_evidence", queue="payments", attempts=6)
def make_evidence(dispute_id: str) -> None:
    """The paper that answers a bank."""
    paper.make(UUID(dispute_id))
