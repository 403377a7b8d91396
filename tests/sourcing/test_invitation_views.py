"""A factory's pages, without JavaScript: inbox, brief, NDA, questions, declining. And whose they are."""

from collections.abc import Callable
from datetime import timedelta

from flask.testing import FlaskClient
from sqlmodel import select

from portal.accounts.models import Membership, Person
from portal.core.actor import CLOCK
from portal.core.clock import now
from portal.core.db import transaction
from portal.factories.models import Factory
from portal.sourcing import inbox_queries, invitation_operations
from portal.sourcing.lifecycle import InvitationStage
from portal.sourcing.models import Invitation, Question
from tests import make
from tests.deals import Deal, deal, quoted, statements

SignIn = Callable[[Person | None], FlaskClient]
SECRETS = ("Stinky tofu plush", "the smile matters", "Height sitting")


def _deal(**fields) -> Deal:
    with transaction() as session:
        return deal(session, **({"description": "the smile matters"} | fields))


def _reread(made: Deal, which: int = 0) -> Invitation:
    with transaction() as session:
        return session.get_one(Invitation, made.invitations[which].id)


def test_the_inbox_has_the_nearest_date_first(english):
    with transaction() as session:
        factory = make.factory(session)
        worker = make.member(session, factory)
        buyer = make.person(session)
        for title, days in (("Later", 4), ("Sooner", 1), ("Middle", 2)):
            brief = make.brief(session, buyer, title=title)
            make.invitation(session, brief, factory, quote_due_at=now() + timedelta(days=days))
    text = english(worker).get("/inbox").text
    assert text.index("Sooner") < text.index("Middle") < text.index("Later")
    assert "100 / 300 pcs" in text


def test_each_stage_is_under_its_tab(english):
    made = _deal(factories=1)
    with transaction() as session:
        quoted(session, made)
    client = english(made.workers[0])
    assert "Stinky tofu plush" not in client.get("/inbox").text
    assert "Stinky tofu plush" in client.get("/inbox?tab=quoted").text
    assert "Stinky tofu plush" not in client.get("/inbox?tab=ended").text
    assert client.get("/inbox?tab=nonsense").status_code == 200


def test_long_inboxes_are_paged_without_gap_or_double(english):
    with transaction() as session:
        factory = make.factory(session)
        worker = make.member(session, factory)
        buyer = make.person(session)
        for n in range(45):
            brief = make.brief(session, buyer, title=f"Brief no {n:02}")
            make.invitation(session, brief, factory, quote_due_at=now() + timedelta(days=1 + n % 7))
    actor = make.actor(worker, factory)
    seen, after = [], None
    with transaction() as session:
        while True:
            found = inbox_queries.inbox(session.connection(), actor, inbox_queries.Tab.OPEN, after)
            seen += [row.id for row in found.rows]
            if (after := found.after) is None:
                break
    assert len(seen) == len(set(seen)) == 45
    assert 'rel="next"' in english(worker).get("/inbox").text


def test_a_brief_is_read_by_those_invited_only(english, sign_in: SignIn):
    made, other = _deal(), _deal()
    path = f"/inbox/{made.invitations[0].id}"
    text = english(made.workers[0]).get(path).text
    for words in SECRETS:
        assert words in text
    assert "Not given" in text, "a field left open is shown as such"
    for stranger in (made.workers[1], other.workers[0], made.buyer):
        assert sign_in(stranger).get(path).status_code == 404
    assert sign_in(None).get(path).status_code == 303


def test_a_confidential_brief_shows_little_before_the_nda(english):
    made = _deal(confidential=True)
    client = english(made.workers[0])
    path = f"/inbox/{made.invitations[0].id}"
    for page in ("/inbox", path):
        text = client.get(page).text
        assert "Confidential brief" in text
        for words in SECRETS:
            assert words not in text
    assert client.get(f"{path}/quote").headers["Location"] == path
    assert client.post(f"{path}/questions", data={"text": "What is it?"}).status_code == 422
    answer = client.post(f"{path}/nda", follow_redirects=True)
    for words in SECRETS:
        assert words in answer.text
    assert _reread(made).nda_accepted_by == made.workers[0].id
    assert client.get(f"{path}/quote").status_code == 200


def test_artwork_opens_with_the_nda_and_closes_with_the_end(clean):
    made = _deal(confidential=True)
    with transaction() as session:
        brief_id, actor = made.brief.id, made.factories[0]
        sees = lambda who=actor: inbox_queries.sees_artwork(session.connection(), who, brief_id)  # noqa: E731
        assert not sees()
        invitation = session.get_one(Invitation, made.invitations[0].id)
        invitation_operations.accept_nda(session, invitation, actor=actor)
        session.flush()
        assert sees()
        assert not sees(made.factories[1])
        assert not sees(made.creator)
        invitation_operations.decline(session, invitation, "price", actor=actor)
        session.flush()
        assert not sees()


def test_a_question_is_asked_and_its_answer_read(english, sign_in: SignIn):
    made = _deal()
    path = f"/inbox/{made.invitations[0].id}"
    client = english(made.workers[0])
    refused = client.post(f"{path}/questions", data={"text": "  "})
    assert refused.status_code == 422
    assert "There is a problem" in refused.text
    asked = client.post(f"{path}/questions", data={"text": "Which <filling>?"}, follow_redirects=True)
    assert "Which &lt;filling&gt;?" in asked.text
    with transaction() as session:
        question = session.exec(select(Question)).one()
    answers = f"/briefs/{made.brief.id}/questions"
    creator = sign_in(made.buyer)
    assert "Works 0" in creator.get(answers).text
    empty = creator.post(f"{answers}/{question.id}", data={"answer": "", "to": "one"})
    assert empty.status_code == 422
    assert "Write your answer." in empty.text
    creator.post(f"{answers}/{question.id}", data={"answer": "PP cotton", "to": "all"})
    other = english(made.workers[1]).get(f"/inbox/{made.invitations[1].id}").text
    assert "PP cotton" in other
    assert "Works 0" not in other, "nobody learns who asked"


def test_a_factory_cannot_flood_a_creator_with_questions(english):
    made = _deal()
    client, path = english(made.workers[0]), f"/inbox/{made.invitations[0].id}/questions"
    for n in range(invitation_operations.MOST_UNANSWERED):
        assert client.post(path, data={"text": f"Question {n}"}).status_code == 303
    refused = client.post(path, data={"text": "One more"})
    assert refused.status_code == 422
    assert "Wait for the answers" in refused.text
    assert "One more" in refused.text


def test_the_creator_sees_who_accepted_the_nda(english, sign_in: SignIn):
    made = _deal(confidential=True)
    english(made.workers[0]).post(f"/inbox/{made.invitations[0].id}/nda")
    assert "NDA accepted by Li 0" in sign_in(made.buyer).get(f"/briefs/{made.brief.id}/compare").text


def test_an_answer_to_one_is_not_shown_to_others(english, sign_in: SignIn):
    made = _deal()
    with transaction() as session:
        question = invitation_operations.ask(session, made.invitations[0], "Our old price?", actor=made.factories[0])
    answered = sign_in(made.buyer).post(
        f"/briefs/{made.brief.id}/questions/{question.id}", data={"answer": "As before", "to": "one"}
    )
    assert answered.status_code == 303
    assert "As before" in english(made.workers[0]).get(f"/inbox/{made.invitations[0].id}").text
    other = english(made.workers[1]).get(f"/inbox/{made.invitations[1].id}").text
    assert "As before" not in other
    assert "Our old price" not in other


def test_questions_are_answered_by_the_briefs_creator_only(sign_in: SignIn):
    made, other = _deal(), _deal()
    with transaction() as session:
        question = invitation_operations.ask(session, made.invitations[0], "Which filling?", actor=made.factories[0])
    for who, brief in ((other.buyer, made.brief), (other.buyer, other.brief), (made.workers[0], made.brief)):
        path = f"/briefs/{brief.id}/questions/{question.id}"
        assert sign_in(who).post(path, data={"answer": "x", "to": "all"}).status_code == 404
    assert sign_in(other.buyer).get(f"/briefs/{made.brief.id}/questions").status_code == 404


def test_declining_asks_for_a_reason(english):
    made = _deal()
    path = f"/inbox/{made.invitations[0].id}/decline"
    client = english(made.workers[0])
    assert client.get(path).status_code == 200
    refused = client.post(path, data={"note": "春节前排满了"})
    assert refused.status_code == 422
    assert "春节前排满了" in refused.text, "nothing typed is lost"
    assert client.post(path, data={"reason": "capacity", "note": "x"}).status_code == 303
    assert _reread(made).stage == InvitationStage.DECLINED
    assert client.get(path).status_code == 409


def test_opening_is_told_by_the_browser_and_not_by_a_get(english):
    made = _deal()
    client = english(made.workers[0])
    path = f"/inbox/{made.invitations[0].id}"
    assert "/opened" in client.get(path).text
    assert _reread(made).opened_at is None
    assert client.post(f"{path}/opened").status_code == 204
    assert _reread(made).opened_at is not None
    assert "/opened" not in client.get(path).text


def test_no_button_that_the_table_would_refuse(english):
    made = _deal()
    path = f"/inbox/{made.invitations[0].id}"
    client = english(made.workers[0])
    text = client.get(path).text
    assert f"{path}/quote" in text
    assert f"{path}/decline" in text
    assert f"{path}/quote/withdraw" not in text
    with transaction() as session:
        quoted(session, made)
    text = client.get(path).text
    assert f"{path}/decline" not in text
    assert f"{path}/quote/withdraw" in text
    with transaction() as session:
        brief = session.merge(made.brief)
        session.refresh(brief)
        invitation_operations.expire_brief(session, brief, actor=CLOCK)
    text = client.get(path).text
    for step in ("quote", "decline", "quote/withdraw", "questions"):
        assert f'{path}/{step}"' not in text


def test_an_unchanged_inbox_is_not_sent_again(english):
    made = _deal()
    client = english(made.workers[0])
    client.get("/inbox")
    first = client.get("/inbox")
    again = client.get("/inbox", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    with transaction() as session:
        quoted(session, made)
    changed = client.get("/inbox", headers={"If-None-Match": first.headers["ETag"]})
    assert changed.status_code == 200


def test_the_inbox_takes_few_statements(english):
    with transaction() as session:
        factory = make.factory(session)
        worker = make.member(session, factory)
        for _n in range(20):
            make.invitation(session, make.brief(session, make.person(session)), factory)
    client = english(worker)
    client.get("/inbox")
    with statements() as sent:
        assert client.get("/inbox").status_code == 200
    assert len(sent) <= 6, sent  # who, unread messages, list, counts, pictures, what waits


def test_a_member_removed_from_the_factory_sees_nothing_at_the_next_request(english):
    made = _deal()
    client = english(made.workers[0])
    path = f"/inbox/{made.invitations[0].id}"
    assert client.get(path).status_code == 200
    with transaction() as session:
        mine = session.exec(select(Membership).where(Membership.person_id == made.workers[0].id)).one()
        make.member(session, session.get_one(Factory, mine.factory_id))  # a factory never loses its last owner
        session.delete(mine)
    assert client.get(path).status_code in (303, 404)
