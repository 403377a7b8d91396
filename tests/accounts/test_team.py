"""Owners decide who is on a factory's team; whoever is removed is out at the next request."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from portal.accounts import team
from portal.accounts.models import Membership, Person, TeamInvitation, TeamRole
from portal.core import clock
from portal.core.actor import Role
from portal.core.db import transaction
from portal.core.errors import Gone, PortalError
from tests import make
from tests.accounts.conftest import PASSWORD

OTHER = {"email": "li@example.com", "role": "member"}


def members() -> dict[str, TeamRole]:
    with transaction() as session:
        rows = session.execute(select(Person.email, Membership.role).join(Membership))
        return {row.email: row.role for row in rows}


def test_an_invited_stranger_makes_an_account_and_is_in(visit, worker, factory, mails):
    owner = worker(factory, name="Wang", email="wang@example.com")
    assert visit(owner).post("/team/invitations", data=OTHER).location == "/team"
    (letter,) = mails()
    assert (letter.template, letter.to) == ("account_team_invitation", "li@example.com")
    assert "Wang" in letter.subject
    client = visit(language="zh-CN")
    page = client.get(letter.link).text
    assert "宁波模具" in page
    assert client.post(letter.link, data={"name": "李", "password": "short"}).status_code == 422
    assert client.post(letter.link, data={"name": "李", "password": PASSWORD}).status_code == 303
    assert client.get("/team").status_code == 200
    assert members() == {"wang@example.com": TeamRole.OWNER, "li@example.com": TeamRole.MEMBER}
    assert visit().get(letter.link).status_code == 410, "an invitation works once"


def test_only_the_hash_of_an_invitation_is_kept(visit, worker, factory, mails):
    visit(worker(factory)).post("/team/invitations", data=OTHER)
    token = mails()[0].link.rsplit("/", 1)[1]
    with transaction() as session:
        kept = session.scalars(select(TeamInvitation)).one()
    assert token not in (kept.token_hash, str(kept.id))
    assert len(kept.token_hash) == 64


def test_an_invitation_ends_by_time_by_hand_and_by_a_newer_one(visit, worker, factory, mails):
    owner = visit(worker(factory))
    owner.post("/team/invitations", data=OTHER)
    with clock.at(clock.now() + timedelta(days=7, minutes=1)):
        assert visit().get(mails()[0].link).status_code == 410
    owner.post("/team/invitations", data=OTHER)
    first, second = mails()
    assert visit().get(first.link).status_code == 410
    assert visit().get(second.link).status_code == 200
    with transaction() as session:
        ident = session.scalars(select(TeamInvitation.id).where(TeamInvitation.revoked_at.is_(None))).one()
    owner.post(f"/team/invitations/{ident}/revoke")
    assert visit().post(second.link, data={"name": "Li", "password": PASSWORD}).status_code == 410


def test_somebody_with_an_account_signs_in_to_join(visit, worker, factory, someone, mails):
    visit(worker(factory)).post("/team/invitations", data=OTHER)
    link = mails()[0].link
    invited, stranger = someone(Role.FACTORY, email="Li@example.com"), someone(Role.FACTORY)
    assert "Sign in to join" in visit().get(link).text
    assert visit().post(link, data={"name": "Li", "password": PASSWORD}).status_code == 200
    refused = visit(stranger).post(link)
    assert refused.status_code == 409
    assert f'href="{link}"' in refused.text
    assert "li@example.com" not in members()
    assert visit(invited).post(link).location == "/start"
    assert "Li@example.com" in members()


@pytest.mark.parametrize("role", [Role.CREATOR, Role.OPERATOR])
def test_an_account_that_is_no_factorys_does_not_join(visit, worker, factory, someone, mails, role):
    visit(worker(factory)).post("/team/invitations", data=OTHER)
    refused = visit(someone(role, email="li@example.com")).post(mails()[0].link)
    assert refused.status_code == 409
    assert "Your account is not a factory" in refused.text
    assert "li@example.com" not in members()


def test_inviting_a_member_again_is_refused_beside_the_field(visit, worker, factory, mails):
    owner = worker(factory, email="wang@example.com")
    answer = visit(owner).post("/team/invitations", data={"email": "Wang@example.com", "role": "member"})
    assert answer.status_code == 422
    assert "This person is on your team already." in answer.text
    assert not mails()


def test_whoever_is_removed_is_out_at_the_next_request(visit, worker, factory):
    owner, colleague = worker(factory), worker(factory, team_role=TeamRole.MEMBER)
    boss, client = visit(owner), visit(colleague)
    assert client.get("/team").status_code == 200
    assert boss.post(f"/team/members/{colleague.id}/remove").location == "/team"
    assert client.get("/team").status_code == 404
    answer = client.get("/factory")
    assert answer.status_code == 404
    assert "not on a factory" in answer.text, "why there is nothing"
    answer = client.post("/team/invitations", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (404, "/start"), "no page inside of a page"
    assert client.get("/start").location == "/settings"
    assert "not on a factory" in client.get("/settings").text


def test_whoever_cannot_join_reads_why_before_pressing(visit, worker, factory, mails):
    visit(worker(factory)).post("/team/invitations", data=OTHER)
    with transaction() as session:
        elsewhere = make.factory(session)
    link = mails()[0].link
    for who, words in (("li@example.com", "leave that team first"), ("zhao@example.com", "another address")):
        page = visit(worker(elsewhere, email=who)).get(link).text
        assert words in page
        assert f'action="{link.removeprefix("http://portal.test")}"' not in page, "there is no button that is refused"


def test_a_member_changes_nothing_and_sees_no_buttons(visit, worker, factory):
    owner, colleague = worker(factory), worker(factory, team_role=TeamRole.MEMBER)
    client = visit(colleague)
    page = client.get("/team").text
    assert "/remove" not in page
    assert "/team/invitations" not in page
    assert client.post("/team/invitations", data=OTHER).status_code == 404
    assert client.post(f"/team/members/{owner.id}/remove").status_code == 404
    assert client.post(f"/team/members/{colleague.id}/role", data={"role": "owner"}).status_code == 404


def test_other_factories_are_out_of_reach(visit, worker, factory):
    with transaction() as session:
        other = make.factory(session)
    stranger = worker(other, email="stranger@example.com")
    boss = visit(worker(factory))
    assert boss.post(f"/team/members/{stranger.id}/remove").status_code == 404
    assert boss.post(f"/team/members/{stranger.id}/role", data={"role": "member"}).status_code == 404
    assert "stranger@example.com" not in boss.get("/team").text
    assert "stranger@example.com" in members()


def test_the_last_owner_stays(visit, worker, factory):
    owner = worker(factory, email="wang@example.com")
    client = visit(owner)
    for act in ("remove", "role"):
        refused = client.post(f"/team/members/{owner.id}/{act}", data={"role": "member"})
        assert refused.status_code == 409
        assert "A factory needs an owner" in refused.text
        assert 'href="/team"' in refused.text
    assert members() == {"wang@example.com": TeamRole.OWNER}


def test_two_owners_removing_each_other_leave_one(app, worker, factory):
    owners = [worker(factory), worker(factory)]

    def remove(actor: Person, other: Person) -> str:
        with app.app_context():
            try:
                with transaction() as session:
                    team.remove(session, other.id, actor=make.actor(actor, factory))
            except PortalError as refused:
                return type(refused).__name__
        return "removed"

    for _round in range(5):
        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(remove, owners, reversed(owners)))
        assert sorted(answers) == ["NotFound", "removed"]
        with transaction() as session:
            left = session.scalars(select(Membership)).one()
            gone = next(o for o in owners if o.id != left.person_id)
            session.add(Membership(person_id=gone.id, factory_id=factory.id, role=TeamRole.OWNER))


def test_the_database_itself_keeps_an_owner(worker, factory):
    owner = worker(factory)
    worker(factory, team_role=TeamRole.MEMBER)
    with pytest.raises(Gone), transaction() as session:
        session.execute(text("delete from membership where person_id = :id"), {"id": owner.id})
    assert len(members()) == 2


def test_an_invitation_accepted_twice_at_once_makes_one_account(app, visit, worker, factory, mails):
    visit(worker(factory)).post("/team/invitations", data=OTHER)
    link = mails()[0].link

    def accept(_number: int) -> int:
        return app.test_client().post(link, data={"name": "Li", "password": PASSWORD}).status_code

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(accept, range(4)))
    assert answers.count(303) == 1
    assert set(answers) <= {200, 303, 409, 410}
    with transaction() as session:
        found = session.scalar(select(func.count()).select_from(Person).where(Person.email == "li@example.com"))
    assert found == 1
