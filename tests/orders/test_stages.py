"""An order can be put at every stage there is, its sums right and its two sides known."""

import pytest

from portal.orders.lifecycle import OrderStage
from portal.orders.models import Order
from tests.orders.stages import at_stage, sides


@pytest.mark.parametrize("stage", OrderStage)
def test_every_stage_can_be_reached_directly(session, stage):
    order = at_stage(session, stage)
    session.expire_all()
    creator, factory = sides(session, order)
    assert session.get_one(Order, order.id).stage == stage
    assert (creator.person_id, factory.factory_id) == (order.creator_id, order.factory_id)
