"""What Stripe would not send to a factory or take back from it: operators read why, and try it again."""

from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from portal.accounts.models import Person
from portal.core.db import lock, transaction
from portal.orders.models import Order
from portal.payments.books.models import Break, BreakKind
from portal.payments.givebacks import operations as givebacks
from portal.payments.payouts import failures, transferring
from portal.payments.payouts.models import ReleasePart, Reversal, Transfer
from tests.payments.payouts.counter import Counter
from tests.payments.recipients.office import complete, onboard, recipient_of, release, transferred
from tests.payments.shop import Shop
from tests.payments.test_balance import OPERATOR
from tests.payments.test_pages import operator, words

__all__ = ["operator"]
PAGE = "/operator/money/failures"


@pytest.fixture
def refused(shop: Shop) -> Shop:
    """Stripe has stopped paying the factory, and we do not know yet: the transfer of what was released is refused."""
    onboard(shop)
    shop.deposit()
    shop.standin.control(drop_webhooks="all")
    shop.standin.control(f"/accounts/{recipient_of(shop).stripe_id}/require", due=["company.tax_id"])
    release(shop)
    shop.work()
    assert [stage for stage, _minor in transferred(shop)] == ["failed"]
    return shop


@pytest.fixture
def emptied(shop: Shop) -> Shop:
    """The factory has had its money sent on to its bank, and then gives 20 dollars back: Stripe can't take them."""
    onboard(shop)
    shop.deposit()
    release(shop)
    shop.work()
    shop.standin.control(now_offset=10 * 86_400)
    shop.standin.control(f"/accounts/{recipient_of(shop).stripe_id}/payout")
    shop.settle()
    with transaction() as session:
        order = lock(session, Order, shop.order_id)
        cost = givebacks.cost(session, order, 2_000)
        givebacks.give(session, order, 2_000, "Sorry.", agreed_minor=cost.factory, actor=OPERATOR)
    shop.work()
    assert [row.stage for row in shop.rows(Reversal)] == ["failed"]
    return shop


def broken(shop: Shop) -> set[BreakKind]:
    """What operators are told of."""
    return {row.kind for row in shop.rows(Break) if row.resolved_at is None}


def press(operator: FlaskClient, shop: Shop, what: str, row: Any) -> Any:
    answer = operator.post(f"{PAGE.removesuffix('/failures')}/{what}/{row.id}/retry")
    shop.work()
    return answer


def pay_out(shop: Shop) -> None:
    """What is due to the factory goes, less what it owes."""
    with transaction() as session:
        transferring.transfer_all(session, shop.factory.factory_id)


def come_back(shop: Shop) -> None:
    """The factory's bank sends back what Stripe has paid out to it."""
    [payout] = shop.standin.v1.payouts.list({}, {"stripe_account": recipient_of(shop).stripe_id}).data
    shop.standin.control(f"/payouts/{payout.id}/fail")


def own(shop: Shop, sign_in) -> str:
    """What the factory reads about getting paid."""
    with transaction() as session:
        owner = session.get_one(Person, shop.factory.person_id)
        owner.locale = "en"
    return words(sign_in(owner).get("/factory/payment"))


def test_nothing_has_failed(operator: FlaskClient):
    assert words(operator.get(PAGE)).count("None.") == 2


def test_a_refused_transfer_is_read_and_sent_again(refused: Shop, operator: FlaskClient):
    [transfer], page = refused.rows(Transfer), words(operator.get(PAGE))
    for piece in (str(refused.order().number), f"${transfer.amount_minor / 100:,.2f}", "capabilities", "Send again"):
        assert piece in page
    assert broken(refused) == {BreakKind.TRANSFER_FAILED}
    press(operator, refused, "transfers", transfer)
    assert len(refused.rows(Transfer)) == 2, "it was tried, and refused again"
    assert words(operator.get(PAGE)).count("Send again") == 1, "the money is owed once"
    complete(refused)
    press(operator, refused, "transfers", refused.rows(Transfer)[-1])
    assert [stage for stage, _minor in transferred(refused)] == ["failed", "failed", "created"]
    assert words(operator.get(PAGE)).count("None.") == 2
    assert broken(refused) == set()
    assert press(operator, refused, "transfers", transfer).status_code == 409
    assert len(refused.rows(Transfer)) == 3, "an old page sends nothing twice"


def test_what_is_paid_by_a_bank_instead_is_not_sent_again(refused: Shop, operator: FlaskClient, counter: Counter):
    counter.give_bank(refused.factory)
    counter.answer("paid", *counter.lines(counter.at_bank()))
    assert [part.paid_at is not None for part in refused.rows(ReleasePart)] == [True]
    assert words(operator.get(PAGE)).count("None.") == 2
    assert broken(refused) == set()


def test_a_failed_reversal_is_read_and_tried_again(emptied: Shop, operator: FlaskClient):
    [reversal], page = emptied.rows(Reversal), words(operator.get(PAGE))
    for piece in (str(emptied.order().number), f"${reversal.amount_minor / 100:,.2f}", "Insufficient funds"):
        assert piece in page
    assert broken(emptied) == {BreakKind.REVERSAL_FAILED}
    press(operator, emptied, "reversals", reversal)
    assert words(operator.get(PAGE)).count("Take back again") == 1, "the account is as empty as before"
    come_back(emptied)
    press(operator, emptied, "reversals", reversal)
    assert [row.stage for row in emptied.rows(Reversal)] == ["succeeded"]
    assert words(operator.get(PAGE)).count("None.") == 2
    assert broken(emptied) == set()


def test_the_factory_reads_what_it_owes_and_what_was_taken_back(emptied: Shop, sign_in):
    [reversal] = emptied.rows(Reversal)
    amount = f"${reversal.amount_minor / 100:,.2f}"
    assert f"You owe {amount}" in own(emptied, sign_in)
    come_back(emptied)
    with transaction() as session:
        failures.take_back_again(session, reversal.id, actor=OPERATOR)
    assert "You owe" not in own(emptied, sign_in), "it is about to be taken back"
    emptied.work()
    page = own(emptied, sign_in)
    assert f"Taken back {amount}" in page
    assert f"{amount} taken back since" in page


def test_what_was_set_off_is_not_taken_back_as_well(emptied: Shop, operator: FlaskClient, counter: Counter):
    [reversal] = emptied.rows(Reversal)
    counter.owe(emptied.factory, reversal.amount_minor - 1)
    pay_out(emptied)
    assert "Take back again" not in words(operator.get(PAGE)), "a cent is owed, and set off next"
    assert press(operator, emptied, "reversals", reversal).status_code == 409
    assert [row.stage for row in emptied.rows(Reversal)] == ["failed"]
    assert broken(emptied) == set()


def test_a_refused_transfer_that_was_set_off_is_not_owed(refused: Shop, operator: FlaskClient, counter: Counter):
    [transfer] = refused.rows(Transfer)
    counter.debt(refused.order(), transfer.amount_minor)
    pay_out(refused)
    assert words(operator.get(PAGE)).count("None.") == 2
    assert broken(refused) == set()


@pytest.mark.parametrize("what", ["transfers", "reversals"])
def test_what_does_not_exist_is_not_found(operator: FlaskClient, what: str):
    assert operator.post(f"/operator/money/{what}/{uuid4()}/retry").status_code == 404
