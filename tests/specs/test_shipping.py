"""The customs papers of a parcel: what they say in both languages, that they add up, and that they stay the same."""

from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from uuid import uuid4

import pypdfium2
import pytest
from sqlalchemy import select

from portal.core.db import transaction
from portal.core.events import Event
from portal.designs import storage
from portal.orders.lifecycle import OrderStage
from portal.orders.models import Order, Parcel
from portal.orders.parcels import operations, papers
from portal.payments.papers.tasks import issue
from portal.specs import shipping, tasks
from portal.specs.models import OrderPaper, PaperKind
from portal.specs.typeset import Job, typeset
from sandbox.demo import examples
from tests import deals
from tests.orders.parcels.test_operations import load
from tests.orders.stages import at_stage, sides

BOTH = (PaperKind.PACKING_LIST, PaperKind.COMMERCIAL_INVOICE)


def said(**changes: Any) -> dict[str, Any]:
    """What the papers of a parcel with two lines say."""
    return {
        "order": 2007,
        "order_id": "01890000-0000-7000-8000-000000000001",
        "parcel": 2,
        "date": "2026-12-29",
        "category": "plush",
        "product": "Stinky tofu plush",
        "product_zh": "臭豆腐公仔",
        "values": examples.TOFU | {"hs_code": "9503.00"},
        "currency": "USD",
        "unit_price_minor": 520,
        "incoterm": "DAP Leipzig",
        "goods": [("Tofu, grey", 120, 62400), ("Tofu, black", 30, 15600)],
        "pieces": 150,
        "value_minor": 78000,
        "cartons": 3,
        "net_grams": 31500,
        "gross_grams": 34250,
        "carrier": "dhl",
        "tracking_number": "1234567890",
        "seller": {"name": "Golden Needle Toys", "name_zh": "金针玩具厂", "city": "Yangzhou", "province": "Jiangsu",
                   "place_zh": "江苏扬州", "license_number": "91321000MA1XXXXX0X"},
        "buyer": {"name": "Ada Winter", "email": "ada@example.com", "locale": "en"},
        "ship_to": {"city": "Leipzig", "region": "Sachsen", "postcode": "04109", "country": "DE"},
        **changes,
    }  # fmt: skip


def paper(kind: PaperKind, content: dict[str, Any]) -> bytes:
    moment = datetime(2026, 12, 29, tzinfo=UTC)
    return typeset(Job(html=shipping.html(kind, content), moment=moment, identifier=kind, pictures=False)).pdf


def words(pdf: bytes) -> str:
    pages = pypdfium2.PdfDocument(BytesIO(pdf))
    return "".join("".join(page.get_textpage().get_text_range().split()) for page in pages)


@pytest.mark.parametrize("kind", BOTH)
def test_both_papers_name_goods_parties_and_weights_in_both_languages(context, kind: PaperKind):
    text = words(paper(kind, said()))
    for expected in (
        "臭豆腐公仔", "Stinky tofu plush", "Tofu, grey", "120", "Tofu, black", "30", "150", "Golden Needle Toys",
        "金针玩具厂", "91321000MA1XXXXX0X", "Ada Winter", "04109 Leipzig", "Germany", "China", "中国", "DAP Leipzig",
        "DHL Express", "1234567890", "31.5 kg", "34.25 kg", "9503.00", "PO-2007", "2026-12-29",
    ):  # fmt: skip
        assert "".join(expected.split()) in text, expected
    assert shipping.parcel_number(kind, 2007, 2) in text


def test_the_invoice_adds_up_and_the_packing_list_shows_no_price(context):
    invoice, packing = (words(paper(kind, said())) for kind in (BOTH[1], BOTH[0]))
    for figure in ("5.20", "624.00", "156.00", "780.00"):
        assert figure in invoice
        assert figure not in packing


def test_the_material_stands_on_it_as_the_spec_says(context):
    rows = shipping._material(said(), lambda text: text)
    assert any("9503.00" in text.zh for _label, text in rows)
    assert len(rows) >= 2, "a plush says what its cloth and filling are"


@pytest.mark.parametrize("kind", BOTH)
def test_the_same_parcel_is_the_same_paper(context, kind: PaperKind):
    once = paper(kind, said())
    assert paper(kind, said()) == once
    assert paper(kind, said(cartons=4)) != once


@pytest.fixture
def parcel(context, clean) -> tuple[Order, Parcel, str]:
    """A committed order, its only parcel, and the event of its shipping."""
    with transaction() as session:
        order = at_stage(session, OrderStage.READY_TO_SHIP)
        _creator, factory = sides(session, order)
        sent = operations.ship(session, order, load(), last=True, actor=factory)
        event = session.scalars(select(Event.id).where(Event.name == "order_shipped")).one()
    return order, sent, str(event)


def test_the_worker_makes_the_packing_list_once(parcel):
    _order, sent, event_id = parcel
    tasks.shipping_papers.func(event_id=event_id)
    tasks.shipping_papers.func(event_id=event_id)
    with transaction() as session:
        rows = session.scalars(select(OrderPaper).where(OrderPaper.subject_id == sent.id)).all()
    assert [row.kind for row in rows] == [PaperKind.PACKING_LIST]
    assert "Pieces100" in words(storage.get(rows[0].pdf_key))


def test_the_worker_makes_the_invoice_with_the_number_of_its_series(parcel, sign_in):
    order, sent, _event_id = parcel
    issue.func(order_id=str(order.id))
    issue.func(order_id=str(order.id))
    with transaction() as session:
        rows = session.scalars(select(OrderPaper).where(OrderPaper.subject_id == sent.id)).all()
        [invoice] = [row for row in rows if row.kind == PaperKind.COMMERCIAL_INVOICE]
        text = words(storage.get(invoice.pdf_key))
        assert invoice.number in text
        assert "500.00USD" in text, "100 pieces at 5 dollars"
        assert [p.kind for p in papers.papers(session.connection(), order.id)[sent.id]] == [invoice.kind]
        person = session.get_one(deals.Person, sides(session, order)[0].person_id)
    client = sign_in(person)
    answer = client.get(f"/orders/{order.id}/parcels/{sent.id}/commercial_invoice.pdf")
    assert f"{invoice.number}.pdf" in answer.location
    assert "commercial_invoice.pdf" in client.get(f"/orders/{order.id}").text


def test_the_papers_are_for_the_two_sides(parcel, sign_in):
    order, sent, event_id = parcel
    path = f"/orders/{order.id}/parcels/{sent.id}/packing_list.pdf"
    with transaction() as session:
        people = [session.get_one(deals.Person, a.person_id) for a in sides(session, order)]
        stranger = deals.deal(session).buyer
    assert sign_in(people[0]).get(path).status_code == 404, "not made yet"
    tasks.shipping_papers.func(event_id=event_id)
    for person in people:
        client = sign_in(person)
        answer = client.get(path)
        assert answer.status_code == 303
        assert f"PL-{order.number}-1.pdf" in answer.location
        assert "packing_list.pdf" in client.get(f"/orders/{order.id}").text
        assert client.get(path.replace(str(sent.id), str(uuid4()))).status_code == 404
        assert client.get(path.replace("packing_list", "spec")).status_code == 404
    assert sign_in(stranger).get(path).status_code == 404
