"""Refunds after release: the factory's own decision, asked for or not; what each bears; operators try again."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.core.db import lock, transaction
from portal.core.errors import Gone, Invalid, NotAllowed, NotFound
from portal.orders.models import Order
from portal.payments.disputes.models import Liable
from portal.payments.givebacks import operations
from portal.payments.givebacks.lifecycle import GiveBackStage
from portal.payments.givebacks.models import GiveBack
from portal.payments.lifecycle import RefundStage
from portal.payments.models import RefundReason
from portal.payments.payouts.models import Release
from portal.payments.payouts.taking_back import Left, shares
from tests.payments.disputed import lost, opened, settle
from tests.payments.shop import BALANCE, DEPOSIT, Shop
from tests.payments.test_balance import OPERATOR, at_once
from tests.payments.test_disputes import close
from tests.payments.test_pages import operator, person, words
from tests.payments.test_returns import everything_paid

__all__ = ["operator"]
ALL = DEPOSIT + BALANCE


@pytest.fixture
def closed(shop: Shop) -> Shop:
    """An order whose money has been released to the factory."""
    everything_paid(shop)
    close(shop)
    shop.settle()
    return shop


def test_the_fee_comes_back_in_proportion_rounded_once_also_after_a_subsidy():
    left = Left(None, None, gross=436_187, fee=30_538, whole=436_260)  # type: ignore[arg-type]
    assert [fee for _, _, fee in shares([left], 213_090)] == [30_538 * 213_090 // 436_260]


def act(shop: Shop, name: str, *said, actor, **more) -> None:
    with transaction() as session:
        order = lock(session, Order, shop.order_id)
        getattr(operations, name)(session, order, *said, actor=actor, **more)


def cost(shop: Shop, minor: int) -> operations.Cost:
    with transaction() as session:
        return operations.cost(session, lock(session, Order, shop.order_id), minor)


def give(shop: Shop, minor: int, *, actor=None) -> None:
    act(shop, "give", minor, "Sorry.", agreed_minor=cost(shop, minor).factory, actor=actor or shop.factory)


def only(shop: Shop) -> GiveBack:
    [row] = shop.rows(GiveBack)
    return row


def test_asked_and_granted_in_part(closed: Shop):
    [release] = closed.rows(Release)
    act(closed, "ask", 10_000, "Twelve pieces lack an ear.", actor=closed.creator)
    assert (only(closed).stage, closed.told("refund_asked")) == (GiveBackStage.ASKED, 1)
    price = cost(closed, 4_000)
    give(closed, 4_000)
    closed.settle()
    row = only(closed)
    assert (row.stage, row.asked_minor, row.granted_minor) == (GiveBackStage.GRANTED, 10_000, 4_000)
    [refund] = closed.refunds()
    assert (refund.reason, refund.amount_minor, refund.stage) == (RefundReason.RELEASED, 4_000, RefundStage.SUCCEEDED)
    balances = closed.balances()
    assert price.gross == price.factory + price.portal == 4_000
    assert balances["factory_receivable"] == price.factory
    assert -balances["platform_fee"] == release.fee_minor - price.portal, "the portal gives its fee of it back"
    assert closed.told("refund_granted") == 1


def test_of_its_own_accord_and_all_of_it(closed: Shop):
    give(closed, ALL)
    closed.settle()
    assert (only(closed).asked_minor, only(closed).granted_minor) == (None, ALL)
    assert "platform_fee" not in closed.balances(), "the last cent brings the rest of the fee"
    assert sum(refund.amount_minor for refund in closed.refunds()) == ALL
    with pytest.raises(Gone, match="nothing of this order"):
        cost(closed, 1)
    assert closed.told("refund_given") == 1


def test_declined_and_withdrawn(closed: Shop):
    act(closed, "ask", 1_000, "Late.", actor=closed.creator)
    act(closed, "decline", "It came on the promised day.", actor=closed.factory)
    act(closed, "ask", 500, "Half then?", actor=closed.creator)
    act(closed, "withdraw", actor=closed.creator)
    assert [row.stage for row in closed.rows(GiveBack)] == [GiveBackStage.DECLINED, GiveBackStage.WITHDRAWN]
    with pytest.raises(Gone):
        act(closed, "decline", "No.", actor=closed.factory)
    assert closed.refunds() == []


def test_one_request_at_a_time_up_to_what_the_factory_has_had(closed: Shop):
    with pytest.raises(Invalid):
        act(closed, "ask", ALL + 1, "More.", actor=closed.creator)
    act(closed, "ask", ALL, "All.", actor=closed.creator)
    with pytest.raises(Gone, match="asked already"):
        act(closed, "ask", 1, "And more.", actor=closed.creator)


def test_before_the_end_nothing_is_given_and_strangers_give_nothing(shop: Shop):
    everything_paid(shop)
    with pytest.raises(Gone):
        cost(shop, 1)
    close(shop)
    shop.settle()
    with pytest.raises(NotAllowed):
        give(shop, 1, actor=shop.creator)
    with pytest.raises(NotFound):
        act(shop, "ask", 1, "Me too.", actor=shop.factory.__class__(shop.creator.role, person_id=shop.order_id))


def test_an_operator_gives_for_the_factory(closed: Shop):
    give(closed, 2_000, actor=OPERATOR)
    closed.settle()
    assert closed.balances()["factory_receivable"] == cost(closed, 2_000).factory


def test_two_answers_at_once_give_once_and_never_more_than_there_is(closed: Shop, app: Flask):
    most = cost(closed, 30_000)

    def answer() -> None:
        act(closed, "give", 30_000, "", agreed_minor=most.factory, actor=closed.factory)

    answers = at_once(app, answer, answer)
    assert sorted(isinstance(one, Invalid | Gone) for one in answers) == [False, True]
    closed.settle()
    assert [refund.amount_minor for refund in closed.refunds()] in ([30_000], [5_000, 25_000], [25_000, 5_000])


def test_while_the_bank_decides_nothing_is_given(closed: Shop):
    opened(closed)
    with pytest.raises(Gone, match="stands still"):
        give(closed, 1_000)


def test_what_the_bank_has_given_back_is_not_given_again(closed: Shop):
    lost(closed)
    settle(closed, Liable.FACTORY)
    with transaction() as session:
        assert operations.most(session, lock(session, Order, closed.order_id)) == BALANCE


def test_the_page_says_what_it_costs_before_it_is_done(closed: Shop, sign_in):
    act(closed, "ask", 4_000, "Twelve pieces lack an ear.", actor=closed.creator)
    factory: FlaskClient = sign_in(person(closed.factory.person_id))
    path = f"/orders/{closed.order_id}/give-money-back"
    assert 'value="40.00"' in factory.get(path).text
    price = cost(closed, 4_000)
    shown = factory.post(path, data={"amount": "40.00", "reason": "对不起"})
    assert shown.status_code == 200
    assert f'value="{price.factory}"' in shown.text
    assert closed.refunds() == []
    assert factory.post(path, data={"amount": "9999"}).status_code == 422
    stale = factory.post(path, data={"amount": "40.00", "agreed": str(price.factory - 1)})
    assert stale.status_code == 409
    done = factory.post(path, data={"amount": "40.00", "reason": "对不起", "agreed": str(price.factory)})
    assert done.status_code == 303
    assert only(closed).granted_minor == 4_000
    creator = sign_in(person(closed.creator.person_id))
    seen = words(creator.get(f"/orders/{closed.order_id}"))
    assert "$40.00" in seen
    assert "对不起" in seen


def test_a_request_waits_in_the_factorys_inbox_until_it_is_answered(closed: Shop, sign_in):
    line = f'href="/orders/{closed.order_id}#give_back"'
    factory = sign_in(person(closed.factory.person_id))
    over = words(factory.get(f"/orders/{closed.order_id}"))
    assert line not in factory.get("/inbox").text
    assert "互不相欠" not in over, "the factory may be asked for money back"
    sign_in(person(closed.creator.person_id)).post(
        f"/orders/{closed.order_id}/ask-money-back", data={"amount": "10", "reason": "Scratched"}
    )
    factory = sign_in(person(closed.factory.person_id))
    assert line in factory.get("/inbox").text
    assert line not in sign_in(person(closed.creator.person_id)).get("/briefs").text
    factory = sign_in(person(closed.factory.person_id))
    assert factory.post(f"/orders/{closed.order_id}/give-nothing-back", data={"reason": "No."}).status_code == 303
    assert line not in factory.get("/inbox").text


def test_the_creators_pages(closed: Shop, sign_in):
    creator: FlaskClient = sign_in(person(closed.creator.person_id))
    path = f"/orders/{closed.order_id}/ask-money-back"
    assert creator.get(path).status_code == 200
    assert creator.post(path, data={"amount": "10", "reason": ""}).status_code == 422
    assert creator.post(path, data={"amount": "100000", "reason": "All"}).status_code == 422
    assert creator.post(path, data={"amount": "10", "reason": "Scratched"}).status_code == 303
    assert "The factory is to answer by" in words(creator.get(f"/orders/{closed.order_id}"))
    assert creator.post(path, data={"amount": "10", "reason": "Scratched"}).status_code == 409
    assert creator.post(f"{path}/withdraw").status_code == 303
    assert only(closed).stage == GiveBackStage.WITHDRAWN
    assert creator.get(f"/orders/{closed.order_id}/give-money-back").status_code == 404
