"""A factory that Stripe can't pay: one operator prepares a batch, another approves it, the bank's answer comes back."""

import pytest
from flask_security import hash_password

from portal.core import sealing
from portal.core.actor import PAYMENTS, Role
from portal.core.db import lock, transaction
from portal.core.lifecycle import record
from portal.core.web import settings
from portal.orders.lifecycle import OrderStage
from portal.orders.models import Order
from portal.payments.payouts import releasing
from portal.payments.recipients import operations
from portal.payments.recipients.models import Schedule
from tests import make
from tests.journeys import given
from tests.journeys.given import OPERATOR
from tests.journeys.goods import TOFU
from tests.journeys.operators import Operator
from tests.journeys.people import DESK, PASSWORD, PHONE
from tests.journeys.stage import Stage
from tests.payments.recipients.office import DETAILS

pytestmark = pytest.mark.journey

COLLEAGUE = "colleague@example.com"


@pytest.fixture
def owed(stage: Stage) -> given.Making:
    """An order has ended: what was paid for it, about 5,500 dollars, is due to a factory's bank."""
    made = given.paid_order(stage, TOFU, price=20_000)
    with stage.portal.app_context(), transaction() as session:
        colleague = {"email": COLLEAGUE, "name": "Lan", "locale": "zh_Hans", "password": hash_password(PASSWORD)}
        make.person(session, Role.OPERATOR, **colleague)
        recipient = operations.own(session, made.worker)
        operations.give_bank(session, recipient, DETAILS, sealing.bank_details(settings()), actor=made.worker)
        operations.choose_schedule(session, recipient, Schedule.DAILY, actor=made.worker)
        order = lock(session, Order, made.id)
        order.stage = OrderStage.CLOSED
        assert releasing.release_rest(session, order, record(session, order, "order_closed", actor=PAYMENTS))
    return made


def test_two_operators_pay_a_factorys_bank(stage: Stage, arrive, owed: given.Making, tmp_path):
    wen: Operator = arrive(Operator, OPERATOR, window=DESK)
    wen.sign_in()
    wen.press("Money")
    wen.press("Bank batches")
    wen.page.locator("a[href='/operator/money/payouts/prepare/USD']").click()
    wen.press("Prepare this batch")
    wen.is_told("The batch is prepared.")
    wen.reads("Waits for another operator")
    assert wen.button("Approve the batch").count() == 0

    lan: Operator = arrive(Operator, COLLEAGUE, "zh_Hans", window=PHONE)
    lan.sign_in()
    lan.open(wen.page.url)
    lan.press("Approve the batch")
    lan.is_told("The batch is approved. Its file can be exported now.")

    wen.open(wen.page.url)
    with wen.page.expect_download() as file:
        wen.button("Export the file").click()
    lines = file.value.path().read_text("utf-8-sig").splitlines()
    assert DETAILS.number in lines[1]
    reference = lines[1].partition(",")[0]

    answer = tmp_path / "answer.csv"
    answer.write_text(f"参考号;状态;失败原因\n{reference};退汇;户名不符\n", "gbk")
    wen.open("/operator/money/payouts/results")
    wen.page.set_input_files("#file", answer)
    wen.press("Look at the results")
    wen.reads("The money is owed as before, and the factory told.")
    wen.press("Book 1 result")
    wen.reads("Every result read back")
    assert "payout_failed" in {event["name"] for event in stage.rows("select name from event")}
    stage.settled()
    assert stage.letters(owed.factory)["payout_failed"] == 1

    lan.open("/operator/money/payouts/prepare/USD")
    lan.press("Prepare this batch")
    lan.press("Discard the batch")
    lan.is_told("The batch is discarded. Its money waits as before.")
