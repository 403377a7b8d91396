"""Later revisions: what their paper marks, whose yes they carry, and what the old ones say."""

from datetime import UTC, date, datetime
from io import BytesIO
from types import SimpleNamespace as Row
from typing import Any

import pypdfium2
import pytest
from sqlalchemy import func, select
from sqlmodel import Session

from portal.core.actor import Role
from portal.core.db import transaction
from portal.core.events import Event
from portal.mail import attachments
from portal.orders.changes import operations as changes
from portal.orders.changes.proposal import Proposal
from portal.orders.lifecycle import OrderStage
from portal.orders.models import ChangeOrder, Order
from portal.products.base import Reading
from portal.products.registry import category
from portal.specs import operations, panel, papers, queries, redline, tasks
from portal.specs.content import Yes, next_revision, revised
from portal.specs.models import SpecAcceptance, SpecRevision
from portal.specs.typeset import Job, typeset
from tests.orders.stages import at_stage, sides
from tests.specs.contents import content

_PROPOSED = Yes(Role.FACTORY, "Wang Li", datetime(2026, 12, 9, 8, 3, tzinfo=UTC))
_ACCEPTED = Yes(Role.CREATOR, "Ada Winter", datetime(2026, 12, 10, 21, 44, tzinfo=UTC))


def _revised(made: dict[str, Any], values: dict[str, Any], **changes: Any) -> dict[str, Any]:
    said = {
        "number": 1,
        "reason": "Sold out.",
        "quantity": None,
        "ship_by": None,
        "amounts": made["amounts"],
        "files": {},
    }
    return revised(made, "B", Row(values=values, **(said | changes)), _PROPOSED, _ACCEPTED)  # type: ignore[arg-type]


def _lines(made: dict[str, Any]) -> dict[str, redline.Line]:
    parts = redline.parts(category(made["category"]), made, "en")
    return {line.row.path: line for part in parts for line in part.rows if line.changed}


def test_a_first_revision_marks_nothing(context):
    made = content("plush")
    assert redline.before(made) is None
    assert _lines(made) == {}


def test_a_revision_bears_the_factorys_day(context):
    made = content("plush")
    made["factory"] = made["factory"] | {"timezone": "Asia/Shanghai"}
    assert _revised(made, {})["date"] == "2026-12-11", "21:44 UTC of the tenth is the next morning at the factory"


def test_changed_new_and_removed_rows_are_told_apart(context):
    made = content("plush", assumptions={})
    lines = _lines(_revised(made, {"height_sitting": 20, "carton_weight_limit": None, "polybag_warning": None}))
    assert {"height_sitting", "carton_weight_limit"} <= set(lines)
    taller, blanked = lines["height_sitting"], lines["carton_weight_limit"]
    assert taller.was
    assert taller.now
    assert (taller.was.text, taller.now.text) == ("12 cm", "20 cm")
    assert blanked.was
    assert blanked.now
    assert (blanked.was.text, blanked.now.blank) == ("15 kg", True)


def test_the_rows_of_a_table_are_marked_cell_by_cell(context):
    made = content("printed_goods")
    row = made["values"]["locations"][0]
    lines = _lines(_revised(made, {"locations": [{**row, "width": row["width"] - 20}]}))
    assert set(lines) == {"locations-0-width"}
    gone = _lines(_revised(made, {"locations": None}))
    assert gone["locations-0-width"].now is None


def test_what_was_assumed_is_agreed_once_it_is_changed(context):
    made = content("printed_goods")
    [name] = made["assumptions"]
    field = category("printed_goods").field(name)
    value = field.read("12", name, Reading())
    after = _revised(made, {name: value})
    assert after["assumptions"] == {}
    line = _lines(after)[name]
    assert line.was
    assert line.was.assumed
    assert line.now
    assert not line.now.assumed


def test_a_print_that_moves_is_marked_on_its_drawing(context):
    made = content("printed_goods")
    row = made["values"]["locations"][0]
    moved = _revised(made, {"locations": [{**row, "width": row["width"] - 20}]})
    assert redline.redrawn(category("printed_goods"), moved) == {"locations-0"}
    assert redline.redrawn(category("printed_goods"), _revised(made, {"markets": ["eu"]})) == set()


def test_the_paper_says_what_was_and_what_is(context):
    made = content("plush")
    amounts = made["amounts"] | {"total_minor": 203000, "extras_minor": 5000}
    after = _revised(
        made, {"height_sitting": 20}, quantity=350, ship_by=date(2027, 1, 12), amounts=amounts, reason="Blue is gone."
    )
    html = papers.spec_html(after)
    assert '<tr class=" changed">' in html
    done = typeset(Job(html=html, moment=datetime(2026, 12, 10, tzinfo=UTC), identifier="b", pictures=False))
    said = "".join(page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(BytesIO(done.pdf)))
    for words in ("12 cm", "20 cm", "Blue is gone.", "Wang Li", "2026-12-10 21:44 UTC", "$2,030.00", "$1,980.00"):
        assert words in said
    assert "<del>" in html
    assert "<ins>" in html


@pytest.mark.parametrize(("last", "following"), [("A", "B"), ("Y", "Z"), ("Z", "AA"), ("AZ", "BA"), ("ZZ", "AAA")])
def test_revisions_go_on_after_z(last: str, following: str):
    assert next_revision(last) == following


def _accepted(session: Session, **what: Any) -> tuple[Order, ChangeOrder]:
    order = at_stage(session, OrderStage.PRODUCTION)
    creator, factory = sides(session, order)
    number = what.pop("seen", 0)
    said = Proposal("Softer.", seen=number, **({"values": {"height_sitting": 20}} | what))
    changes.propose(session, order, said, actor=factory)
    return order, changes.accept(session, order, number + 1, actor=creator)


def test_an_accepted_change_becomes_a_revision_that_both_have_accepted(session: Session):
    order, change = _accepted(session, price_minor=5000)
    [spec] = operations.revise(session, order)
    assert operations.revise(session, order) == [spec], "a second run freezes nothing more"
    assert (spec.revision, change.revision) == ("B", "B")
    assert spec.content["values"]["height_sitting"] == 20
    assert spec.content["amounts"]["total_minor"] == order.total_minor
    for _twice in range(2):
        operations.finish_revision(session, order, spec.id, pdf_key="k", pdf_sha256="d" * 64, pages=["p"])
    yeses = session.scalars(select(SpecAcceptance).where(SpecAcceptance.spec_id == spec.id)).all()
    assert {(yes.side, yes.person_id) for yes in yeses} == {
        (Role.FACTORY, change.proposed_by),
        (Role.CREATOR, change.decided_by),
    }
    assert {yes.created_at for yes in yeses} == {change.created_at, change.decided_at}
    assert {(yes.content_hash, yes.pdf_sha256, yes.change_id) for yes in yeses} == {
        (spec.content_hash, "d" * 64, change.id)
    }
    assert order.stage == OrderStage.PRODUCTION
    told = session.scalars(select(Event).where(Event.order_id == order.id, Event.name == "spec_revised")).all()
    assert [(event.data["revision"], event.data["replaces"]) for event in told] == [("B", "A")]


def test_the_old_revision_says_what_replaced_it(session: Session):
    order, _change = _accepted(session)
    [spec] = operations.revise(session, order)
    conn = session.connection()
    assert queries.by_number(conn, order.number, "A").successor is None, "until the new paper is there, the old holds"
    operations.finish_revision(session, order, spec.id, pdf_key="k", pdf_sha256="d" * 64, pages=[])
    old = queries.by_number(conn, order.number, "A")
    assert (old.successor, old.newest, old.superseded_at) == ("B", "B", spec.ready_at)
    assert queries.by_number(conn, order.number, "B").successor is None
    assert queries.finished(conn, order.id, "A").revision == "A"
    assert [row.revision for row in queries.replaced(conn, order.id)] == ["A"]
    event = session.scalars(select(Event).where(Event.name == "spec_revised")).one()
    assert attachments.attachments_of(session, event)[0]["filename"] == f"XD-{order.number}-B.pdf"


def test_changes_that_wait_are_frozen_in_their_order(session: Session):
    order, _first = _accepted(session)
    creator, factory = sides(session, order)
    changes.propose(session, order, Proposal("Smaller.", {"height_sitting": 16}, seen=1), actor=creator)
    changes.accept(session, order, 2, actor=factory)
    specs = operations.revise(session, order)
    assert [spec.revision for spec in specs] == ["B", "C"]
    assert specs[1].content["changes"]["former"]["values"] == {"height_sitting": 20}
    assert specs[1].content["changes"]["against"] == "B"


def test_the_worker_makes_the_paper_and_the_page_of_the_old_one_leads_to_it(client):
    with transaction() as session:
        order, _change = _accepted(session, ship_by=date(2027, 12, 1))
        query = select(Event).where(Event.order_id == order.id, Event.name == "change_accepted")
        event_id, number = session.scalars(query).one().id, order.number
    for _twice in range(2):
        tasks.revise(event_id=str(event_id))
    with transaction() as session:
        spec = session.scalars(select(SpecRevision).where(SpecRevision.revision == "B")).one()
        assert spec.ready_at
        assert spec.page_keys
        assert session.scalar(select(func.count()).select_from(Event).where(Event.name == "spec_revised")) == 1
    old = client.get(f"/spec/XD-{number}/A").text
    assert "revision B replaced it" in old
    assert f"/spec/XD-{number}/B" in old
    assert "This revision is current" in client.get(f"/spec/XD-{number}/B").text


def test_the_revision_in_force_stays_on_the_page_until_the_next_is_made(session: Session):
    order, _change = _accepted(session)
    [spec] = operations.revise(session, order)
    conn = session.connection()
    shown = panel.load(conn, sides(session, order)[0], order)  # type: ignore[arg-type]
    assert shown
    assert (shown["spec"].revision, shown["coming"]) == ("A", "B")
    operations.finish_revision(session, order, spec.id, pdf_key="k", pdf_sha256="d" * 64, pages=[])
    shown = panel.load(conn, sides(session, order)[0], order)  # type: ignore[arg-type]
    assert shown
    assert (shown["spec"].revision, shown["coming"]) == ("B", "")
    assert [row.change_number for row in shown["accepted"]] == [1, 1]
