"""What the clock does for requests to give money back."""

from uuid import UUID

from sqlmodel import Session

from portal.core import deadlines, lifecycle
from portal.core.actor import CLOCK, Role
from portal.core.db import lock
from portal.payments.givebacks.models import GiveBack


def _said(request: GiveBack) -> dict[str, object]:
    return {"reason": request.reason, "amount_minor": request.asked_minor, "currency": request.currency}


@deadlines.on_due("give_back", "press_answer")
def press_answer(session: Session, ident: UUID) -> None:
    request = lock(session, GiveBack, ident, wait=False)
    lifecycle.advance(session, request, "press_answer", actor=CLOCK, **_said(request))


@deadlines.reminds("give_back")
def remind(session: Session, ident: UUID, event: str, roles: list[str]) -> None:
    request = session.get_one(GiveBack, ident)
    announced = lifecycle.record(session, request, event, actor=CLOCK, **_said(request))
    lifecycle.follow(session, announced, [Role(role) for role in roles])
