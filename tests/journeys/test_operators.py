"""The operator's pages: the desk, factories, money, emails, and any order or brief by its number."""

import pytest

from tests.journeys import given
from tests.journeys.given import OPERATOR
from tests.journeys.operators import Operator
from tests.journeys.people import DESK, PHONE
from tests.journeys.stage import Stage

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("window", [DESK, PHONE], ids=["desk", "phone"])
def test_the_operators_pages(stage: Stage, arrive, window):
    order = given.order(stage, f"observed{window['width']}@example.com")
    [known] = stage.rows("select o.number, b.number as brief from purchase_order o join brief b on b.id = o.brief_id"
                         " where o.id = %s", order.id)  # fmt: skip
    stage.settled()
    operator: Operator = arrive(Operator, OPERATOR, window=window)
    operator.sign_in()
    for page in ("Desk", "Orders", "Factories", "Money", "Emails"):
        operator.press(page)
    operator.opens_a_letter("Stinky tofu plush")
    operator.opens_every_account()
    operator.finds_by_number(known["number"])
    operator.finds_by_number(known["brief"])
