"""People, their factory teams, and what signing in needs. Only this feature knows Flask-Security."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from flask_security import RoleMixin, UserMixin, WebAuthnMixin
from sqlalchemy import BigInteger, Column, ForeignKey, Index, LargeBinary, func
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.ext.mutable import MutableList
from sqlmodel import Field, Relationship, SQLModel

from portal.core.actor import Role
from portal.core.db import Record, UtcDateTime, enum_field, json_field, moment
from portal.core.web import settings


class TeamRole(StrEnum):
    OWNER = "owner"
    MEMBER = "member"


class SignInRole(RoleMixin):
    """A person's role as Flask-Security sees it: derived from `Person.role`, never stored."""

    def __init__(self, name: str) -> None:
        self.name = name


class Person(UserMixin, Record, table=True):
    """Somebody who can sign in. `role` is creator, factory or operator; a factory's people also need a Membership."""

    __tablename__ = "person"
    __table_args__ = (Index("uq_person_email", func.lower(Column("email")), unique=True),)

    email: str = Field(max_length=254)
    name: str = Field(default="", max_length=120)
    role: Role = enum_field(Role, Role.CREATOR)
    locale: str = Field(default="en", max_length=8)
    timezone: str = Field(default="UTC", max_length=48)
    currency: str = Field(default="", max_length=3)  # amounts are shown in it too, as "about"
    notify: dict[str, bool] = json_field()  # event -> False where an optional email is not wanted
    #: what they made before signing up is theirs from the first time they sign in, on whatever device
    draft_key: str | None = Field(default=None, max_length=64)

    # What Flask-Security reads and writes.
    password: str | None = None
    active: bool = True
    fs_uniquifier: str = Field(max_length=64, unique=True)
    confirmed_at: datetime | None = moment()
    tf_primary_method: str | None = Field(default=None, max_length=64)
    tf_totp_secret: str | None = None
    tf_last_counter: int | None = Field(default=None, sa_type=BigInteger)  # a code is good once
    mf_recovery_codes: list[str] | None = Field(
        default=None, sa_column=Column(MutableList.as_mutable(ARRAY(TEXT)), nullable=True)
    )
    fs_webauthn_user_handle: str | None = Field(default=None, max_length=64, unique=True)
    webauthn: list["Passkey"] = Relationship(back_populates="user", cascade_delete=True)

    @property
    def roles(self) -> list[SignInRole]:  # type: ignore[override]
        return [SignInRole(self.role.value)]

    @property
    def must_have_second_factor(self) -> bool:
        return self.role == Role.OPERATOR and not settings().SANDBOX

    def check_tf_required(self, tf_setup_methods: list[Any], tf_fresh: bool) -> tuple[bool, list[Any]]:
        if self.must_have_second_factor:
            return True, tf_setup_methods
        return super().check_tf_required(tf_setup_methods, tf_fresh)

    def check_tf_required_setup(self) -> bool:
        return self.must_have_second_factor


class Passkey(WebAuthnMixin, Record, table=True):
    """A passkey of somebody; the columns are the ones that Flask-Security asks for."""

    __tablename__ = "passkey"

    person_id: UUID = Field(sa_column=Column(ForeignKey("person.id", ondelete="CASCADE"), index=True, nullable=False))
    name: str = Field(max_length=64)
    credential_id: bytes = Field(sa_column=Column(LargeBinary, unique=True, nullable=False))
    public_key: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    sign_count: int = Field(default=0, sa_type=BigInteger)
    transports: list[str] | None = Field(default=None, sa_column=Column(ARRAY(TEXT), nullable=True))
    backup_state: bool = False
    device_type: str = Field(default="", max_length=64)
    extensions: str | None = None
    usage: str = Field(default="first", max_length=16)
    lastuse_datetime: datetime = moment(nullable=False)
    user: Person = Relationship(back_populates="webauthn")

    def get_user_mapping(self) -> dict[str, UUID]:
        return {"id": self.person_id}


class SignInLink(Record, table=True):
    """A link that signs somebody in once, sent by mail. `token_hash` is what it proves."""

    __tablename__ = "sign_in_link"

    person_id: UUID = Field(sa_column=Column(ForeignKey("person.id", ondelete="CASCADE"), index=True, nullable=False))
    token_hash: str = Field(max_length=64, unique=True)
    next_path: str = ""  # on this origin
    expires_at: datetime = moment(nullable=False)
    used_at: datetime | None = moment()


class SignIn(Record, table=True):
    """A browser that somebody is signed in with. `token_hash` is what its cookie proves."""

    __tablename__ = "sign_in"
    AGENT: ClassVar[int] = 255

    person_id: UUID = Field(sa_column=Column(ForeignKey("person.id", ondelete="CASCADE"), index=True, nullable=False))
    token_hash: str = Field(max_length=64, unique=True)
    user_agent: str = Field(max_length=AGENT)
    ends_at: datetime = moment(nullable=False)


class Membership(Record, table=True):
    """Somebody works for a factory. Looked up on each request: removing it ends access at once."""

    __tablename__ = "membership"

    person_id: UUID = Field(sa_column=Column(ForeignKey("person.id", ondelete="CASCADE"), unique=True, nullable=False))
    factory_id: UUID = Field(sa_column=Column(ForeignKey("factory.id", ondelete="CASCADE"), index=True, nullable=False))
    role: TeamRole = enum_field(TeamRole, TeamRole.MEMBER)


class TeamInvitation(Record, table=True):
    """An address that a factory's owner asked to join; `token_hash` is what the link in the mail proves."""

    __tablename__ = "team_invitation"

    factory_id: UUID = Field(sa_column=Column(ForeignKey("factory.id", ondelete="CASCADE"), index=True, nullable=False))
    email: str = Field(max_length=254)
    role: TeamRole = enum_field(TeamRole, TeamRole.MEMBER)
    token_hash: str = Field(max_length=64, unique=True)
    invited_by: UUID = Field(foreign_key="person.id")
    expires_at: datetime = moment(nullable=False)
    accepted_at: datetime | None = moment()
    revoked_at: datetime | None = moment()


class RateLimit(SQLModel, table=True):
    """How often something was tried in the running window. Unlogged: a crash may forget it."""

    __tablename__ = "rate_limit"
    __table_args__ = {"prefixes": ["UNLOGGED"]}

    key: str = Field(primary_key=True, max_length=64)
    hits: int
    ends_at: datetime = Field(sa_type=UtcDateTime, nullable=False, index=True)
