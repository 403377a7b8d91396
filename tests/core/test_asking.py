"""What no person types reaches no statement."""

import pytest
from flask.testing import FlaskClient

from portal.core.db import transaction
from portal.sourcing.lifecycle import BriefStage
from portal.sourcing.models import Brief
from tests import make
from tests.deals import deal, quoted
from tests.orders.placing import placed


@pytest.mark.parametrize("path", ["/factories/%00", "/papers/XD%00/code", "/papers/XD/%00", "/spec/%00/A"])
def test_nothing_has_a_name_with_nul_in_it(client: FlaskClient, path: str):
    assert client.get(path).status_code == 404


def test_a_query_is_read_without_nul(client: FlaskClient):
    assert client.get("/briefs/new?factory=nobody%00").status_code == 404
    assert client.get("/factories?category=printed%00_goods").status_code == 200


def test_nul_in_a_form_is_left_out_of_what_is_kept(client: FlaskClient, sign_in):
    with transaction() as session:
        ada = make.person(session)
        brief = make.brief(session, ada, "printed_goods", stage=BriefStage.DRAFT, submitted_at=None)
    typed = {"token": "a\x00b", "title": "Fifty\x00 bags", "description": "Bags", "later": "1"}
    answer = sign_in(ada).post(f"/briefs/{brief.id}/edit/idea", data=typed)
    assert answer.status_code == 303
    with transaction() as session:
        kept = session.get(Brief, brief.id)
        assert (kept.title, kept.edits["idea"][0]) == ("Fifty bags", "ab")


@pytest.mark.parametrize("number", [2**31, 2**63, -(2**63) - 1, "9" * 5000])
@pytest.mark.parametrize("path", ["/orders?before=", "/orders/waiting?due=2026-12-01T00:00:00&number="])
def test_a_number_that_no_column_holds_is_no_number(client: FlaskClient, sign_in, path: str, number: object):
    with transaction() as session:
        ada = make.person(session)
    assert sign_in(ada).get(f"{path}{number}").status_code == 200


@pytest.mark.parametrize("verb", ["accept", "decline", "withdraw"])
def test_nor_is_the_number_of_a_change_order(client: FlaskClient, sign_in, verb: str):
    with transaction() as session:
        made = deal(session)
        quoted(session, made)
        order = placed(session, made)
    answer = sign_in(made.buyer).post(f"/orders/{order.id}/changes/{verb}", data={"number": str(2**31)})
    assert answer.status_code in (404, 409)
