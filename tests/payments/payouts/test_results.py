"""The bank's answer read back: all of a file or nothing, every amount once, and what comes back days later."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from portal.core.actor import Role
from portal.core.db import transaction
from portal.core.errors import Gone, Invalid, NotAllowed
from portal.core.lifecycle import LIFECYCLES
from portal.mail import operations as mail
from portal.payments import breaks, ledger
from portal.payments.books import sums
from portal.payments.books.models import BreakKind
from portal.payments.models import LedgerTransaction
from portal.payments.payouts import result_file, results
from portal.payments.payouts.lifecycle import BatchStage, LineStage
from portal.payments.payouts.result_file import Result
from portal.payments.payouts.results import Verdict
from tests.payments.payouts.counter import HEAD, Counter
from tests.payments.recipients.office import DETAILS


def failures() -> set[str]:
    with transaction() as session:
        return breaks.open_subjects(session, BreakKind.BANK_LINE_FAILED)


def payable_agrees() -> bool:
    """What we owe factories is what was released to them and not paid."""
    with transaction() as session:
        return not list(sums._payable(session))


def verdicts(counter: Counter, *lines: str) -> list[Verdict]:
    return [finding.verdict for finding in counter.foresee("\n".join([HEAD, *lines]))]


# --- books ---


def test_paid(counter: Counter):
    wool, felt = counter.firm("Wool"), counter.firm("Felt")
    for amount in (100_000, 20_000):
        counter.owe(wool, amount)
    counter.owe(felt, 50_000)
    batch = counter.at_bank()
    first, second = counter.lines()
    counter.answer("paid", first)
    assert counter.fresh(batch.id).stage == BatchStage.EXPORTED
    counter.answer("成功", second)
    assert counter.fresh(batch.id).stage == BatchStage.SETTLED
    assert [line.stage for line in counter.lines()] == [LineStage.PAID] * 2
    assert counter.books() == {"bank": -170_000}
    assert all(part.paid_at for part in counter.parts())
    assert payable_agrees()
    booked = {row.source for row in counter.rows(LedgerTransaction) if row.movement == "bank_paid"}
    assert booked == {ledger.bank_source(part.line_id, part.id) for part in counter.parts()}
    paid = counter.events("payout_paid")[0].data
    assert (paid["amount_minor"], paid["reference"], paid["value_date"]) == (50_000, first.reference, "2026-11-30")


def test_failed_is_owed_as_before_and_goes_with_the_next(counter: Counter):
    wool = counter.firm()
    counter.owe(wool, 100_000)
    batch = counter.at_bank()
    [line] = counter.lines()
    counter.answer("failed", line, reason="Name does not fit")
    assert counter.fresh(batch.id).stage == BatchStage.SETTLED
    [failed] = counter.lines()
    assert (failed.stage, failed.failure) == (LineStage.FAILED, "Name does not fit")
    assert [(part.line_id, part.paid_at) for part in counter.parts()] == [(None, None)]
    assert counter.books() == {"factory_payable": -100_000}
    assert failures() == {str(line.id)}
    assert payable_agrees()
    again = counter.at_bank()
    counter.answer("paid", *counter.lines(again))
    assert failures() == set()
    assert counter.books() == {"bank": -100_000}


def test_the_operators_hear_until_the_details_change(counter: Counter):
    wool = counter.firm()
    counter.owe(wool)
    counter.at_bank()
    counter.answer("failed", *counter.lines())
    assert len(failures()) == 1
    counter.give_bank(wool, replace(DETAILS, number="6222029999999999"))
    assert failures() == set()


def test_an_older_payment_does_not_hide_a_later_failure(counter: Counter):
    wool = counter.firm()
    counter.owe(wool)
    older = counter.at_bank()
    counter.owe(wool)
    newer = counter.at_bank()
    counter.answer("failed", *counter.lines(newer))
    counter.answer("paid", *counter.lines(older))
    assert failures() == {str(line.id) for line in counter.lines(newer)}


def test_a_payment_that_comes_back_days_later(counter: Counter):
    wool = counter.firm()
    order = counter.owe(wool, 100_000)
    counter.owe(wool, 20_000)
    batch = counter.at_bank()
    counter.answer("paid", *counter.lines())
    counter.debt(order, 30_000)
    [finding] = counter.answer("退汇", *counter.lines(), reason="账户已销")
    assert finding.verdict == Verdict.RETURNS
    assert counter.fresh(batch.id).stage == BatchStage.SETTLED
    assert [(part.line_id, part.paid_at) for part in counter.parts()] == [(None, None)] * 2
    assert payable_agrees()
    counter.work()  # what it owes by now is set off
    assert counter.books() == {"factory_payable": -90_000, "refund_payable": -30_000}
    again = counter.at_bank()
    assert again.total_minor == 90_000
    counter.answer("paid", *counter.lines(again))
    assert counter.books() == {"bank": -90_000, "refund_payable": -30_000}
    assert payable_agrees()


# --- files that are not taken ---


def test_one_wrong_line_and_nothing_is_booked(counter: Counter):
    counter.owe(counter.firm())
    counter.at_bank()
    [line] = counter.lines()
    good = f"{line.reference},paid,1000.00,,"
    for bad, verdict in {
        "XD-P9999-1,paid,,,": Verdict.UNKNOWN,
        "XD-P9999-1,maybe,,,": Verdict.UNREADABLE,
        ",paid,,,": Verdict.UNREADABLE,
        "XD-P9999-1,paid,,,31.31.2026": Verdict.UNREADABLE,
    }.items():
        assert verdicts(counter, good, bad) == [Verdict.PAYS, verdict]
        with pytest.raises(Invalid):
            counter.take("\n".join([HEAD, good, bad]))
    assert counter.books() == {"factory_payable": -100_000}
    assert [one.stage for one in counter.lines()] == [LineStage.WAITING]


def test_amounts_currencies_and_duplicates_are_looked_at(counter: Counter):
    counter.owe(counter.firm())
    counter.at_bank()
    [line] = counter.lines()
    reference = line.reference
    assert verdicts(counter, f'{reference},paid,"1,000.00",,') == [Verdict.PAYS]
    assert verdicts(counter, f"{reference},paid,1000.01,,") == [Verdict.OTHER_AMOUNT]
    assert verdicts(counter, f"{reference},paid,a lot,,") == [Verdict.OTHER_AMOUNT]
    assert verdicts(counter, f"{reference},paid,,,", f"{reference},failed,,,") == [Verdict.TWICE] * 2
    head = "reference,status,currency"
    assert [one.verdict for one in counter.foresee(f"{head}\n{reference},paid,EUR")] == [Verdict.OTHER_AMOUNT]
    assert [one.verdict for one in counter.foresee(f"{head}\n{reference},paid,usd")] == [Verdict.PAYS]


def test_the_bank_can_not_answer_what_it_does_not_have(counter: Counter):
    counter.owe(counter.firm())
    batch = counter.prepare()
    [line] = counter.lines()
    assert verdicts(counter, f"{line.reference},paid,,,") == [Verdict.NOT_EXPORTED]
    counter.approve(batch)
    with pytest.raises(Invalid):
        counter.answer("paid", line)
    assert counter.books() == {"factory_payable": -100_000}


def test_the_same_file_again_changes_nothing(counter: Counter):
    wool, felt = counter.firm("Wool"), counter.firm("Felt")
    counter.owe(wool), counter.owe(felt)
    counter.at_bank()
    first, second = counter.lines()
    body = f"{HEAD}\n{first.reference},paid,,,\n{second.reference},failed,,,"
    counter.take(body)
    before = counter.books(), len(counter.events("payout_paid")), len(counter.events("payout_failed"))
    assert [finding.verdict for finding in counter.take(body)] == [Verdict.KNOWN] * 2
    assert (counter.books(), len(counter.events("payout_paid")), len(counter.events("payout_failed"))) == before
    assert verdicts(counter, f"{second.reference},paid,,,") == [Verdict.GIVEN_UP]


def test_what_was_shown_is_what_is_booked(counter: Counter):
    counter.owe(counter.firm())
    counter.at_bank()
    [line] = counter.lines()
    body = f"{HEAD}\n{line.reference},failed,,,"
    seen = results.fingerprint(counter.foresee(body))
    counter.answer("paid", line)
    with pytest.raises(Gone, match="changed"):
        counter.take(body, seen=seen)
    assert [one.stage for one in counter.lines()] == [LineStage.PAID]


def test_two_who_confirm_at_once_book_it_once(counter: Counter, app: Flask):
    for name in ("Wool", "Felt", "Silk"):
        counter.owe(counter.firm(name))
    batch = counter.at_bank()
    body = "\n".join([HEAD, *(f"{line.reference},paid,,," for line in counter.lines())])
    seen = results.fingerprint(counter.foresee(body))

    def confirm(_who: int) -> bool:
        with app.app_context():
            try:
                return bool(counter.take(body, seen=seen))
            except Gone:
                return False

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(confirm, range(4))) == [False, False, False, True]
    assert counter.books() == {"bank": -300_000}
    assert len(counter.events("payout_paid")) == 3
    assert counter.fresh(batch.id).stage == BatchStage.SETTLED


def test_only_operators(counter: Counter):
    wool = counter.firm()
    counter.owe(wool)
    counter.at_bank()
    with pytest.raises(NotAllowed):
        replace(counter, one=wool).answer("paid", *counter.lines())
    assert counter.books() == {"factory_payable": -100_000}


@pytest.mark.parametrize(("status", "letter"), [("paid", "payout_paid"), ("failed", "payout_failed")])
def test_the_owner_is_told(counter: Counter, status: str, letter: str):
    wool = counter.firm()
    counter.owe(wool, 100_000)
    counter.at_bank()
    counter.answer(status, *counter.lines(), reason="Name does not fit")
    [event] = counter.events(letter)
    step = next(step for step in LIFECYCLES["payout_line"].steps if step.event == letter)
    assert step.tell == {Role.FACTORY}
    with transaction() as session:
        mail.announce(session, session.merge(event), [Role.FACTORY])
        told = session.connection().exec_driver_sql("select template, recipient from email").all()
    assert told == [(letter, wool.email)]
    assert event.data["reference"] == counter.lines()[0].reference
    assert event.data.get("why") == ("Name does not fit" if status == "failed" else None)


# --- reading ---


def test_files_as_banks_write_them():
    expected = [("XD-P1-1", True, "1000.00", ""), ("XD-P1-2", False, "", "户名不符")]
    chinese = (
        "参考号;状态;金额;失败原因;日期\r\nXD-P1-1;成功;1000.00;;2026/11/30\r\nXD-P1-2;退汇;;户名不符;20261130\r\n"
    )
    head = "Reference,Status,Amount,Reason,Value date\n"
    english = f"{head}XD-P1-1,PAID,1000.00,,2026-11-30\n\nXD-P1-2,Rejected,,户名不符,2026-11-30"
    for body in (chinese.encode("gbk"), chinese.encode("utf-8-sig"), english.encode(), english.encode("utf-8-sig")):
        found = result_file.read(body)
        assert [(one.reference, one.paid, one.amount, one.reason) for one in found] == expected
        assert {str(one.value_date) for one in found} == {"2026-11-30"}
        assert not [one.problem for one in found if one.problem]


@pytest.mark.parametrize(
    "body",
    [b"", b"\xff\xfe\x00", b"hello", b"reference\nXD-P1-1", b"status,amount\npaid,1", HEAD.encode(), b"PK\x03\x04" * 9,
     HEAD.encode() + b"\nXD-P1-1,paid,,," * (result_file.MOST_LINES + 1), b" " * (result_file.MOST_BYTES + 1)],
    ids=["empty", "binary", "text", "no status", "no reference", "no line", "zip", "too many", "too large"],
)  # fmt: skip
def test_what_is_no_result_file_is_refused(body: bytes):
    with pytest.raises(Invalid) as refusal:
        result_file.read(body)
    assert refusal.value.fields["file"]


@given(st.binary(max_size=400) | st.binary(max_size=300).map(lambda rest: f"{HEAD}\n".encode() + rest))
def test_whatever_bytes_come_it_reads_or_refuses_them(body: bytes):
    try:
        found = result_file.read(body)
    except Invalid:
        return
    assert found
    assert all(isinstance(one, Result) and len(one.reference) <= 40 and len(one.reason) <= 300 for one in found)
