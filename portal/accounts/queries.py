"""Reads of accounts' own pages: rows with the columns that the page shows."""

from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, column, func, select, table

from portal.accounts.models import Membership, Passkey, Person, SignIn, SignInLink, TeamInvitation
from portal.accounts.operations import token_hash
from portal.accounts.sign_ins import parts
from portal.core import clock
from portal.core.actor import Actor

# Factories are a feature above this one: what a page shows of them is read by name.
_factory = table("factory", column("id"), column("name"), column("name_zh"), column("stage"))


def own_account(conn: Connection, actor: Actor) -> Row[Any]:
    """What the settings page shows of the actor: profile, choices, and how they can sign in."""
    passkeys = select(func.count()).where(Passkey.person_id == Person.id).scalar_subquery()
    query = select(
        Person.name,
        Person.email,
        Person.locale,
        Person.timezone,
        Person.currency,
        Person.notify,
        Person.password.is_not(None).label("has_password"),
        Person.tf_primary_method.is_not(None).label("has_second_step"),
        func.coalesce(func.cardinality(Person.mf_recovery_codes), 0).label("recovery_codes"),
        passkeys.label("passkeys"),
    ).where(Person.id == actor.person_id)
    return conn.execute(query).one()


def team(conn: Connection, actor: Actor) -> list[Row[Any]]:
    """The members of the actor's factory, owners first: id, name, email, role, since."""
    query = (
        select(Person.id, Person.name, Person.email, Membership.role, Membership.created_at.label("since"))
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.factory_id == actor.factory_id)
        .order_by(Membership.role.desc(), Person.name, Person.id)
    )
    return list(conn.execute(query))


def open_invitations(conn: Connection, actor: Actor) -> list[Row[Any]]:
    """Invitations of the actor's factory that may still be accepted, the newest first."""
    query = (
        select(TeamInvitation.id, TeamInvitation.email, TeamInvitation.role, TeamInvitation.expires_at)
        .where(TeamInvitation.factory_id == actor.factory_id, *_open())
        .order_by(TeamInvitation.id.desc())
    )
    return list(conn.execute(query))


def invitation(conn: Connection, token: str) -> Row[Any] | None:
    """What a link to join shows: email, role, the factory's names, who invited, whether the address has an account."""
    account = select(Person.id).where(func.lower(Person.email) == func.lower(TeamInvitation.email)).exists()
    inviter = select(Person.name).where(Person.id == TeamInvitation.invited_by).scalar_subquery()
    query = (
        select(
            TeamInvitation.email,
            TeamInvitation.role,
            _factory.c.name.label("factory_name"),
            _factory.c.name_zh.label("factory_name_zh"),
            inviter.label("inviter"),
            account.label("has_account"),
        )
        .join(_factory, _factory.c.id == TeamInvitation.factory_id)
        .where(TeamInvitation.token_hash == token_hash(token), *_open())
    )
    return conn.execute(query).first()


def link_owner(conn: Connection, token: str) -> str | None:
    """The address that a sign-in link is for, while it may be used."""
    query = (
        select(Person.email)
        .join(SignInLink, SignInLink.person_id == Person.id)
        .where(
            SignInLink.token_hash == token_hash(token),
            SignInLink.used_at.is_(None),
            SignInLink.expires_at > clock.now(),
            Person.active,
        )
    )
    return conn.execute(query).scalar()


def passkeys(conn: Connection, person_id: UUID) -> list[Row[Any]]:
    """Somebody's passkeys: name, when made, when last used."""
    query = select(Passkey.name, Passkey.created_at, Passkey.lastuse_datetime).where(Passkey.person_id == person_id)
    return list(conn.execute(query.order_by(Passkey.id)))


def sign_ins(conn: Connection, person_id: UUID, key: str) -> list[Row[Any]]:
    """The browsers that somebody is signed in with, the newest first: id, user_agent, since, and whether it is `here`,
    the one with this key."""
    query = (
        select(
            SignIn.id,
            SignIn.user_agent,
            SignIn.created_at.label("since"),
            (SignIn.token_hash == parts(key)[1]).label("here"),
        )
        .where(SignIn.person_id == person_id, SignIn.ends_at > clock.now())
        .order_by(SignIn.id.desc())
    )
    return list(conn.execute(query))


def factory_stage(conn: Connection, actor: Actor) -> str | None:
    """The stage of the actor's factory."""
    return conn.execute(select(_factory.c.stage).where(_factory.c.id == actor.factory_id)).scalar()


def _open() -> tuple[Any, ...]:
    return (
        TeamInvitation.accepted_at.is_(None),
        TeamInvitation.revoked_at.is_(None),
        TeamInvitation.expires_at > clock.now(),
    )
