"""Disputes as Stripe tells of them: by messages in any order, by none at all, and in its own books."""

from datetime import timedelta

import pytest

from portal.core.clock import at, now
from portal.payments import audit, reconcile
from portal.payments.books.models import Break, BreakKind
from portal.payments.disputes.lifecycle import DisputeStage
from portal.payments.disputes.models import Dispute
from portal.payments.models import WebhookEvent
from tests.payments.disputed import DISPUTE_FEE, dispute
from tests.payments.shop import DEPOSIT, FEE, PAID, Shop, pay

DISPUTED, ASKED_ABOUT = "4000000000002685", "4000000000001976"


def contest(shop: Shop, **wish) -> str:
    """The owner of the card contests the deposit: Stripe's id of the dispute."""
    payment = shop.standin.v1.payment_intents.retrieve(shop.leg().payment_id)
    return shop.standin.control(f"/charges/{payment.latest_charge}/dispute", **wish)["id"]


def decide(shop: Shop, outcome: str) -> None:
    shop.standin.control(f"/disputes/{dispute(shop).stripe_id}/decide", outcome=outcome)


def look_around(shop: Shop, hours: float = 2) -> reconcile.ReconcileRun:
    with at(now() + timedelta(hours=hours)):
        return reconcile.what_has_not_ended(shop.stripe)


def test_a_disputed_card_pays_and_takes_it_back(shop: Shop):
    pay(shop.open(), DISPUTED)
    shop.settle()
    found = dispute(shop)
    assert (found.stage, found.reason, found.amount_minor) == (DisputeStage.OPENED, "product_not_received", DEPOSIT)
    assert shop.balances() == {
        "stripe_clearing": -FEE - DISPUTE_FEE,
        "order_held": -DEPOSIT,
        "dispute_receivable": DEPOSIT,
        "fees": FEE + DISPUTE_FEE,
    }
    assert {row.outcome for row in shop.rows(WebhookEvent) if "dispute" in row.type} == {"opened"}


@pytest.mark.parametrize("fee_returned", [False, True])
def test_won_the_money_is_back_and_the_fee_as_stripe_has_it(shop: Shop, fee_returned: bool):
    shop.standin.control(dispute_fee_returned=fee_returned)
    pay(shop.open(), DISPUTED)
    shop.settle()
    decide(shop, "won")
    shop.settle()
    assert dispute(shop).stage == DisputeStage.WON
    kept = 0 if fee_returned else DISPUTE_FEE
    assert shop.balances() == PAID | {"stripe_clearing": DEPOSIT - FEE - kept, "fees": FEE + kept}


def test_shuffled_and_told_ten_times_it_happens_once(shop: Shop):
    shop.standin.control(duplicate=10, shuffle=True)
    pay(shop.open(), DISPUTED)
    shop.settle()
    decide(shop, "lost")
    shop.settle()
    assert (dispute(shop).stage, dispute(shop).lost_held_minor) == (DisputeStage.LOST, DEPOSIT)
    assert shop.balances() == {"stripe_clearing": -FEE - DISPUTE_FEE, "fees": FEE + DISPUTE_FEE}
    assert [shop.told(name) for name in ("dispute_opened", "dispute_lost")] == [1, 1]


def test_never_told_it_is_found_and_followed(shop: Shop):
    shop.deposit()
    shop.standin.control(drop_webhooks="all")
    contest(shop, reason="fraudulent")
    assert look_around(shop).troubles == []
    assert dispute(shop).stage == DisputeStage.OPENED
    decide(shop, "won")
    look_around(shop, hours=4)
    assert dispute(shop).stage == DisputeStage.WON
    assert "dispute_receivable" not in shop.balances()


def test_told_before_its_payment_the_payment_is_looked_for_first(shop: Shop):
    shop.standin.control(drop_webhooks="all")
    pay(shop.open(), DISPUTED)
    look_around(shop)
    assert dispute(shop).taken_minor == DEPOSIT
    assert shop.leg().stage == "succeeded"
    assert shop.rows(Break) == []


def test_a_question_grows_and_a_part_is_disputed(shop: Shop):
    shop.deposit()
    contest(shop, amount=4_000, inquiry=True)
    shop.settle()
    assert (dispute(shop).inquiry, shop.balances()) == (True, PAID)
    decide(shop, "lost")
    shop.settle()
    assert (dispute(shop).stage, dispute(shop).taken_minor) == (DisputeStage.OPENED, 4_000)
    decide(shop, "lost")
    shop.settle()
    assert (shop.leg().lost_minor, shop.balances()["order_held"]) == (4_000, 4_000 - DEPOSIT)


@pytest.mark.parametrize("outcome", [None, "won", "lost"])
def test_stripes_books_and_ours_agree_about_it(shop: Shop, outcome: str | None):
    shop.standin.control(dispute_fee_returned=True)
    pay(shop.open(), DISPUTED)
    shop.settle()
    if outcome:
        decide(shop, outcome)
        shop.settle()
    with at(now() + timedelta(hours=2)):
        audit.compare_books(shop.stripe)
    ignored = {BreakKind.OLD_SUSPENSE}
    assert [(row.kind, row.subject) for row in shop.rows(Break) if row.kind not in ignored] == []


def test_a_dispute_of_somebody_elses_payment_is_shown_to_operators(shop: Shop):
    price = {"currency": "usd", "unit_amount": 900, "product_data": {"name": "Hat"}}
    params = {
        "mode": "payment",
        "success_url": "http://elsewhere.test",
        "line_items": [{"price_data": price, "quantity": 1}],
    }
    pay(shop.standin.v1.checkout.sessions.create(params).url, ASKED_ABOUT)
    shop.settle()
    assert [row.kind for row in shop.rows(Break)] == [BreakKind.DISPUTE_OPEN]
    assert shop.rows(Dispute) == []
