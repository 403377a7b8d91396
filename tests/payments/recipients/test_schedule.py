"""When released money goes: at once, on Mondays or on the first, and never too little of it."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from flask.testing import FlaskClient

from portal.core.clock import at, now
from portal.core.db import lock, transaction
from portal.core.money import CURRENCIES
from portal.payments import tasks
from portal.payments.payouts import schedule
from portal.payments.payouts.models import ReleasePart
from portal.payments.recipients import operations
from portal.payments.recipients.models import Recipient, Schedule
from tests.payments.recipients.office import (
    at_stripe,
    events,
    give_bank,
    net,
    onboard,
    recipient_of,
    release,
    transferred,
)
from tests.payments.recipients.test_bank import person_of, signed_in
from tests.payments.shop import Shop


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("kind", "after", "run"),
    [
        (Schedule.DAILY, "2026-11-25T10:00", "2026-11-25T10:00"),
        (Schedule.WEEKLY, "2026-11-25T10:00", "2026-11-30T01:00"),
        (Schedule.WEEKLY, "2026-11-30T00:59", "2026-11-30T01:00"),
        (Schedule.WEEKLY, "2026-11-30T01:00", "2026-12-07T01:00"),
        (Schedule.MONTHLY, "2026-11-30T02:00", "2026-12-01T01:00"),
        (Schedule.MONTHLY, "2026-12-01T01:00", "2027-01-01T01:00"),
    ],
)
def test_the_next_payment(kind: Schedule, after: str, run: str):
    assert schedule.next_run(kind, moment(after)) == moment(run)


def part(minor: int, released: str, currency: str = "USD") -> ReleasePart:
    return SimpleNamespace(net_minor=minor, currency=currency, created_at=moment(released))  # type: ignore[return-value]


def test_what_is_due_is_what_was_released_before_the_day_and_is_enough():
    early, late, yuan = (
        part(5000, "2026-11-25T10:00"),
        part(7000, "2026-11-30T09:00"),
        part(100, "2026-11-25T10:00", "CNY"),
    )
    monday, next_monday = moment("2026-11-30T01:10"), moment("2026-12-07T01:10")
    assert schedule.due(Schedule.WEEKLY, [early, late, yuan], moment("2026-11-29T23:00")) == []
    assert schedule.due(Schedule.WEEKLY, [early, late, yuan], monday) == [early]
    assert schedule.due(Schedule.WEEKLY, [early, late, yuan], next_monday) == [early, late]
    assert schedule.due(Schedule.DAILY, [early, late, yuan], moment("2026-11-30T09:00")) == [early, late]


def test_small_sums_wait_until_together_they_are_enough():
    small = [part(1300, "2026-11-25T10:00"), part(1100, "2026-11-26T10:00")]
    assert schedule.due(Schedule.DAILY, small, moment("2026-11-30T09:00")) == []
    more = [*small, part(100, "2026-11-27T10:00")]
    assert schedule.due(Schedule.DAILY, more, moment("2026-11-30T09:00")) == more


def test_every_currency_of_quotes_has_a_least():
    assert all(schedule.least(currency) > 0 for currency in CURRENCIES)
    assert schedule.least("JPY") == 4000
    assert schedule.least("USD") == 2500


def morning(day: datetime, shop: Shop) -> None:
    """The clock's morning job of that day, and all that follows."""
    with at(day.replace(hour=1, minute=10)):
        tasks.pay_out_due(timestamp=0)
        shop.work()


def test_daily_money_goes_at_once(shop: Shop):
    shop.deposit()
    onboard(shop, Schedule.DAILY)
    release(shop)
    shop.work()
    assert transferred(shop) == [("created", net(shop))]
    [transfer] = at_stripe(shop)
    assert (transfer.amount, transfer.destination) == (net(shop), recipient_of(shop).stripe_id)
    assert shop.told("money_released") == 1
    assert shop.told("transfer_created") == 1


@pytest.mark.parametrize("kind", [Schedule.WEEKLY, Schedule.MONTHLY])
def test_other_money_goes_on_its_day_and_not_before(shop: Shop, kind: Schedule):
    shop.deposit()
    onboard(shop, kind)
    release(shop)
    shop.work()
    assert transferred(shop) == []
    run = schedule.next_run(kind, now())
    morning(run - timedelta(days=1), shop)
    assert transferred(shop) == []
    morning(run, shop)
    assert transferred(shop) == [("created", net(shop))]
    morning(run, shop)
    assert len(at_stripe(shop)) == 1


def test_a_morning_that_was_missed_is_made_up_for(shop: Shop):
    shop.deposit()
    onboard(shop, Schedule.WEEKLY)
    release(shop)
    shop.work()
    morning(schedule.next_run(Schedule.WEEKLY, now()) + timedelta(days=2), shop)
    assert transferred(shop) == [("created", net(shop))]


def test_who_changes_to_daily_gets_what_waits(shop: Shop):
    shop.deposit()
    ident = onboard(shop, Schedule.MONTHLY)
    release(shop)
    shop.work()
    assert transferred(shop) == []
    with transaction() as session:
        operations.choose_schedule(session, lock(session, Recipient, ident), Schedule.DAILY, actor=shop.factory)
    shop.work()
    assert transferred(shop) == [("created", net(shop))]
    assert [event.data["schedule"] for event in events(shop, "schedule_chosen")] == ["monthly", "daily"]


def test_a_factory_paid_by_bank_is_left_to_the_batches(shop: Shop):
    shop.deposit()
    give_bank(shop)
    release(shop)
    shop.work()
    morning(now() + timedelta(days=40), shop)
    assert transferred(shop) == []


def test_the_page_says_what_waits_when_it_goes_and_what_has_gone(shop: Shop, client: FlaskClient):
    shop.deposit()
    onboard(shop, Schedule.WEEKLY)
    release(shop)
    shop.work()
    page = signed_in(client, person_of(shop))
    before = page.get("/factory/payment").text
    [piece] = shop.rows(ReleasePart)
    for minor in (piece.gross_minor, piece.fee_minor, piece.net_minor):
        assert f"{minor / 100:.2f}" in before
    assert schedule.next_run(Schedule.WEEKLY, now()).isoformat() in before
    assert page.post("/factory/payment/schedule", data={"schedule": "daily"}).status_code == 303
    shop.work()
    after = page.get("/factory/payment").text
    assert "tag-good" in after.partition('id="released"')[2]
