"""What factories owe of what they have had is set off against what is released to them next."""

from uuid import UUID

from sqlalchemy import func, select
from sqlmodel import Session

from portal.orders.models import Order
from portal.payments import breaks, ledger
from portal.payments.accounts import Account, Movement
from portal.payments.books.models import BreakKind
from portal.payments.models import LedgerTransaction, Posting
from portal.payments.payouts.lifecycle import ReversalStage
from portal.payments.payouts.models import ReleasePart, Reversal


def owed(session: Session, factory_id: UUID, currency: str) -> int:
    """What a factory owes in a currency and no reversal is about to bring, in minor units."""
    debt = (
        select(func.coalesce(func.sum(Posting.amount_minor), 0))
        .join(LedgerTransaction, LedgerTransaction.id == Posting.transaction_id)
        .join(Order, Order.id == LedgerTransaction.order_id)
        .where(
            Posting.account == Account.FACTORY_RECEIVABLE,
            Posting.currency == currency,
            Order.factory_id == factory_id,
        )
    )
    coming = select(func.coalesce(func.sum(Reversal.amount_minor), 0)).where(
        Reversal.factory_id == factory_id,
        Reversal.currency == currency,
        Reversal.stage == ReversalStage.REQUESTED,
    )
    return max(int(session.scalar(debt) or 0) - int(session.scalar(coming) or 0), 0)


def division(nets: list[int], debt: int) -> list[int]:
    """What of a debt is set off against each of these amounts, in their order."""
    taken = []
    for net in nets:
        taken.append(min(debt, net))
        debt -= taken[-1]
    return taken


def set_off(session: Session, factory_id: UUID, parts: list[ReleasePart]) -> None:
    """Set what a factory (its recipient locked) owes off against the released parts that wait for it. What operators
    were told of and needs nobody's hand any more is mended with it."""
    for currency in sorted({part.currency for part in parts}):
        of_it = [part for part in parts if part.currency == currency]
        debt = owed(session, factory_id, currency)
        for part, minor in zip(of_it, division([part.net_minor for part in of_it], debt), strict=True):
            if minor:
                _take(session, part, minor)
        session.flush()
        if debt:
            _let_go(session, factory_id, currency)


def _take(session: Session, part: ReleasePart, minor: int) -> None:
    part.offset_minor += minor
    session.add(part)
    if not part.net_minor:
        breaks.resolve(session, BreakKind.TRANSFER_FAILED, str(part.id))
    ledger.post(
        session,
        Movement.SET_OFF,
        source=f"set-off:{part.id}:{part.offset_minor}",
        amount_minor=minor,
        currency=part.currency,
        order_id=part.order_id,
    )


def _let_go(session: Session, factory_id: UUID, currency: str) -> None:
    """A reversal that failed and would bring more than is still owed is not tried again."""
    failed = select(Reversal.id).where(
        Reversal.factory_id == factory_id,
        Reversal.currency == currency,
        Reversal.stage == ReversalStage.FAILED,
        Reversal.amount_minor > owed(session, factory_id, currency),
    )
    for ident in session.scalars(failed):
        breaks.resolve(session, BreakKind.REVERSAL_FAILED, str(ident))
