"""What the tests of reconciliation say in a word: compare, take, let drift."""

from datetime import timedelta

from portal.core.clock import at, now
from portal.payments import audit, calls, reconcile
from portal.payments.books.models import Break, BreakKind
from tests.payments.shop import Shop


def compared(shop: Shop, later: timedelta = timedelta(hours=2)) -> dict[BreakKind, list[Break]]:
    """The open breaks after a comparison, by kind."""
    with at(now() + later):
        audit.compare_books(shop.stripe)
    found: dict[BreakKind, list[Break]] = {}
    for row in shop.rows(Break):
        if row.resolved_at is None:
            found.setdefault(row.kind, []).append(row)
    return found


def take(shop: Shop) -> None:
    """Ask Stripe how every payment page stands."""
    for checkout in shop.checkouts():
        calls.check(shop.stripe, checkout.id)


def carry_out_all(shop: Shop) -> None:
    with at(now() + timedelta(minutes=6)):
        reconcile.what_has_not_ended(shop.stripe)


def drift(shop: Shop, amount: int, charge: str = "") -> str:
    """Let Stripe's books say another amount of the first payment's charge: its id."""
    if not charge:
        [charge] = [found.id for found in shop.standin.v1.charges.list({"limit": 1}).data]
    shop.standin.control("/drift", amount=amount, currency="usd", charge=charge)
    return charge
