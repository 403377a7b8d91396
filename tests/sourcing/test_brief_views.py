"""Writing a brief in a browser without JavaScript, and with the autosave of one that has it."""

import re
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from portal.accounts import hooks
from portal.accounts.models import Person
from portal.core.actor import Role
from portal.core.db import transaction
from portal.factories.models import Capability
from portal.sourcing.lifecycle import BriefStage
from portal.sourcing.models import Brief, Invitation
from portal.sourcing.views.briefs import brief_queries
from tests import make

SignIn = Callable[[Person | None], FlaskClient]
IDEA = {"title": "Stinky tofu plush", "description": "It must look fried."}
DETAILS = {"spec-markets": "eu", "spec-age_grade": "3_plus", "spec-height_sitting": "12"}
QUANTITIES = {
    "quantities-0": "300",
    "quantities-1": "１００",
    "currency": "USD",
    "target_cost_minor": "4.50",
    "ship_country": "GB",
    "ship_city": "Leeds",
}


@pytest.fixture
def creator(app, clean) -> Person:
    with transaction() as session:
        return make.person(session)


@pytest.fixture
def factories(app, clean) -> list[UUID]:
    with transaction() as session:
        return [make.factory(session, capability={"markets": ["eu"]}).id for _ in range(7)]


def _brief() -> Brief:
    with transaction() as session:
        return session.scalars(select(Brief)).one()


def _start(client: FlaskClient) -> str:
    """The address of a new draft."""
    answer = client.post("/briefs/new", data={"category": "plush"})
    assert answer.status_code == 303
    return answer.location.removesuffix("/edit/idea")


def _edition(page: TestResponse) -> dict[str, str]:
    """The hidden fields of a page's form."""
    return {name: re.search(f'name="{name}" value="([^"]*)"', page.text)[1] for name in ("token", "version")}  # type: ignore[index]


def _fill(client: FlaskClient, address: str, step: str, answers: dict[str, Any]) -> TestResponse:
    page = client.get(f"{address}/edit/{step}")
    assert page.status_code == 200
    return client.post(f"{address}/edit/{step}", data=_edition(page) | answers)


def _write(client: FlaskClient) -> str:
    """A draft that lacks nothing."""
    address = _start(client)
    assert _fill(client, address, "idea", IDEA).location.endswith("/edit/details")
    assert _fill(client, address, "details", DETAILS).location.endswith("/edit/artwork")
    assert _fill(client, address, "quantities", QUANTITIES | {"quantities-1": "100"}).location.endswith("/factories")
    ticked = re.findall(r'name="factory" value="([^"]*)" checked', client.get(f"{address}/edit/factories").text)
    assert len(ticked) == 5
    assert _fill(client, address, "factories", {"who": "me", "factory": ticked}).location.endswith("/edit/check")
    return address


def test_from_idea_to_factories_without_javascript(sign_in: SignIn, creator: Person, factories: list[UUID]) -> None:
    client = sign_in(creator)
    address = _write(client)
    check = client.get(f"{address}/edit/check").text
    assert "Before you can send it" not in check
    assert "100 pcs, 300 pcs" in check
    answer = client.post(f"{address}/submit", follow_redirects=True)
    assert "Sent to 5 factories." in answer.text
    kept = _brief()
    assert (kept.stage, kept.quantities, kept.target_cost_minor) == (BriefStage.OPEN, [100, 300], 450)
    assert kept.values["product_name"] == "Stinky tofu plush"
    assert kept.values["description"] == "It must look fried."
    with transaction() as session:
        assert set(session.scalars(select(Invitation.factory_id))) <= set(factories)


def test_what_is_refused_is_still_there(sign_in: SignIn, creator: Person) -> None:
    client = sign_in(creator)
    address = _start(client)
    answer = _fill(client, address, "quantities", QUANTITIES | {"target_cost_minor": "a fiver", "ship_country": ""})
    assert answer.status_code == 422
    for typed in ('value="a fiver"', 'value="１００"', 'value="Leeds"'):
        assert typed in answer.text
    assert "There is a problem" in answer.text
    assert "Choose the country it goes to." in answer.text
    again = client.get(f"{address}/edit/quantities").text  # by the menu of languages, say, from the refused page
    for right in ('value="100"', 'value="Leeds"'):
        assert right in again
    assert "a fiver" not in again


def test_a_missing_spec_field_is_named_where_it_belongs(sign_in: SignIn, creator: Person) -> None:
    client = sign_in(creator)
    answer = _fill(client, _start(client), "details", DETAILS | {"spec-height_sitting": "tall"})
    assert answer.status_code == 422
    assert 'value="tall"' in answer.text
    assert 'href="#spec-height_sitting"' in answer.text


def test_rows_are_added_without_javascript(sign_in: SignIn, creator: Person) -> None:
    client = sign_in(creator)
    answer = _fill(client, _start(client), "details", DETAILS | {"spec-fabrics-0-zone": "head", "spec-add": "fabrics"})
    assert answer.status_code == 200
    assert 'name="spec-fabrics-0-zone"' in answer.text
    assert 'name="spec-fabrics-1-zone"' in answer.text


@pytest.mark.parametrize("number", ["²", "٣", "9" * 5000, "-1", "", "x"])
def test_numbers_that_no_page_gives_to_a_row_break_nothing(sign_in: SignIn, creator: Person, number: str) -> None:
    client = sign_in(creator)
    draft = _start(client)
    for step, name in (("quantities", f"quantities-{number}"), ("details", f"spec-fabrics-{number}-material")):
        answer = client.post(f"{draft}/edit/{step}", data={name: "7", "token": number[:9]})
        assert answer.status_code == 422, step
        client.post(f"{draft}/autosave/{step}", data={name: "7", "token": number[:9]})
    assert _brief().quantities == []


def test_a_brief_has_no_more_quantities_than_its_page(sign_in: SignIn, creator: Person) -> None:
    client = sign_in(creator)
    many = {f"quantities-{number}": str(number + 1) for number in range(900)}
    assert client.post(f"{_start(client)}/edit/quantities", data=QUANTITIES | many).status_code == 303
    assert _brief().quantities == [1, 2, 3, 4]


def test_finishing_later_keeps_what_is_right(sign_in: SignIn, creator: Person) -> None:
    client = sign_in(creator)
    answer = _fill(client, _start(client), "quantities", {"quantities-0": "50", "ship_country": "", "later": "1"})
    assert answer.location == "/briefs"
    assert _brief().quantities == [50]


def test_autosave_keeps_what_is_right_and_leaves_the_rest(sign_in: SignIn, creator: Person) -> None:
    client = sign_in(creator)
    address = _start(client)
    page = client.get(f"{address}/edit/details")
    answer = client.post(
        f"{address}/autosave/details", data=_edition(page) | {"spec-markets": "us", "spec-height_sitting": "tall"}
    )
    assert answer.status_code == 200
    assert re.search(r"Saved \d\d?:\d\d", answer.text)
    kept = _brief()
    assert kept.values["markets"] == ["us"]
    assert "height_sitting" not in kept.values
    named = DETAILS | {"spec-product_name": "Stinky tofu plush"}
    answer = client.post(f"{address}/edit/details", data=_edition(page) | named)  # the same form, its old version
    assert answer.status_code == 303


def test_the_second_tab_is_told_and_loses_nothing(sign_in: SignIn, creator: Person) -> None:
    client = sign_in(creator)
    address = _start(client)
    first, second = (_edition(client.get(f"{address}/edit/idea")) for _ in range(2))
    client.post(f"{address}/edit/idea", data=first | {"title": "Tofu"})
    saved = client.post(f"{address}/autosave/idea", data=second | {"title": "Bear"})
    assert saved.status_code == 409
    assert "changed in another tab" in saved.text
    answer = client.post(f"{address}/edit/idea", data=second | {"title": "Bear"})
    assert answer.status_code == 409
    assert 'value="Bear"' in answer.text
    assert _brief().title == "Tofu"
    again = client.post(f"{address}/edit/idea", data=_edition(answer) | {"title": "Bear"})  # now knowingly
    assert again.status_code == 303
    assert _brief().title == "Bear"


def test_a_visitors_draft_becomes_theirs_when_they_sign_in(
    sign_in: SignIn, client: FlaskClient, creator: Person, factories: list[UUID]
) -> None:
    address = _write(client)
    assert "Sign up and send" in client.get(f"{address}/edit/check").text
    answer = client.post(f"{address}/submit")
    assert answer.location == f"/register/creator?next={address}/edit/check"
    with client.session_transaction() as browser:
        key = browser["draft_key"]
    with transaction() as session:
        hooks.signed_in(session, creator.id, {key})
    signed_in = sign_in(creator)
    assert "Send to factories" in signed_in.get(f"{address}/edit/check").text
    assert signed_in.post(f"{address}/submit").location == address


def test_a_visitors_draft_is_nobody_elses(app, client: FlaskClient, sign_in: SignIn, creator: Person) -> None:
    address = _start(client)
    assert "Go on where you were" in client.get("/briefs/new").text
    stranger = app.test_client()
    for path in ("/edit", "/edit/idea", "/edit/check"):
        assert stranger.get(address + path).status_code == 404
    assert stranger.post(f"{address}/edit/idea", data=IDEA).status_code == 404
    assert stranger.post(f"{address}/autosave/idea", data=IDEA).status_code == 404
    assert stranger.post(f"{address}/remove").status_code == 404
    assert "Go on where you were" not in stranger.get("/briefs/new").text
    assert sign_in(creator).get(f"{address}/edit/idea").status_code == 404


def test_another_creators_brief_does_not_exist(sign_in: SignIn, creator: Person) -> None:
    with transaction() as session:
        theirs = make.brief(session, make.person(session))
    client = sign_in(creator)
    for path in ("", "/edit", "/factories"):
        assert client.get(f"/briefs/{theirs.id}{path}").status_code == 404
    for path in ("/withdraw", "/copy", "/factories", "/submit", "/remove"):
        assert client.post(f"/briefs/{theirs.id}{path}").status_code == 404
    assert theirs.title not in client.get("/briefs").text


def test_incomplete_is_not_sent(sign_in: SignIn, creator: Person) -> None:
    client = sign_in(creator)
    address = _start(client)
    answer = client.post(f"{address}/submit")
    assert answer.status_code == 422
    assert "Before you can send it" in answer.text
    assert "Give your idea a name." in answer.text


def test_no_factory_fits_and_why(sign_in: SignIn, creator: Person) -> None:
    with transaction() as session:
        for _ in range(3):
            make.factory(session, capability={"markets": ["eu"], "moq": 500})
    client = sign_in(creator)
    address = _start(client)
    _fill(client, address, "details", DETAILS)
    _fill(client, address, "quantities", {"quantities-0": "50", "currency": "USD", "ship_country": "GB"})
    page = client.get(f"{address}/edit/factories").text
    assert "No factory fits all of it" in page
    assert "At 500 pcs 3 more factories could make it." in page
    assert "3 do not take 50 pcs" in page


def test_more_factories_withdraw_and_copy(sign_in: SignIn, creator: Person, factories: list[UUID]) -> None:
    client = sign_in(creator)
    address = _write(client)
    client.post(f"{address}/submit")
    offered = re.findall(r'name="factory" value="([^"]*)"', client.get(f"{address}/factories").text)
    assert len(offered) == 2
    assert client.post(f"{address}/factories", data={}).status_code == 422
    assert client.post(f"{address}/factories", data={"factory": offered}).location == address
    page = client.get(address).text
    assert "Factories quote: 0 of 7 have" in page
    assert "More factories invited" in page
    client.post(f"{address}/withdraw")
    assert "Nobody was chosen" in client.get(address).text
    copied = client.post(f"{address}/copy").location
    assert "Stinky tofu plush" in client.get(copied.removesuffix("/edit") + "/edit/idea").text


def test_a_brief_that_was_sent_is_read_and_not_edited(sign_in: SignIn, creator: Person) -> None:
    with transaction() as session:
        sent = make.brief(session, creator)
    client = sign_in(creator)
    assert client.get(f"/briefs/{sent.id}/edit/idea").location == f"/briefs/{sent.id}"
    assert client.post(f"/briefs/{sent.id}/edit/idea", data=IDEA).status_code == 409


def test_the_list_turns_its_pages(sign_in: SignIn, creator: Person, monkeypatch) -> None:
    monkeypatch.setattr(brief_queries, "PAGE", 3)
    with transaction() as session:
        titles = [make.brief(session, creator, title=f"Brief number {number}").title for number in range(8)]
    client, path, seen = sign_in(creator), "/briefs", []
    while path:
        text = client.get(path).text
        seen += re.findall(r"Brief number \d", text)
        path = re.search(r'rel="next" href="([^"]*)"', text)[1] if 'rel="next"' in text else ""  # type: ignore[index]
    assert seen == titles[::-1]


def test_everybody_has_a_desk(sign_in: SignIn, creator: Person) -> None:
    with transaction() as session:
        factory = make.factory(session)
        merchandiser = make.member(session, factory)
        operator = make.person(session, Role.OPERATOR)
    assert "Start a brief" in sign_in(None).get("/").text
    for person, desk in ((creator, "/briefs"), (merchandiser, "/inbox"), (operator, "/operator")):
        answer = sign_in(person).get("/", follow_redirects=True)
        assert (answer.status_code, answer.request.path) == (200, desk)


def test_factories_and_operators_start_no_briefs(sign_in: SignIn) -> None:
    with transaction() as session:
        operator = make.person(session, Role.OPERATOR)
    client = sign_in(operator)
    assert client.get("/briefs/new").status_code == 404
    assert client.post("/briefs/new", data={"category": "plush"}).status_code == 404


def test_a_factory_is_asked_by_name_though_others_fit_better(
    sign_in: SignIn, creator: Person, factories: list[UUID]
) -> None:
    """Who has no record yet is suggested to nobody; from its own page it can be asked all the same."""
    with transaction() as session:
        for _more in range(5):
            make.factory(session, capability={"markets": ["eu"]})
        newcomer = make.factory(session, capability={"markets": ["eu"], "score": 0.0})
    client = sign_in(creator)
    assert f'/briefs/new?factory={newcomer.slug}"' in client.get(f"/factories/{newcomer.slug}").text
    kinds = client.get("/briefs/new", query_string={"factory": newcomer.slug}).text
    assert re.findall(r'name="category" value="(\w+)"', kinds) == ["plush"], "what the factory makes"
    assert f'name="factory" value="{newcomer.slug}"' in kinds
    address = client.post("/briefs/new", data={"category": "plush", "factory": newcomer.slug}).location[
        : -len("/edit/idea")
    ]
    _fill(client, address, "idea", IDEA)
    _fill(client, address, "details", DETAILS)
    _fill(client, address, "quantities", QUANTITIES | {"quantities-1": "100"})
    shown = client.get(f"{address}/edit/factories").text
    assert re.findall(r'name="factory" value="([^"]*)" checked', shown) == [str(newcomer.id)]
    _fill(client, address, "factories", {"who": "me", "factory": [str(newcomer.id)]})
    assert "Sent to 1 factory." in client.post(f"{address}/submit", follow_redirects=True).text
    for slug in ("nobody", ""):
        assert client.get("/briefs/new", query_string={"factory": slug}).status_code == 404


def test_a_factory_that_no_longer_fits_is_said_before_it_is_sent(
    sign_in: SignIn, creator: Person, factories: list[UUID]
) -> None:
    client = sign_in(creator)
    address = _write(client)
    with transaction() as session:
        for capability in session.scalars(select(Capability).where(Capability.factory_id.in_(_brief().shortlist[:2]))):
            capability.moq = 10_000
    assert "2 factories that you ticked do not fit any more" in client.get(f"{address}/edit/check").text
    with transaction() as session:
        for capability in session.scalars(select(Capability)):
            capability.moq = 10_000
    answer = client.post(f"{address}/submit")
    assert answer.status_code == 422
    assert "None of these factories fits any more" in answer.text
    assert f'href="{address}/edit/factories"' in answer.text


def test_the_summary_of_problems_names_and_leads_to_each_field(sign_in: SignIn, creator: Person) -> None:
    client = sign_in(creator)
    address = _start(client)
    typed = {"quantities-0": "ten", "quantities-1": "-5", "currency": "USD", "ship_country": "GB"}
    refused = client.post(f"{address}/edit/quantities", data=typed)
    assert refused.status_code == 422
    for number in (1, 2):
        assert f'<a href="#quantities-{number - 1}">Quantity {number}: Write a whole number' in refused.text


def test_a_day_that_has_passed_is_refused_beside_its_field(creator: Person, factories: list[UUID], sign_in: SignIn):
    client = sign_in(creator)
    refused = _fill(client, _start(client), "quantities", QUANTITIES | {"needed_by": "2024-02-29"})
    assert refused.status_code == 422
    assert "The day it is needed by has passed" in refused.text
    assert 'value="2024-02-29"' in refused.text
