"""What banks say in the tests of disputes."""

from datetime import timedelta
from typing import Any

from portal.core.clock import now
from portal.core.db import lock, transaction
from portal.orders.models import Order
from portal.payments.disputes import covering, operations
from portal.payments.disputes.models import Dispute, Liable
from portal.payments.models import LegKind
from portal.payments.reports import DisputeMovement, DisputeReport
from tests.payments.shop import DEPOSIT, Shop
from tests.payments.test_balance import OPERATOR

DISPUTE_FEE = 1_500
TAKEN = DisputeMovement("txn_taken", -DEPOSIT, DISPUTE_FEE, "USD")
BACK = DisputeMovement("txn_back", DEPOSIT, -DISPUTE_FEE, "USD")


def said(shop: Shop, status: str = "needs_response", *movements: DisputeMovement, **more: Any) -> DisputeReport:
    """What Stripe says of the dispute about the deposit."""
    fields: dict[str, Any] = {
        "stripe_id": "du_1",
        "operation_id": "",
        "payment_id": next(leg.payment_id for leg in shop.legs() if leg.kind == LegKind.DEPOSIT),
        "status": status,
        "reason": "product_not_received",
        "amount_minor": DEPOSIT,
        "currency": "USD",
        "began_at": now(),
        "evidence_due_at": now() + timedelta(days=7),
        "movements": movements,
    }
    return DisputeReport(**(fields | more))


def take(report: DisputeReport) -> str:
    with transaction() as session:
        return operations.take_report(session, report)


def opened(shop: Shop) -> None:
    take(said(shop, "needs_response", TAKEN))


def lost(shop: Shop) -> None:
    take(said(shop, "lost", TAKEN))


def won(shop: Shop) -> None:
    take(said(shop, "won", TAKEN, BACK))


def dispute(shop: Shop) -> Dispute:
    [found] = shop.rows(Dispute)
    return found


def settle(shop: Shop, liable: Liable, reason: str = "Nothing was ever shipped.") -> None:
    with transaction() as session:
        order = lock(session, Order, shop.order_id)
        found = lock(session, Dispute, dispute(shop).id)
        covering.settle(session, order, found, liable, reason, actor=OPERATOR)
