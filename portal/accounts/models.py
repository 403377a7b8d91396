"""People, their factory teams, and what signing in needs. Only this feature knows Flask-Security."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from flask_security import UserMixin
from sqlalchemy import Column, ForeignKey, Index, func
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlmodel import Field

from portal.core.actor import Role
from portal.core.db import Record, enum_field, json_field, moment


class TeamRole(StrEnum):
    OWNER = "owner"
    MEMBER = "member"


class Person(Record, UserMixin, table=True):
    """Somebody who can sign in. `role` is creator, factory or operator; a factory's people also need a Membership."""

    __tablename__ = "person"
    __table_args__ = (Index("uq_person_email", func.lower(Column("email")), unique=True),)

    email: str = Field(max_length=254)
    name: str = Field(default="", max_length=120)
    role: Role = enum_field(Role, Role.CREATOR)
    locale: str = Field(default="en", max_length=8)
    timezone: str = Field(default="UTC", max_length=48)
    notify: dict[str, bool] = json_field()  # event -> False where an optional email is not wanted

    # What Flask-Security reads and writes.
    password: str | None = None
    active: bool = True
    fs_uniquifier: str = Field(max_length=64, unique=True)
    confirmed_at: datetime | None = moment()
    tf_primary_method: str | None = Field(default=None, max_length=64)
    tf_totp_secret: str | None = None
    mf_recovery_codes: list[str] | None = Field(default=None, sa_column=Column(ARRAY(TEXT)))
    fs_webauthn_user_handle: str | None = Field(default=None, max_length=64, unique=True)


class Membership(Record, table=True):
    """Somebody works for a factory. Looked up on each request: removing it ends access at once."""

    __tablename__ = "membership"

    person_id: UUID = Field(
        sa_column=Column(ForeignKey("person.id", ondelete="CASCADE"), unique=True, nullable=False)
    )
    factory_id: UUID = Field(
        sa_column=Column(ForeignKey("factory.id", ondelete="CASCADE"), index=True, nullable=False)
    )
    role: TeamRole = enum_field(TeamRole, TeamRole.MEMBER)


class TeamInvitation(Record, table=True):
    """An address that a factory's owner asked to join; `token_hash` is what the link in the mail proves."""

    __tablename__ = "team_invitation"

    factory_id: UUID = Field(
        sa_column=Column(ForeignKey("factory.id", ondelete="CASCADE"), index=True, nullable=False)
    )
    email: str = Field(max_length=254)
    role: TeamRole = enum_field(TeamRole, TeamRole.MEMBER)
    token_hash: str = Field(max_length=64, unique=True)
    invited_by: UUID = Field(foreign_key="person.id")
    expires_at: datetime = moment(nullable=False)
    accepted_at: datetime | None = moment()
    revoked_at: datetime | None = moment()
