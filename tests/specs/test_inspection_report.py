"""An inspection's report: both languages, its photos, the same bytes each time; made once, for those who may see it."""

from datetime import timedelta
from io import BytesIO
from uuid import UUID

import pytest
from PIL import Image
from pypdfium2 import PdfDocument
from sqlalchemy import select

from portal.accounts.models import Person
from portal.core import clock
from portal.core.actor import Actor
from portal.core.clock import days
from portal.core.db import transaction
from portal.core.events import Event
from portal.designs import keys, storage
from portal.designs.lifecycle import PhotoStage
from portal.designs.models import Photo
from portal.orders.inspections import operations
from portal.orders.inspections.operations import Defect
from portal.orders.lifecycle import OrderStage
from portal.orders.models import Inspection, Order
from portal.specs import tasks
from portal.specs.inspection_report import for_paper
from portal.specs.models import OrderPaper, PaperKind
from tests import make
from tests.orders.inspections.findings import found
from tests.orders.stages import at_stage, sides
from tests.photographs import ready


def photo(session, order: Order, actor: Actor, colour: str) -> str:
    """A photo of one colour that lies in the object store."""
    ident = ready(session, "order", order.id, actor)
    store(session.get_one(Photo, UUID(ident)), colour)
    return ident


def store(kept: Photo, colour: str) -> None:
    picture = BytesIO()
    Image.new("RGB", (800, 600), colour).save(picture, "WEBP", lossless=True)
    storage.put(keys.photo_key(kept.id, kept.sha256, keys.PHOTO_SIDES[-1]), picture.getvalue(), "image/webp")


def inspected() -> tuple[Order, Inspection, str]:
    """An order that failed its final inspection, and the event that asks for the report."""
    with transaction() as session:
        order = at_stage(session, OrderStage.INSPECTION)
        _creator, factory = sides(session, order)
        for golden in session.scalars(select(Photo).where(Photo.subject_id == order.id)):
            store(golden, "#0000c0")
        defects = [Defect("major", "Seam open <b>at the back</b>", [photo(session, order, factory, "#c00000")])]
        counts = {"critical": 0, "major": 2, "minor": 0}
        report = found(session, order, factory, found=counts, defects=defects, inspector="QIMA", note="箱 1–4")
        report.views.update({golden: photo(session, order, factory, "#00a000") for golden in report.views})
        kept = operations.inspect_finally(session, order, report, actor=factory)
        event = session.scalars(select(Event).where(Event.name == "inspection_failed")).one()
        return order, kept, str(event.id)


def papers() -> list[OrderPaper]:
    with transaction() as session:
        return list(session.scalars(select(OrderPaper).where(OrderPaper.kind == PaperKind.INSPECTION_REPORT)))


@pytest.fixture
def report(clean) -> bytes:
    _order, _kept, event_id = inspected()
    tasks.inspection_report(event_id=event_id)
    [paper] = papers()
    return storage.get(paper.pdf_key)


def words(pdf: bytes) -> str:
    return "".join("".join(page.get_textpage().get_text_range() for page in PdfDocument(BytesIO(pdf))).split())


def test_it_says_everything_in_both_languages(report: bytes):
    said = words(report)
    for text in (
        "Final inspection report", "Not passed", "QIMA", "Seam open <b>at the back</b>", "箱 1–4", "IR-", "-1",
        "Check 20 pieces: at most 1 may have such a defect.", "主要缺陷", "Major: a customer would send it back",
        "Golden sample", "抽查 20 件",
    ):  # fmt: skip
        assert "".join(text.split()) in said, text


def test_it_shows_the_defects_and_the_goods(report: bytes):
    red = green = 0
    for page in PdfDocument(BytesIO(report)):
        picture = page.render(scale=0.5).to_pil().convert("RGB")
        for count, (r, g, b) in picture.getcolors(1 << 24):
            red += count * (r > 150 and g < 40 and b < 40)
            green += count * (g > 120 and r < 40 and b < 40)
    assert red > 500
    assert green > 2000


def test_it_is_made_once_and_always_the_same(clean):
    _order, kept, event_id = inspected()
    tasks.inspection_report(event_id=event_id)
    tasks.inspection_report(event_id=event_id)
    [first] = papers()
    assert first.subject_id == kept.id
    with transaction() as session:
        session.delete(session.get_one(OrderPaper, first.id))
    tasks.inspection_report(event_id=event_id)
    [second] = papers()
    assert second.pdf_sha256 == first.pdf_sha256


def asked_again() -> list[dict[str, str]]:
    """What the jobs say by which a report that waits looks again."""
    query = (
        "select args from procrastinate_jobs where task_name = 'specs.inspection_report' and scheduled_at is not null"
    )
    with transaction() as session:
        return list(session.connection().exec_driver_sql(query).scalars())


def test_it_waits_for_photos_but_not_for_ever(clean):
    _order, kept, event_id = inspected()
    with transaction() as session:
        late = session.get_one(Photo, kept.defects[0]["photos"][0])
        late.stage = PhotoStage.CHECKING
    with clock.at(clock.now() + days(1)):  # the worker was down, and its other jobs wait as well
        tasks.inspection_report(event_id=event_id)
        assert papers() == []
        [again] = asked_again()
        tasks.inspection_report(**again)
        assert papers() == []
    with clock.at(clock.now() + days(1) + timedelta(hours=1)):
        tasks.inspection_report(**again)
    assert len(papers()) == 1


def test_a_photo_on_paper_is_smaller_and_always_the_same():
    picture = BytesIO()
    Image.effect_mandelbrot((1600, 1200), (-2, -1.5, 1, 1.5), 90).save(picture, "WEBP")
    small = for_paper(picture.getvalue())
    assert small == for_paper(picture.getvalue())
    assert max(Image.open(BytesIO(small)).size) == 1000


def test_who_may_see_the_order_may_have_it(sign_in):
    order, kept, event_id = inspected()
    path = f"/orders/{order.id}/inspections/{kept.id}.pdf"
    with transaction() as session:
        creator, worker = (session.get_one(Person, who.person_id) for who in sides(session, order))
        stranger, other = make.person(session), at_stage(session, OrderStage.INSPECTION)
        other_creator = session.get_one(Person, other.creator_id)
    early = sign_in(creator).get(path)
    assert early.status_code == 503
    assert "being made" in early.text
    tasks.inspection_report(event_id=event_id)
    for who in (creator, worker):
        answer = sign_in(who).get(path)
        assert answer.status_code == 303
        assert f"IR-{order.number}-1.pdf" in answer.location
    for who, where in (
        (stranger, path),
        (other_creator, path),
        (other_creator, f"/orders/{other.id}/inspections/{kept.id}.pdf"),
    ):
        assert sign_in(who).get(where).status_code == 404
