"""Amounts and the fingerprint of frozen terms."""

from datetime import UTC, date, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from portal.orders import terms
from portal.sourcing.landed import Costs

amount = st.integers(0, 10**10)


@given(st.integers(1, 10**5), st.integers(1, 10**10), amount, amount, amount, amount, st.integers(10, 100))
def test_deposit_and_balance_make_the_total(quantity, goods, tooling, sample, freight, tax, percent):
    sums = terms.amounts(Costs(quantity, goods, tooling, 0, sample, freight, tax), percent)
    parts = sum(sums[f"{name}_minor"] for name in ("goods", "tooling", "plate", "sample", "freight", "tax"))
    assert parts == sums["total_minor"] == sums["deposit_minor"] + sums["balance_minor"]
    assert sums["deposit_minor"] >= 1
    assert sums["balance_minor"] >= 0
    assert abs(sums["deposit_minor"] - sums["total_minor"] * percent / 100) <= 1


def test_plain_is_what_json_holds():
    ident = UUID("01a20369-6028-737d-812a-6f9f17532304")
    moment = datetime(2026, 12, 1, 8, tzinfo=UTC)
    found = terms.plain({"id": ident, "day": date(2026, 12, 1), "at": moment, "list": (ident, 1, None)})
    assert found == {
        "id": str(ident),
        "day": "2026-12-01",
        "at": "2026-12-01T08:00:00+00:00",
        "list": [str(ident), 1, None],
    }


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


@given(st.dictionaries(st.text(), json_values))
def test_the_fingerprint_does_not_depend_on_the_order_of_keys(content):
    backwards = dict(reversed(content.items()))
    assert terms.digest(content) == terms.digest(backwards)


def test_the_fingerprint_notices_the_smallest_change():
    assert terms.digest({"unit_price_minor": 500}) != terms.digest({"unit_price_minor": 501})
    assert terms.canonical({"b": "含", "a": 1}) == '{"a":1,"b":"含"}'.encode()


def test_every_version_of_the_terms_has_its_clauses():
    assert terms.VERSION in terms.CLAUSES
    assert all(clauses for clauses in terms.CLAUSES.values())
