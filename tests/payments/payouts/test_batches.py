"""A batch from its making to its file: who is in it, who may let it go, what the bank gets."""

import csv
import hashlib
import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest
from flask import Flask

from portal.core.db import transaction
from portal.core.errors import Gone, NotAllowed
from portal.core.money import CURRENCIES
from portal.payments import holds
from portal.payments.models import HoldKind
from portal.payments.payouts import bank_file, batches, planning, schedule, transferring
from portal.payments.payouts.lifecycle import BatchStage, LineStage
from portal.payments.payouts.models import PayoutBatch
from portal.payments.payouts.planning import LeftOut
from portal.payments.recipients.models import Schedule
from tests.payments.payouts.counter import Counter
from tests.payments.recipients.office import DETAILS


def plan(currency: str = "USD") -> planning.Plan:
    with transaction() as session:
        return planning.plan(session, currency)


def left_out() -> dict[str, LeftOut | None]:
    return {payee.name: payee.why for payee in plan().left_out}


def test_a_line_for_each_factory_with_all_that_waits(counter: Counter):
    wool, felt = counter.firm("Wool"), counter.firm("Felt")
    counter.owe(wool, 100_000, fee_minor=5_000)
    counter.owe(wool, 20_000, fee_minor=1_000)
    counter.owe(felt, 50_000)
    counter.owe(felt, 90_000, "EUR")
    batch = counter.prepare()
    assert (batch.stage, batch.total_minor, batch.currency) == (BatchStage.PREPARED, 164_000, "USD")
    amounts = {line.factory_id: (line.amount_minor, line.stage) for line in counter.lines()}
    assert amounts == {
        wool.factory_id: (114_000, LineStage.WAITING),
        felt.factory_id: (50_000, LineStage.WAITING),
    }
    assert [line.reference for line in counter.lines()] == [f"XD-P{batch.number}-1", f"XD-P{batch.number}-2"]
    assert [part.line_id is not None for part in counter.parts()] == [True, True, True, False]
    with pytest.raises(Gone):
        counter.prepare()


def test_what_a_factory_owes_is_set_off_first(counter: Counter):
    wool = counter.firm()
    counter.debt(counter.owe(wool, 100_000), 30_000)
    [payee] = plan().payees
    assert (payee.offset_minor, payee.net_minor) == (30_000, 70_000)
    batch = counter.prepare()
    assert batch.total_minor == 70_000
    assert counter.books() == {"factory_payable": -70_000, "refund_payable": -30_000}


def test_all_owed_leaves_nothing_to_pay(counter: Counter):
    counter.debt(counter.owe(counter.firm(), 100_000), 100_000)
    with pytest.raises(Gone):
        counter.prepare()


def test_who_is_left_out_is_named(counter: Counter):
    counter.owe(counter.firm("No details", details=None))
    counter.owe(counter.firm("No swift", details=replace(DETAILS, swift="")))
    counter.owe(counter.firm("Little"), schedule.least("USD") - 1)
    counter.owe(counter.firm("Enough"), schedule.least("USD"))
    held = counter.owe(counter.firm("Held"))
    with transaction() as session:
        holds.put(session, held.id, HoldKind.DISPUTE, "du_1")
    later = counter.firm("Later")
    with transaction() as session:
        session.merge(counter.recipient(later)).schedule = Schedule.MONTHLY
    counter.owe(later)
    assert left_out() == {
        "No details": LeftOut.NO_DETAILS,
        "No swift": LeftOut.NO_SWIFT,
        "Little": LeftOut.TOO_LITTLE,
        "Held": LeftOut.HELD,
        "Later": LeftOut.NOT_DUE,
    }
    assert [payee.name for payee in plan().payees] == ["Enough"]
    assert counter.prepare().total_minor == schedule.least("USD")


def test_yuan_need_no_swift_code(counter: Counter):
    counter.owe(counter.firm(details=replace(DETAILS, swift="")), 100_000, "CNY")
    assert counter.prepare("CNY").total_minor == 100_000


def test_what_was_seen_is_what_is_prepared(counter: Counter):
    wool = counter.firm()
    counter.owe(wool)
    seen = plan().total_minor
    counter.owe(wool)
    with pytest.raises(Gone, match="changed"), transaction() as session:
        batches.prepare(session, "USD", actor=counter.one, seen_minor=seen)
    assert counter.lines() == []


def test_only_operators(counter: Counter):
    wool = counter.firm()
    counter.owe(wool)
    with pytest.raises(NotAllowed):
        counter.prepare(actor=wool)
    assert counter.rows(PayoutBatch) == []


def test_two_at_once_never_pay_the_same(counter: Counter, app: Flask):
    firms = [counter.firm(f"Firm {number}") for number in range(3)]
    for firm in firms * 2:
        counter.owe(firm)
    start = Barrier(6)

    def one(number: int) -> Any:
        with app.app_context():
            start.wait()
            try:
                if number % 3 == 2:
                    with transaction() as session:
                        return [transferring.transfer_all(session, firm.factory_id) for firm in firms] and None
                return counter.prepare(actor=(counter.one, counter.other)[number % 2])
            except Gone:
                return None

    with ThreadPoolExecutor(6) as pool:
        made = [batch for batch in pool.map(one, range(6)) if batch]
    assert len(made) == 1
    assert made[0].total_minor == 600_000 == sum(line.amount_minor for line in counter.lines())
    assert {part.line_id for part in counter.parts()} == {line.id for line in counter.lines()}


# --- approval ---


@pytest.mark.parametrize("currency", CURRENCIES)
def test_every_currency_has_a_threshold(currency: str):
    most = batches.SECOND_PERSON_ABOVE[currency]
    assert not batches.needs_two(most, currency)
    assert batches.needs_two(most + 1, currency)


def test_above_the_threshold_somebody_else_approves(counter: Counter):
    counter.owe(counter.firm(), batches.SECOND_PERSON_ABOVE["USD"] + 1)
    batch = counter.prepare()
    with pytest.raises(NotAllowed, match="Somebody else"):
        counter.approve(batch, counter.one)
    counter.approve(batch, counter.other)
    approved = counter.fresh(batch.id)
    assert (approved.stage, approved.approved_by) == (BatchStage.APPROVED, counter.other.person_id)


def test_below_it_one_is_enough(counter: Counter):
    counter.owe(counter.firm(), batches.SECOND_PERSON_ABOVE["USD"])
    batch = counter.prepare()
    counter.approve(batch, counter.one)
    assert counter.fresh(batch.id).stage == BatchStage.APPROVED


def test_money_that_stands_still_by_now_keeps_the_file_back(counter: Counter):
    order = counter.owe(counter.firm())
    batch = counter.prepare()
    with transaction() as session:
        holds.put(session, order.id, HoldKind.DISPUTE, "du_1")
    with pytest.raises(Gone, match=str(order.number)):
        counter.approve(batch)
    with transaction() as session:
        holds.lift(session, HoldKind.DISPUTE, "du_1")
    counter.approve(batch)
    with transaction() as session:
        holds.put(session, order.id, HoldKind.DISPUTE, "du_2")
    with pytest.raises(Gone, match=str(order.number)):
        counter.export(batch)
    assert counter.events("bank_details_seen") == []


# --- the file ---


def test_the_file_is_there_only_when_it_is_approved(counter: Counter):
    counter.owe(counter.firm())
    batch = counter.prepare()
    with pytest.raises(NotAllowed):
        counter.export(batch)
    assert counter.events("bank_details_seen") == []


def test_the_file_says_whom_to_pay_what_and_is_the_same_each_time(counter: Counter):
    wool = counter.firm()
    counter.owe(wool, 123_456)
    batch = counter.prepare()
    counter.approve(batch)
    counter.give_bank(wool, replace(DETAILS, number="6222029999999999"))  # the next batch's
    body = counter.export(batch)
    assert body.startswith(b"\xef\xbb\xbf")
    [row] = csv.DictReader(io.StringIO(body.decode("utf-8-sig")))
    assert row == {
        "reference": f"XD-P{batch.number}-1",
        "account_holder": DETAILS.holder,
        "account_number": DETAILS.number,
        "bank": DETAILS.bank,
        "branch": DETAILS.branch,
        "cnaps": DETAILS.cnaps,
        "swift": DETAILS.swift,
        "country": "CN",
        "address": DETAILS.address,
        "amount": "1234.56",
        "currency": "USD",
    }
    assert counter.export(batch, counter.other) == body
    exports = counter.events("batch_exported")
    assert [event.data["sha256"] for event in exports] == [hashlib.sha256(body).hexdigest()] * 2
    looks = [(event.actor_id, event.factory_id, event.data["batch"]) for event in counter.events("bank_details_seen")]
    assert looks == [(who.person_id, wool.factory_id, batch.number) for who in (counter.one, counter.other)]


def test_amounts_have_the_decimals_of_their_currency_and_no_cell_is_a_formula():
    details = replace(DETAILS, holder='=HYPERLINK("http://x")', branch="+1", address="@here")
    payments = [bank_file.Payment("XD-P1-1", details, 5000, "JPY"), bank_file.Payment("XD-P1-2", details, 5, "TWD")]
    rows = list(csv.reader(io.StringIO(bank_file.write(payments).decode("utf-8-sig"))))[1:]
    assert [row[-2:] for row in rows] == [["5000", "JPY"], ["0.05", "TWD"]]
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "@", "-"))]


# --- discarding ---


@pytest.mark.parametrize("approved", [False, True])
def test_a_discarded_batch_gives_everything_back(counter: Counter, approved: bool):
    counter.owe(counter.firm())
    batch = counter.prepare()
    if approved:
        counter.approve(batch)
    before = counter.books()
    with transaction() as session:
        batches.discard(session, batch.id, actor=counter.one)
    assert counter.fresh(batch.id).stage == BatchStage.DISCARDED
    assert [line.stage for line in counter.lines()] == [LineStage.DROPPED]
    assert [part.line_id for part in counter.parts()] == [None]
    assert counter.books() == before
    assert counter.prepare().total_minor == batch.total_minor


def test_what_the_bank_may_have_is_not_discarded(counter: Counter):
    counter.owe(counter.firm())
    batch = counter.at_bank()
    with pytest.raises(NotAllowed), transaction() as session:
        batches.discard(session, batch.id, actor=counter.one)
    assert [part.line_id for part in counter.parts()] == [line.id for line in counter.lines()]
