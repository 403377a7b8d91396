"""A factory's team: owners invite, change and remove; whoever is removed is out at their next request."""

from typing import Any
from uuid import UUID

from sqlalchemy import func, select, update
from sqlmodel import Session

from portal.accounts import letters
from portal.accounts.models import Membership, Person, TeamInvitation, TeamRole
from portal.accounts.operations import new_token, token_hash
from portal.core import clock
from portal.core.actor import Actor, Role
from portal.core.errors import Gone, Invalid, NotAllowed, NotFound
from portal.core.i18n import N_

_INVITATION_LIVES = clock.days(7)


def invite(session: Session, *, email: str, role: TeamRole, actor: Actor) -> TeamInvitation:
    """Ask an address to join the actor's factory, by mail. An earlier invitation of the same address ends.

    Raises `Invalid` (field `email`) when it is on the team already; like all that follows, `NotFound` for who owns
    no factory.
    """
    members = _team(session, actor)
    people = select(Person.id).where(func.lower(Person.email) == email.lower(), Person.id.in_(members))
    if session.scalars(people).first():
        raise Invalid(email=N_("This person is on your team already."))
    session.execute(_open(actor.factory_id).where(func.lower(TeamInvitation.email) == email.lower()))
    token, kept = new_token()
    invitation = TeamInvitation(
        factory_id=actor.factory_id,
        email=email,
        role=role,
        token_hash=kept,
        invited_by=actor.person_id,
        expires_at=clock.now() + _INVITATION_LIVES,
    )
    session.add(invitation)
    letters.team_invitation(
        session, email, actor.locale, token=token, factory_name=actor.factory_name, inviter_name=actor.name
    )
    return invitation


def revoke(session: Session, invitation_id: UUID, *, actor: Actor) -> None:
    """End an invitation that nobody has accepted. Raises `NotFound` when there is none."""
    _team(session, actor)
    if not session.execute(_open(actor.factory_id).where(TeamInvitation.id == invitation_id)).rowcount:
        raise NotFound()


def change_role(session: Session, person_id: UUID, role: TeamRole, *, actor: Actor) -> None:
    """Make a member an owner or the other way round. Raises `NotAllowed` for the last owner, `NotFound`."""
    members = _team(session, actor)
    member = _member(members, person_id)
    if role != TeamRole.OWNER:
        _keep_an_owner(members, member)
    member.role = role
    session.add(member)


def remove(session: Session, person_id: UUID, *, actor: Actor) -> None:
    """End a membership. Raises `NotAllowed` for the last owner, `NotFound`."""
    members = _team(session, actor)
    member = _member(members, person_id)
    _keep_an_owner(members, member)
    session.delete(member)


def open_invitation(session: Session, token: str) -> TeamInvitation:
    """The invitation that a link proves, locked. Raises `Gone` when it was used, withdrawn or is too old."""
    query = select(TeamInvitation).where(TeamInvitation.token_hash == token_hash(token)).with_for_update()
    invitation = session.scalars(query).first()
    if invitation is None or invitation.accepted_at or invitation.revoked_at or invitation.expires_at <= clock.now():
        raise Gone(N_("This invitation has ended. Ask the person who invited you for a new one."))
    return invitation


def obstacle(invited: str, who: Person | Actor, *, on_team: bool) -> Any:
    """Why this person can't join by an invitation to the address `invited`; None when they can."""
    if who.email.lower() != invited.lower():
        return N_("This invitation is for another address. Sign out, then open the link again.")
    if who.role != Role.FACTORY:
        return N_("Your account is not a factory's. Ask to be invited at another address.")
    if on_team:
        return N_(
            "You are on a factory's team already, and an account is for one: leave that team first, or ask to be "
            "invited at another address."
        )
    return None


def accept(session: Session, invitation: TeamInvitation, person: Person) -> None:
    """Join the team. Raises `NotAllowed` when the address is another's, a buyer's, or belongs to a factory already."""
    on_team = session.scalars(select(Membership.id).where(Membership.person_id == person.id)).first() is not None
    if problem := obstacle(invitation.email, person, on_team=on_team):
        raise NotAllowed(problem)
    session.add(Membership(person_id=person.id, factory_id=invitation.factory_id, role=invitation.role))
    invitation.accepted_at = clock.now()
    session.add(invitation)
    session.flush()


def _team(session: Session, actor: Actor) -> dict[UUID, Membership]:
    """The actor's team by person, locked, so that two owners can't remove each other at once."""
    query = select(Membership).where(Membership.factory_id == actor.factory_id).order_by(Membership.id)
    rows = session.scalars(query.with_for_update().execution_options(populate_existing=True))
    members = {member.person_id: member for member in rows}
    own = members.get(actor.person_id) if actor.person_id else None
    if own is None or own.role != TeamRole.OWNER:
        raise NotFound()
    return members


def _member(members: dict[UUID, Membership], person_id: UUID) -> Membership:
    if person_id not in members:
        raise NotFound()
    return members[person_id]


def _keep_an_owner(members: dict[UUID, Membership], leaving: Membership) -> None:
    if not any(m.role == TeamRole.OWNER for m in members.values() if m is not leaving):
        raise NotAllowed(N_("A factory needs an owner. Make somebody else an owner first."))


def _open(factory_id: UUID | None):  # type: ignore[no-untyped-def]
    """An UPDATE that withdraws open invitations of a factory."""
    return (
        update(TeamInvitation)
        .values(revoked_at=clock.now())
        .where(
            TeamInvitation.factory_id == factory_id,
            TeamInvitation.accepted_at.is_(None),
            TeamInvitation.revoked_at.is_(None),
        )
    )
