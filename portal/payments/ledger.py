"""Double-entry bookkeeping: every movement once, balances as sums."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import Session

from portal.core import jobs
from portal.core.clock import now
from portal.core.db import new_id
from portal.payments.accounts import CREDITED, MOVEMENTS, RECEIVED, Account, Movement, Sides
from portal.payments.models import LedgerTransaction, Posting


def post(
    session: Session,
    movement: Movement,
    *,
    source: str,
    amount_minor: int,
    currency: str,
    order_id: UUID | None,
    fee_minor: int = 0,
) -> bool:
    """Book a movement of a positive amount between its two accounts. `fee_minor` of it is the portal's fee, for
    movements with a shared side. False when `source` is booked already. What an order's buyer pays and gets back is
    put on paper by the worker.

    Whatever is called twice for the same cause names the same source. Raises `ValueError` for an amount below 1, and
    for a fee that is more than the amount or that the movement does not have.
    """
    sides = MOVEMENTS[movement]
    if amount_minor < 1 or not 0 <= fee_minor <= (amount_minor if sides.shared else 0):
        raise ValueError(f"{movement}: {amount_minor} {currency}, of which {fee_minor} fee")
    moment = now()
    row = {"id": new_id(), "created_at": moment, "movement": movement, "source": source, "order_id": order_id}
    booked = session.execute(
        insert(LedgerTransaction)
        .values(row)
        .on_conflict_do_nothing(index_elements=["source"])
        .returning(LedgerTransaction.id)
    ).scalar()
    if booked is None:
        return False
    for account, signed in _postings(sides, amount_minor, fee_minor):
        side = Posting(
            transaction_id=booked, created_at=moment, account=account, amount_minor=signed, currency=currency
        )
        session.add(side)
    session.flush()
    if order_id and movement in RECEIVED | CREDITED:
        jobs.defer(session, "papers.issue", order_id=order_id)
    return True


def _postings(sides: Sides, amount_minor: int, fee_minor: int) -> Iterator[tuple[Account, int]]:
    """(account, signed amount) of each side, the shared one divided into the rest and the fee."""
    for account, sign in ((sides.debit, 1), (sides.credit, -1)):
        fee = fee_minor if account == sides.shared else 0
        yield from (
            (a, sign * part) for a, part in ((account, amount_minor - fee), (Account.PLATFORM_FEE, fee)) if part
        )


def give_back_source(refund_id: UUID) -> str:
    """What is owed to a card is booked once for each refund, however often Stripe is asked to make it."""
    return f"give-back:{refund_id}"


def is_booked(session: Session, source: str) -> bool:
    return session.scalar(select(LedgerTransaction.id).where(LedgerTransaction.source == source)) is not None


def payment_source(payment_id: str) -> str:
    """A payment is booked once, for its order or into suspense."""
    return f"payment:{payment_id}"


def fee_source(payment_id: str) -> str:
    return f"fee:{payment_id}"


def refund_source(stripe_id: str) -> str:
    return f"refund:{stripe_id}"


def release_source(release_id: UUID) -> str:
    return f"release:{release_id}"


def transfer_source(stripe_id: str) -> str:
    return f"transfer:{stripe_id}"


def reversal_source(stripe_id: str) -> str:
    return f"reversal:{stripe_id}"


def failed_refund_source(stripe_id: str) -> str:
    return f"refund-failed:{stripe_id}"


def dispute_source(line_id: str) -> str:
    """What a dispute moved is booked once for each line of Stripe's own books."""
    return f"dispute:{line_id}"


def dispute_fee_source(line_id: str) -> str:
    return f"dispute-fee:{line_id}"


def payout_source(stripe_id: str) -> str:
    return f"payout:{stripe_id}"


def returned_payout_source(stripe_id: str) -> str:
    return f"payout-returned:{stripe_id}"


def bank_source(line_id: UUID, part_id: UUID) -> str:
    """What a line of a batch has paid of a released part."""
    return f"bank:{line_id}:{part_id}"


def bank_return_source(line_id: UUID, part_id: UUID) -> str:
    return f"bank-returned:{line_id}:{part_id}"


def own_fee_source(line_id: str) -> str:
    """What Stripe takes for its services, beside the fees of payments."""
    return f"stripe-fee:{line_id}"


def balances(connection: Connection) -> list[Row[Any]]:
    """(account, currency, amount_minor) of every account that has postings; debits positive."""
    total = func.sum(Posting.amount_minor).label("amount_minor")
    query = select(Posting.account, Posting.currency, total).group_by(Posting.account, Posting.currency)
    return list(connection.execute(query.order_by(Posting.account, Posting.currency)))


def balance(connection: Connection, account: Account) -> dict[str, int]:
    """What the account holds, by currency; debits positive."""
    query = select(Posting.currency, func.sum(Posting.amount_minor)).where(Posting.account == account)
    return {currency: int(minor) for currency, minor in connection.execute(query.group_by(Posting.currency))}
