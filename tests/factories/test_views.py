"""Factory pages, without JavaScript: profile, review, directory."""

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from portal.accounts.models import Person
from portal.core import clock
from portal.core.actor import Role
from portal.core.db import transaction
from portal.factories.lifecycle import FactoryStage
from portal.factories.models import Capability, Certificate, Factory, PriceTier
from portal.factories.views.public import directory
from tests import make

SignIn = Callable[[Person | None], FlaskClient]
CAPABILITY = {
    "moq": "50",
    "lead_days": "25",
    "sample_days": "7",
    "sample_fee_minor": "200",
    "processes": ["embroidery"],
}


def _factory(**fields: Any) -> tuple[Factory, Person]:
    with transaction() as session:
        factory = make.factory(session, **fields)
        owner = make.member(session, factory, locale="en")
    return factory, owner


def _one(statement: Any) -> Any:
    with transaction() as session:
        return session.scalars(statement).one()


def test_whoever_ticks_no_goods_is_told_that_nobody_would_ask(sign_in: SignIn) -> None:
    _owned, owner = _factory(category="printed_goods", capability={"goods": []})
    client = sign_in(owner)
    refused = client.post("/factory/making/printed_goods", data={**CAPABILITY, "processes": ["screen"]})
    assert refused.status_code == 422
    assert "Tick what you make" in refused.text
    kept = client.post("/factory/making/printed_goods", data={**CAPABILITY, "processes": ["screen"], "goods": ["mug"]})
    assert kept.status_code == 303
    with transaction() as session:
        assert session.scalars(select(Capability.goods)).one() == ["mug"]


def test_a_profile_is_written_and_read(sign_in: SignIn) -> None:
    _made, owner = _factory(stage=FactoryStage.DRAFT)
    client = sign_in(owner)
    sent = {"name_zh": "小熊玩具厂", "name": "Bear Toys", "city": "ankang", "employees": "４０", "about_zh": "毛绒"}
    answer = client.post("/factory/profile", data=sent)
    assert (answer.status_code, answer.location) == (303, "/factory")
    kept = _one(select(Factory))
    assert (kept.name_zh, kept.city, kept.place_zh, kept.employees) == ("小熊玩具厂", "Ankang", "陕西安康", 40)
    assert kept.latitude == pytest.approx(32.69)
    assert "Bear Toys" in client.get("/factory").text


def test_a_refused_profile_loses_nothing(sign_in: SignIn) -> None:
    _made, owner = _factory(stage=FactoryStage.DRAFT)
    answer = sign_in(owner).post("/factory/profile", data={"name": "", "name_zh": "", "employees": "about forty"})
    assert answer.status_code == 422
    assert 'value="about forty"' in answer.text
    assert "There is a problem" in answer.text


def test_no_factory_was_founded_in_a_year_to_come(sign_in: SignIn) -> None:
    _made, owner = _factory(stage=FactoryStage.DRAFT)
    client = sign_in(owner)
    answer = client.post("/factory/profile", data={"name": "Bear Toys", "founded": str(clock.now().year + 1)})
    assert answer.status_code == 422
    answer = client.post("/factory/profile", data={"name": "Bear Toys", "founded": str(clock.now().year)})
    assert answer.status_code == 303


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("91110000600037341L", ""),
        ("9111 0000 6000 3734 1l", ""),
        ("９１１１００００６０００３７３４１Ｌ", ""),
        ("91110000600037341M", "slip of the pen"),
        ("9111000060003734", "18 digits and letters"),
        ("９１１１", "18 digits and letters"),
    ],
)
def test_the_credit_code_is_checked(sign_in: SignIn, code: str, said: str) -> None:
    _made, owner = _factory(stage=FactoryStage.DRAFT)
    answer = sign_in(owner).post("/factory/profile", data={"name": "Bear Toys", "license_number": code})
    assert answer.status_code == (422 if said else 303)
    assert said in answer.text
    assert _one(select(Factory.license_number)) == ("" if said else "91110000600037341L")


def test_what_is_made_and_for_how_much(sign_in: SignIn) -> None:
    _made, owner = _factory(category="printed_goods")
    client = sign_in(owner)
    answer = client.post("/factory/making/plush", data={**CAPABILITY, "max_quantity": "5,000"})
    assert answer.location == "/factory/making/plush/prices/CNY"
    kept = _one(select(Capability).where(Capability.category == "plush"))
    assert (kept.moq, kept.max_quantity, kept.sample_fee_minor) == (50, 5000, 20000)
    assert kept.available
    rows = {"tiers-0-min_quantity": "100", "tiers-0-unit_price_minor": "25.50", "tiers-0-lead_days": "20"}
    assert client.post("/factory/making/plush/prices/CNY", data=rows).status_code == 303
    tier = _one(select(PriceTier).where(PriceTier.category == "plush"))
    assert (tier.min_quantity, tier.unit_price_minor, tier.lead_days) == (100, 2550, 20)


@pytest.mark.parametrize(
    "row",
    [
        {"tiers-0-min_quantity": "100", "tiers-0-unit_price_minor": "25.50"},
        {"tiers-0-min_quantity": "100", "tiers-0-unit_price_minor": "0", "tiers-0-lead_days": "20"},
        {"tiers-0-min_quantity": "100", "tiers-0-unit_price_minor": "1.234", "tiers-0-lead_days": "20"},
    ],
)
def test_half_a_price_is_refused_beside_its_field(sign_in: SignIn, row: dict[str, str]) -> None:
    _made, owner = _factory()
    answer = sign_in(owner).post("/factory/making/plush/prices/USD", data=row)
    assert answer.status_code == 422
    assert "field-refused" in answer.text
    assert f'value="{row["tiers-0-unit_price_minor"]}"' in answer.text


def test_papers_come_and_go(sign_in: SignIn) -> None:
    _made, owner = _factory()
    client = sign_in(owner)
    paper = {"kind": "bsci", "number": "DBID 4711", "valid_until": "2027-10-01"}
    assert client.post("/factory/papers", data=paper).status_code == 303
    kept = _one(select(Certificate))
    assert kept.number == "DBID 4711"
    assert "DBID 4711" in client.get("/factory/papers").text
    client.post(f"/factory/papers/{kept.id}/remove")
    assert "DBID 4711" not in client.get("/factory/papers").text


def test_another_factorys_paper_stays(sign_in: SignIn) -> None:
    _made, owner = _factory()
    _other, other_owner = _factory()
    sign_in(owner).post("/factory/papers", data={"kind": "bsci", "number": "DBID 4711"})
    sign_in(other_owner).post(f"/factory/papers/{_one(select(Certificate)).id}/remove")
    assert _one(select(Certificate)).number == "DBID 4711"


def test_an_operator_verifies_and_refuses(sign_in: SignIn) -> None:
    factory, owner = _factory(stage=FactoryStage.SUBMITTED)
    with transaction() as session:
        operator = make.person(session, Role.OPERATOR)
    client = sign_in(operator)
    assert factory.name in client.get("/operator/factories").text
    page = f"/operator/factories/{factory.id}"
    assert "Verify this factory" in client.get(page).text
    answer = client.post(f"{page}/refuse", data={"note": ""})
    assert answer.status_code == 422
    assert "in words that it can act on" in answer.text
    assert client.post(f"{page}/verify", data={"note": ""}).status_code == 303
    assert _one(select(Factory)).stage == FactoryStage.VERIFIED
    answer = client.post(f"{page}/verify", data={"note": ""})
    assert answer.status_code == 409
    assert owner.role == Role.FACTORY


@pytest.mark.parametrize("path", ["/operator/factories", "/factory", "/factory/profile"])
def test_desks_are_closed_to_creators_and_visitors(sign_in: SignIn, path: str) -> None:
    with transaction() as session:
        creator = make.person(session)
    assert sign_in(creator).get(path).status_code == 404
    assert "/login" in sign_in(None).get(path).location


def test_visitors_read_verified_factories_only(sign_in: SignIn) -> None:
    shown, _owner = _factory(name="Shown Toys", license_number="91321000MA1", phone="0514 1234")
    hidden, _other = _factory(name="Hidden Toys", stage=FactoryStage.SUSPENDED)
    client = sign_in(None)
    listed = client.get("/factories?category=plush").text
    assert "Shown Toys" in listed
    assert "Hidden Toys" not in listed
    page = client.get(f"/factories/{shown.slug}")
    assert page.status_code == 200
    assert "91321000MA1" not in page.text
    assert "0514 1234" not in page.text
    assert "Nothing shipped through Xiaodan yet" in page.text
    assert client.get(f"/factories/{hidden.slug}").status_code == 404


def test_the_directory_turns_its_pages_without_losing_anyone(sign_in: SignIn, monkeypatch) -> None:
    monkeypatch.setattr(directory.__globals__["queries"], "PAGE", 4)
    names = {_factory(name=f"Page {number} Toys")[0].name for number in range(11)}
    with transaction() as session:  # equal scores: the id decides
        session.execute(update(Capability).values(score=0.1 + 0.2))
    client, seen, path = sign_in(None), [], "/factories?category=plush"
    while path:
        text = client.get(path).text
        seen += [name for name in names if name in text]
        path = text.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&") if 'rel="next"' in text else ""
    assert sorted(seen) == sorted(names)


def test_a_forged_place_in_the_directory_is_not_found(sign_in: SignIn) -> None:
    assert sign_in(None).get("/factories?category=plush&after=1_x").status_code == 404
    assert sign_in(None).get("/factories?category=spaceships").status_code == 404


def test_the_usual_deposit_is_one_that_a_quote_may_ask_for(sign_in: SignIn) -> None:
    _works, owner = _factory()
    terms = {"currency": "CNY", "incoterm": "FOB", "incoterm_place": "Ningbo"}
    assert sign_in(owner).post("/factory/terms", data=terms | {"deposit_percent": "5"}).status_code == 422
    assert sign_in(owner).post("/factory/terms", data=terms | {"deposit_percent": "10"}).status_code == 303
