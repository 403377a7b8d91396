"""Threads: who may write, what is unread, when a letter goes out, who translates, what an operator must say."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from portal.core import clock
from portal.core.actor import Actor, Role
from portal.core.db import new_id
from portal.core.errors import Gone, Invalid, NotAllowed, NotFound
from portal.core.events import Event
from portal.messages import operations
from portal.messages.models import Message, MessageTranslation, Thread
from portal.orders import words
from portal.sourcing.lifecycle import BriefStage, InvitationStage
from tests import deals, make, photographs
from tests.messages.conftest import ordered, say, side


@pytest.fixture
def made(session: Session) -> deals.Deal:
    return deals.deal(session, 2)


def test_both_sides_write_into_one_thread(session: Session, made: deals.Deal):
    creator, factory = made.creator, made.factories[0]
    first = say(session, made, creator, "Which pink?")
    second = say(session, made, factory, "这种粉色")
    assert first.thread_id == second.thread_id
    assert (first.role, first.locale, second.role, second.locale) == ("creator", "en", "factory", "zh_Hans")
    assert first.order_id is None
    order = ordered(session, made)
    third = say(session, made, creator, "Ordered!")
    assert (third.thread_id, third.order_id) == (first.thread_id, order.id), "the order goes on in the same thread"


def test_what_comes_twice_out_of_one_form_is_one_message_and_other_words_are_another(
    session: Session, made: deals.Deal
):
    photo = photographs.ready(session, "invitation", made.invitations[0].id, made.creator)

    def sent(actor: Actor, text: str, *photos: str, token: str = "abc") -> Message:
        ident = made.invitations[0].id
        return operations.send(session, ident, actor=actor, text=text, photo_ids=list(photos), token=token)

    first = sent(made.creator, "Like this", photo)
    assert sent(made.creator, "Like this", photo).id == first.id
    others = [
        sent(made.creator, "Like this!"),
        sent(made.factories[0], "Like this!"),
        sent(made.creator, "Like this!", token="def"),
        sent(made.creator, "Like this!", token=""),
        sent(made.creator, "Like this!", token=""),
    ]
    assert len({message.id for message in (first, *others)}) == 6
    assert side(session, made.factories[0]).unread == 3, "all of the creator's since its own"


def test_what_is_unread_and_how_far_it_was_read(session: Session, made: deals.Deal):
    creator, factory = made.creator, made.factories[0]
    messages = [say(session, made, creator, str(number)) for number in range(3)]
    assert (side(session, creator).unread, side(session, factory).unread) == (0, 3)
    operations.mark_read(session, made.invitations[0].id, messages[1].id, actor=factory)
    there = side(session, factory)
    assert (there.unread, there.read_to, there.untold_since) == (1, messages[1].id, messages[2].created_at)
    operations.mark_read(session, made.invitations[0].id, messages[0].id, actor=factory)
    assert side(session, factory).read_to == messages[1].id, "nobody unreads"
    operations.mark_read(session, made.invitations[0].id, messages[2].id, actor=factory)
    assert (side(session, factory).unread, side(session, factory).untold_since) == (0, None)
    say(session, made, creator, "more")
    say(session, made, factory, "an answer is a reading")
    assert (side(session, creator).unread, side(session, factory).unread) == (1, 0)


def test_each_change_of_what_the_page_shows_counts(session: Session, made: deals.Deal):
    ident, seen = made.invitations[0].id, []

    def version() -> int:
        return session.scalars(select(Thread.version)).one()

    message = say(session, made, made.creator)
    seen.append(version())
    operations.mark_read(session, ident, message.id, actor=made.factories[0])
    seen.append(version())
    operations.mark_read(session, ident, message.id, actor=made.factories[0])
    assert version() == seen[-1], "reading again changes nothing"
    operations.translate(session, ident, message.id, actor=made.factories[0], text="你好")
    seen.append(version())
    operations.look(session, ident, "Asked to help", actor=make.actor(make.person(session, Role.OPERATOR)))
    seen.append(version())
    assert seen == sorted(set(seen))


def test_strangers_find_nothing(session: Session, made: deals.Deal):
    message = say(session, made, made.creator)
    ident = made.invitations[0].id
    strangers = [
        made.factories[1], make.actor(make.person(session)), make.actor(make.person(session, Role.OPERATOR)),
    ]  # fmt: skip
    for actor in strangers:
        with pytest.raises(NotFound):
            say(session, made, actor)
        with pytest.raises(NotFound):
            operations.mark_read(session, ident, message.id, actor=actor)
    for actor in strangers[:2]:
        with pytest.raises(NotFound):
            operations.translate(session, ident, message.id, actor=actor, text="x")
    for actor in (made.creator, made.factories[0]):
        with pytest.raises(NotFound):
            operations.mark_read(session, ident, new_id(), actor=actor)
        with pytest.raises(NotFound):
            operations.mark_read(session, made.invitations[1].id, message.id, actor=actor)


def test_a_factory_reads_and_writes_after_the_nda(session: Session, made: deals.Deal):
    made.brief.confidential = True
    with pytest.raises(NotFound):
        say(session, made, made.factories[0])
    made.invitations[0].nda_accepted_at = clock.now()
    session.flush()
    say(session, made, made.factories[0])


@pytest.mark.parametrize("stage", list(InvitationStage))
@pytest.mark.parametrize("brief_stage", [BriefStage.OPEN, BriefStage.AWARDED, BriefStage.WITHDRAWN])
def test_a_thread_ends_with_the_chance_of_an_order(stage: InvitationStage, brief_stage: BriefStage):
    over = {InvitationStage.DECLINED, InvitationStage.LOST, InvitationStage.CLOSED}
    expected = stage == InvitationStage.WON or (brief_stage == BriefStage.OPEN and stage not in over)
    assert operations.may_write(stage, brief_stage) is expected


def test_nothing_is_written_once_it_is_over(session: Session, made: deals.Deal):
    made.invitations[0].stage = InvitationStage.DECLINED
    for actor in (made.creator, made.factories[0]):
        with pytest.raises(Gone):
            say(session, made, actor)


def test_a_message_says_something_and_its_photos_are_one_s_own(session: Session, made: deals.Deal):
    creator, ident = made.creator, made.invitations[0].id
    with pytest.raises(Invalid):
        say(session, made, creator, "")
    mine = photographs.ready(session, "invitation", ident, creator)
    theirs = photographs.ready(session, "invitation", ident, made.factories[0])
    assert say(session, made, creator, "", (mine,)).photos == [mine]
    with pytest.raises(Invalid):
        say(session, made, creator, "", (theirs,))
    many = tuple(photographs.ready(session, "invitation", ident, creator) for _which in range(10))
    with pytest.raises(Invalid):
        say(session, made, creator, "", many)


def test_what_was_said_stays_said(session: Session, made: deals.Deal):
    message = say(session, made, made.creator)
    for change in ("update message set text = 'x' where id = :id", "delete from message where id = :id"):
        with pytest.raises(DBAPIError), session.begin_nested():
            session.connection().exec_driver_sql(change.replace(":id", f"'{message.id}'"))


def letters(session: Session) -> list[Event]:
    return list(session.scalars(select(Event).where(Event.name == "messages_waiting").order_by(Event.id)))


def pass_round(session: Session) -> None:
    """What the periodic task does."""
    for ident in operations.untold(session):
        operations.tell(session, ident)


def test_one_letter_tells_of_all_that_was_missed(session: Session, made: deals.Deal):
    start, creator, factory = clock.now(), made.creator, made.factories[0]
    with clock.at(start):
        for number in range(5):
            say(session, made, creator, f"Question {number}")
    with clock.at(start + timedelta(minutes=9)):
        pass_round(session)
    assert letters(session) == [], "it may still be read"
    with clock.at(start + timedelta(minutes=11)):
        pass_round(session)
        pass_round(session)
    [letter] = letters(session)
    assert letter.data == {"count": 5, "quoted": ["Question 2", "Question 3", "Question 4"]}
    assert (letter.factory_id, letter.actor_role) == (factory.factory_id, Role.CLOCK)
    with clock.at(start + timedelta(minutes=20)):
        say(session, made, creator, "And?")
    with clock.at(start + timedelta(minutes=35)):
        pass_round(session)
    assert len(letters(session)) == 1, "not within an hour of the last"
    with clock.at(start + timedelta(minutes=75)):
        pass_round(session)
    assert letters(session)[-1].data == {"count": 6, "quoted": ["And?"]}


def test_what_was_read_in_time_needs_no_letter(session: Session, made: deals.Deal):
    start = clock.now()
    with clock.at(start):
        message = say(session, made, made.creator)
    with clock.at(start + timedelta(minutes=5)):
        operations.mark_read(session, made.invitations[0].id, message.id, actor=made.factories[0])
    with clock.at(start + timedelta(minutes=30)):
        pass_round(session)
    assert letters(session) == []


def test_a_side_that_was_told_and_has_read_is_told_again_at_once(session: Session, made: deals.Deal):
    start = clock.now()
    with clock.at(start):
        message = say(session, made, made.creator)
    with clock.at(start + timedelta(minutes=11)):
        pass_round(session)
        operations.mark_read(session, made.invitations[0].id, message.id, actor=made.factories[0])
    with clock.at(start + timedelta(minutes=12)):
        say(session, made, made.creator, "x" * 400)
    with clock.at(start + timedelta(minutes=23)):
        pass_round(session)
    assert [len(letter.data["quoted"][0]) for letter in letters(session)] == [5, 280]


def test_the_other_side_or_an_operator_translates(session: Session, made: deals.Deal):
    ident, factory = made.invitations[0].id, made.factories[0]
    message = say(session, made, made.creator, "Paler, please")
    for text in ("请淡一点", "颜色请再淡一点"):
        operations.translate(session, ident, message.id, actor=factory, text=text)
    [only] = session.scalars(select(MessageTranslation))
    assert (only.locale, only.text, only.role) == ("zh_Hans", "颜色请再淡一点", "factory")
    operator = make.actor(make.person(session, Role.OPERATOR, locale="zh_Hant"))
    operations.translate(session, ident, message.id, actor=operator, text="請淡一點")
    assert set(session.scalars(select(MessageTranslation.locale))) == {"zh_Hans", "zh_Hant"}
    with pytest.raises(NotFound):
        operations.translate(session, ident, message.id, actor=made.creator, text="x")
    same = make.actor(make.person(session, Role.OPERATOR, locale="en"))
    with pytest.raises(NotFound):
        operations.translate(session, ident, message.id, actor=same, text="into its own language")


def test_an_operator_s_reason_is_kept_for_both_sides(session: Session, made: deals.Deal):
    order = ordered(session, made)
    operator = make.actor(make.person(session, Role.OPERATOR))
    operations.look(session, made.invitations[0].id, "Claim 12", actor=operator)
    event = session.scalars(select(Event).where(Event.name == "thread_inspected")).one()
    assert (event.order_id, event.brief_id, event.actor_id) == (order.id, made.brief.id, operator.person_id)
    [line] = words.timeline([event], order, made.creator)
    assert (str(line.title), line.note) == ("Xiaodan looked at the messages", "Claim 12")
    for actor in (made.creator, made.factories[0]):
        with pytest.raises(NotAllowed):
            operations.look(session, made.invitations[0].id, "x", actor=actor)
    assert session.scalars(select(Message)).all() == []
