"""What each class of defects allows in the lot at hand, by the spec that is in force."""

import pytest

from portal.core.i18n import in_locale
from portal.orders.inspections.classes import allowed, level_of, read
from portal.products.common import AQL_LEVELS


def test_forty_pieces_in_plain_words(context):
    plan = allowed(40, {}, {})
    assert (plan["major"].sample, plan["major"].accept) == (5, 0)
    assert (plan["minor"].sample, plan["minor"].accept) == (13, 1)
    assert (plan["critical"].aql, plan["critical"].accept) == (0, 0)
    assert plan["major"].words == "Check 5 pieces: none may have such a defect."
    assert plan["minor"].words == "Check 13 pieces: at most 1 may have such a defect."
    with in_locale("zh_Hans"):
        assert "5" in plan["major"].words
        assert "不允许" in plan["major"].words


def test_the_specs_limits_count_then_the_factorys_assumptions_then_the_usual():
    said = allowed(300, {"aql_major": "1.0"}, {"aql_major": "6.5", "aql_minor": "6.5"})
    assert [said[code].aql for code in ("critical", "major", "minor")] == [0, 1.0, 6.5]
    assert allowed(300, {"aql_major": None}, {"aql_major": "as usual"})["major"].aql == 2.5
    assert level_of({"inspection_level": "S-3"}, {}) == "S-3"
    assert allowed(300, {"inspection_level": "S-1"}, {})["major"].sample < allowed(300, {}, {})["major"].sample


@pytest.mark.parametrize("level", [option.code for option in AQL_LEVELS])
def test_every_limit_that_a_spec_may_state_is_applied(level: str):
    assert allowed(500, {"aql_major": level}, {})["major"].aql == float(level)


def test_a_small_lot_is_checked_whole(context):
    plan = allowed(3, {}, {})["major"]
    assert plan.whole_lot
    assert plan.words == "Check every piece: none may have such a defect."


def test_what_is_kept_reads_back():
    for limit in allowed(150, {}, {}).values():
        assert read(limit.kept) == limit
