"""Sending, revising and withdrawing quotes; what is refused; that a sent revision never changes."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from sqlmodel import Session, select

from portal.core import clock, money
from portal.core.actor import CLOCK
from portal.core.clock import now
from portal.core.errors import Gone, Invalid, NotAllowed
from portal.sourcing import assumptions, invitation_operations, tasks
from portal.sourcing import quote_operations as operations
from portal.sourcing.lifecycle import BriefStage, InvitationStage
from portal.sourcing.models import Quote, QuoteLine
from portal.sourcing.quote_operations import OfferLine
from tests.deals import deal, offer, quoted
from tests.sourcing.test_invitation_operations import heard, pass_due


def test_a_quote_answers_every_quantity(session: Session):
    made = deal(session)
    quote = quoted(session, made, price=480, tooling_minor=9000)
    lines = session.exec(select(QuoteLine).where(QuoteLine.quote_id == quote.id)).all()
    assert {(line.quantity, line.unit_price_minor) for line in lines} == {(100, 480), (300, 480)}
    invitation = made.invitations[0]
    assert (invitation.stage, invitation.current_quote_id) == (InvitationStage.QUOTED, quote.id)
    assert (quote.revision, quote.changes, quote.currency) == (1, [], "USD")
    assert heard(session, "quote_sent")[0].data["revision"] == 1


def test_a_revision_keeps_the_earlier_one_and_says_what_changed(session: Session):
    made = deal(session)
    first = quoted(session, made, price=480)
    second = quoted(session, made, price=450, tooling_minor=9000)
    assert (second.revision, made.invitations[0].current_quote_id) == (2, second.id)
    changed = {change["field"]: (change["was"], change["now"]) for change in second.changes}
    changed.pop("valid_until", None)
    assert changed == {
        "tooling_minor": (0, 9000),
        "unit_price_minor:100": (480, 450),
        "unit_price_minor:300": (480, 450),
    }
    kept = session.exec(select(QuoteLine.unit_price_minor).where(QuoteLine.quote_id == first.id)).all()
    assert set(kept) == {480}
    assert [event.name for event in heard(session, "quote_revised")] == ["quote_revised"]


def test_a_changed_assumption_is_a_change(session: Session):
    made = deal(session)
    stated = offer(made.brief).assumptions
    quoted(session, made)
    second = quoted(session, made, assumptions={**stated, "pose": "standing"})
    assert {"field": "assume:pose", "was": "sitting", "now": "standing"} in second.changes


def test_a_quote_can_be_taken_back_and_sent_again(session: Session):
    made = deal(session)
    quoted(session, made)
    operations.withdraw(session, made.invitations[0], actor=made.factories[0])
    assert made.invitations[0].stage == InvitationStage.WITHDRAWN
    with pytest.raises(NotAllowed):
        operations.withdraw(session, made.invitations[0], actor=made.factories[0])
    assert quoted(session, made).revision == 2


def test_a_quote_expires_with_its_validity_and_may_be_renewed(session: Session):
    made = deal(session)
    quoted(session, made, valid_until=now() + timedelta(days=3))
    pass_due(session, made.invitations[0].id, "expire_quote")
    session.refresh(made.invitations[0])
    assert made.invitations[0].stage == InvitationStage.EXPIRED
    assert heard(session, "quote_expired")[0].actor_role == CLOCK.role
    assert quoted(session, made).revision == 2


def test_the_first_quote_may_come_late(session: Session):
    made = deal(session)
    invitation_operations.lapse(session, made.invitations[0], actor=CLOCK)
    assert quoted(session, made).revision == 1
    assert len(heard(session, "quote_sent")) == 1
    assert heard(session, "quote_revised") == []


def test_a_new_revision_replaces_the_running_validity(session: Session):
    made = deal(session)
    quoted(session, made, valid_until=now() + timedelta(days=3))
    quoted(session, made, valid_until=now() + timedelta(days=30))
    with clock.at(now() + timedelta(days=4)):
        assert tasks
        assert made.invitations[0].quote_valid_until > clock.now()
    pass_due(session, made.invitations[0].id, "expire_quote")
    assert len(heard(session, "quote_expired")) == 1


@pytest.mark.parametrize("stage", [s for s in BriefStage if s != BriefStage.OPEN])
def test_no_quote_on_a_brief_that_is_not_open(session: Session, stage: BriefStage):
    made = deal(session)
    made.brief.stage = stage
    session.flush()
    with pytest.raises(Gone):
        quoted(session, made)
    with pytest.raises(Gone):
        operations.save_draft(session, made.invitations[0], {"note": "x"})


@pytest.mark.parametrize("stage", [InvitationStage.DECLINED, InvitationStage.WON, InvitationStage.LOST])
def test_no_quote_after_the_invitation_is_over(session: Session, stage: InvitationStage):
    made = deal(session)
    made.invitations[0].stage = stage
    with pytest.raises(NotAllowed):
        quoted(session, made)


def test_a_confidential_brief_is_not_quoted_blind(session: Session):
    made = deal(session, confidential=True)
    with pytest.raises(Invalid, match="NDA"):
        quoted(session, made)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"lines": (OfferLine(100, 500, 20),)}, None),
        ({"lines": (OfferLine(100, 500, 20), OfferLine(301, 500, 20))}, None),
        ({"lines": (OfferLine(100, 0, 20), OfferLine(300, 500, 20))}, None),
        ({"lines": (OfferLine(100, 500, 0), OfferLine(300, 500, 20))}, None),
        ({"incoterm": "CIF"}, "incoterm"),
        ({"deposit_percent": 9}, "deposit_percent"),
        ({"deposit_percent": 101}, "deposit_percent"),
        ({"advance_percent": -1}, "advance_percent"),
        ({"advance_percent": 51}, "advance_percent"),
        ({"valid_until": now() - timedelta(days=1)}, "valid_days"),
        ({"valid_until": now() + timedelta(days=200)}, "valid_days"),
        ({"assumptions": {}}, "assume_pose"),
    ],
)
def test_an_offer_that_does_not_answer_the_brief_is_refused(session: Session, change: dict, field: str | None):
    made = deal(session)
    with pytest.raises(Invalid) as refused:
        quoted(session, made, **change)
    if field:
        assert field in refused.value.fields
    assert made.invitations[0].stage == InvitationStage.INVITED


def test_each_open_field_needs_its_own_assumption(session: Session):
    made = deal(session)
    stated = dict(offer(made.brief).assumptions)
    assert {"pose", "aql_major"} <= stated.keys()
    assert "height_sitting" not in stated, "what the brief says is not assumed"
    stated["pose"] = ""
    with pytest.raises(Invalid) as refused:
        quoted(session, made, assumptions=stated)
    assert set(refused.value.fields) == {"assume_pose"}


def test_a_draft_is_kept_as_typed_until_the_quote_is_sent(session: Session):
    made = deal(session)
    operations.save_draft(session, made.invitations[0], {"unit_price_100": "12.x", "note": "half a th"})
    session.flush()
    session.expire(made.invitations[0])
    assert made.invitations[0].quote_draft == {"unit_price_100": "12.x", "note": "half a th"}
    quoted(session, made)
    assert made.invitations[0].quote_draft == {}


def test_revisions_have_an_end(session: Session, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(operations, "MOST_REVISIONS", 2)
    made = deal(session)
    quoted(session, made)
    quoted(session, made)
    with pytest.raises(Invalid):
        quoted(session, made)


@pytest.mark.parametrize(
    "statement",
    [
        "update quote set note = 'other'",
        "delete from quote_line",
        "update quote_line set unit_price_minor = 1",
        "delete from quote",
    ],
)
def test_a_sent_quote_never_changes(session: Session, statement: str):
    quoted(session, deal(session))
    with pytest.raises(sa.exc.DatabaseError, match=r"append-only|permission denied"), session.begin_nested():
        session.execute(sa.text(statement))
    assert session.exec(select(Quote)).one().note == ""


def test_assumptions_are_read_in_each_ones_language(context):
    from portal.core.i18n import in_locale

    with in_locale("en"):
        assert ("Pose", "Sitting") in assumptions.in_words("plush", {"pose": "sitting"})
        assert assumptions.in_words("plush", {"needle_detection": "1.2"})[0][1] == "1.2 mm Fe"
        assert assumptions.in_words("plush", {"fabrics": "短毛绒"})[0][1] == "短毛绒", "own words stay as they are"


def test_assumptions_follow_the_order_of_the_spec(context):
    labels = [label for label, _words in assumptions.in_words("plush", {"aql_major": "2.5", "pose": "sitting"})]
    assert labels == ["Pose", "AQL, major defects"]


def test_where_assumptions_differ(context):
    kept = ({"pose": "sitting", "aql_major": "2.5"}, {"pose": "standing", "aql_major": "2.5"})
    rows = assumptions.differing([assumptions.in_words("plush", one) for one in kept])
    assert rows == [("Pose", ["Sitting", "Standing up"])]


@pytest.mark.parametrize("currency", money.CURRENCIES)
def test_a_deposit_that_no_card_can_be_charged_is_refused_when_it_is_quoted(session: Session, currency: str):
    made = deal(session, currency=currency, quantities=[10])
    least = money.smallest_charge(currency)
    with pytest.raises(Invalid) as refusal:
        quoted(session, made, price=-(-least // 10), deposit_percent=90)
    assert money.show(least, currency) in str(refusal.value.fields["deposit_percent"])
    quote = quoted(session, made, price=least, deposit_percent=50)
    assert quote.currency == currency


def test_a_balance_that_no_card_can_be_charged_is_refused_too(session: Session):
    made = deal(session, quantities=[10])
    with pytest.raises(Invalid) as refusal:
        quoted(session, made, price=10, deposit_percent=60)
    assert "$0.40" in str(refusal.value.fields["deposit_percent"])
    quoted(session, made, price=10, deposit_percent=100)


def test_more_than_one_payment_can_carry_is_refused(session: Session):
    made = deal(session, currency="TWD", quantities=[1000])
    with pytest.raises(Invalid) as refusal:
        quoted(session, made, price=150_000, deposit_percent=30)
    assert "NT$999,999.99" in str(refusal.value.fields["deposit_percent"])
    quoted(session, made, price=150_000, deposit_percent=50)
