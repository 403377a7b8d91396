"""A counter with two operators; nothing of it needs Stripe."""

from collections.abc import Callable

import pytest

from tests.payments.payouts.counter import Counter, operator


@pytest.fixture
def counter(clean: None, work: Callable[[], None]) -> Counter:
    return Counter(operator("Olga"), operator("Oscar"), work)
