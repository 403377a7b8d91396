"""What Stripe pays out to our own bank."""

from sqlmodel import Session

from portal.payments import ledger
from portal.payments.accounts import Movement
from portal.payments.reports import PayoutReport

_RETURNED = ("failed", "canceled")


def take_report(session: Session, report: PayoutReport) -> None:
    """Book a payout as Stripe has it now, and its return if it did not arrive. A second call changes nothing."""
    amounts = {"amount_minor": abs(report.amount_minor), "currency": report.currency, "order_id": None}
    out = report.amount_minor > 0
    movements = (Movement.STRIPE_PAYOUT, Movement.STRIPE_PAYOUT_RETURNED)
    there, back = movements if out else movements[::-1]
    ledger.post(session, there, source=ledger.payout_source(report.stripe_id), **amounts)
    if report.status in _RETURNED:
        ledger.post(session, back, source=ledger.returned_payout_source(report.stripe_id), **amounts)
