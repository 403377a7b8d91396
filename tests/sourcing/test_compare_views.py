"""The comparison as a page."""

from collections.abc import Callable

from flask.testing import FlaskClient

from portal.accounts.models import Person
from portal.core.db import transaction
from portal.sourcing import invitation_operations, quote_operations
from tests.deals import Deal, deal, quoted, statements

SignIn = Callable[[Person | None], FlaskClient]


def _deal(**fields) -> Deal:
    with transaction() as session:
        made = deal(session, **fields)
        quoted(session, made, 0, price=500, tooling_minor=30000)
        quoted(session, made, 1, price=650, lead_days=10)
        return made


def test_the_figures_at_the_chosen_quantity(sign_in: SignIn):
    made = _deal()
    client = sign_in(made.buyer)
    few = client.get(f"/briefs/{made.brief.id}/compare?q=100").text
    assert few.index("Works 1") < few.index("Works 0")
    assert "$8.00" in few
    many = client.get(f"/briefs/{made.brief.id}/compare?q=300").text
    assert many.index("Works 0") < many.index("Works 1")
    assert "$6.00" in many
    for mark in ("Cheapest", "Fastest", "freight to you not included"):
        assert mark in many


def test_choosing_leads_to_exactly_this_revision(sign_in: SignIn):
    made = _deal()
    text = sign_in(made.buyer).get(f"/briefs/{made.brief.id}/compare?q=300").text
    with transaction() as session:
        ids = [session.merge(i).current_quote_id for i in made.invitations]
    for ident in ids:
        assert f"/briefs/{made.brief.id}/award?quote={ident}&amp;q=300" in text


def test_what_was_taken_back_cannot_be_chosen(sign_in: SignIn):
    made = _deal()
    with transaction() as session:
        invitation = session.merge(made.invitations[0])
        session.refresh(invitation)
        quote_id = invitation.current_quote_id
        quote_operations.withdraw(session, invitation, actor=made.factories[0])
    text = sign_in(made.buyer).get(f"/briefs/{made.brief.id}/compare").text
    assert "Withdrawn" in text
    assert str(quote_id) not in text


def test_it_is_its_creators_alone(sign_in: SignIn):
    made, other = _deal(), _deal()
    for path in (f"/briefs/{made.brief.id}/compare", f"/briefs/{made.brief.id}/quotes/{made.invitations[0].id}"):
        assert sign_in(made.buyer).get(path).status_code == 200
        for stranger in (other.buyer, made.workers[0]):
            assert sign_in(stranger).get(path).status_code == 404
        assert sign_in(None).get(path).status_code == 303
    wrong = f"/briefs/{made.brief.id}/quotes/{other.invitations[0].id}"
    assert sign_in(made.buyer).get(wrong).status_code == 404


def test_before_the_first_quote_it_says_what_will_come(sign_in: SignIn):
    with transaction() as session:
        made = deal(session)
    text = sign_in(made.buyer).get(f"/briefs/{made.brief.id}/compare").text
    assert "No quotes yet" in text
    assert "Quote awaited" in text


def test_an_unchanged_comparison_is_not_sent_again(sign_in: SignIn):
    made = _deal()
    client, path = sign_in(made.buyer), f"/briefs/{made.brief.id}/compare?q=300"
    client.get(path)
    tag = client.get(path).headers["ETag"]
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 304
    assert client.get(f"/briefs/{made.brief.id}/compare?q=100", headers={"If-None-Match": tag}).status_code == 200
    with transaction() as session:
        quoted(session, made, 0, price=480)
    assert client.get(path, headers={"If-None-Match": tag}).status_code == 200


def test_the_page_takes_few_statements_however_many_quotes(sign_in: SignIn):
    with transaction() as session:
        made = deal(session, factories=8)
        for which in range(8):
            quoted(session, made, which, price=500 + which)
    client, path = sign_in(made.buyer), f"/briefs/{made.brief.id}/compare?q=300"
    client.get(path)
    with statements() as sent:
        assert client.get(path).status_code == 200
    assert len(sent) <= 6, sent


def test_questions_are_answered_on_the_briefs_own_page(sign_in: SignIn):
    with transaction() as session:
        made = deal(session)
        asked = [
            invitation_operations.ask(session, session.merge(invitation), "Which filling?", actor=who).id
            for invitation, who in zip(made.invitations[:2], made.factories, strict=False)
        ]
    client, home = sign_in(made.buyer), f"/briefs/{made.brief.id}"
    text = client.get(home).text
    for ident in asked:
        assert f'action="{home}/questions/{ident}"' in text
        assert text.count(f'id="answer-{ident}"') == 1, "each field can be told from the other forms'"
    refused = client.post(f"{home}/questions/{asked[0]}", data={"answer": " ", "to": "one"})
    assert refused.status_code == 422
    assert f'id="answer-{asked[0]}-error"' in refused.text
    assert f'id="answer-{asked[1]}-error"' not in refused.text
    answered = client.post(f"{home}/questions/{asked[0]}", data={"answer": "Cotton", "to": "one"})
    assert answered.headers["Location"] == home
    text = client.get(home).text
    assert f'id="answer-{asked[0]}"' not in text
    assert "Cotton" in text
