"""Who is calling: one query a request, rows and no entities. Flask-Security's own views load the person in full."""

from typing import Any

from flask import Flask, current_app, g, request, session
from flask_login.utils import decode_cookie
from flask_security import Security
from flask_security.utils import set_request_attr
from sqlalchemy import ColumnElement, Select, and_, bindparam, column, func, select, table

from portal.accounts import sign_ins, visitors
from portal.accounts.models import Membership, Person, SignIn, TeamRole
from portal.accounts.security.factors import owes_second_factor
from portal.core import clock
from portal.core.actor import Actor, Role
from portal.core.db import db, reader

# Factories are a feature above this one: the two columns that a page shows are read by name.
_factory = table("factory", column("id"), column("name"), column("name_zh"))

#: What the key in a cookie must prove: that it is this person's, and that they have not signed out of the browser.
_PROOF = and_(
    Person.fs_uniquifier == bindparam("person"),
    Person.active,
    SignIn.person_id == Person.id,
    SignIn.token_hash == bindparam("token"),
    SignIn.ends_at > bindparam("now"),
)
_PERSON = select(Person).join(SignIn, _PROOF)
_WHO = (
    select(
        Person.id,
        Person.role,
        Person.name,
        Person.email,
        Person.locale,
        Person.timezone,
        Person.currency,
        Membership.factory_id,
        Membership.role.label("team_role"),
        _factory.c.name.label("factory_name"),
        _factory.c.name_zh.label("factory_name_zh"),
    )
    .select_from(Person)
    .join(SignIn, _PROOF)
    .outerjoin(Membership, Membership.person_id == Person.id)
    .outerjoin(_factory, _factory.c.id == Membership.factory_id)
)

#: What features above this one want to know of whoever is calling: name -> column, beside `_WHO`'s.
_beside: dict[str, ColumnElement[Any]] = {}
_with_beside: list[Select[Any]] = [_WHO]
#: Whose things somebody sees: their factory's, else their own.
OWNER = func.coalesce(Membership.factory_id, Person.id)


def read_beside(name: str, column: ColumnElement[Any]) -> None:
    """Read one thing more with who is calling, for what every page shows: see `beside`. May speak of `OWNER`."""
    _beside[name] = column.label(name)
    _with_beside[:] = [_WHO.add_columns(*_beside.values())]


def beside(name: str) -> Any:
    """What was read of whoever is calling; None for visitors."""
    return g.get("beside", {}).get(name)


def session_key() -> str | None:
    """The key of the sign-in: of the session, else of the cookie that keeps people signed in."""
    key = session.get("_user_id")
    cookie = request.cookies.get(current_app.config.get("REMEMBER_COOKIE_NAME", "remember_token"))
    if key is None and cookie and session.get("_remember") != "clear":
        key = decode_cookie(cookie)
        if key:
            session["_user_id"], session["_fresh"] = key, False
    return key


def _proof(key: str) -> dict[str, Any]:
    person, token = sign_ins.parts(key)
    return {"person": person, "token": token, "now": clock.now()}


def load_actor() -> Actor:
    """Whoever the session belongs to, with the membership of this moment; else a visitor."""
    key = session_key()
    who = reader().execute(_with_beside[0], _proof(key)).first() if key else None
    if who is None or owes_second_factor(who.role):
        return Actor(None, draft_key=visitors.draft_key())
    g.beside = {name: getattr(who, name) for name in _beside}
    chinese = who.locale.startswith("zh")
    return Actor(
        Role(who.role),
        who.id,
        who.factory_id,
        who.name,
        who.email,
        (who.factory_name_zh if chinese else who.factory_name) or who.factory_name or who.factory_name_zh or "",
        owner=who.team_role == TeamRole.OWNER,
        locale=who.locale,
        timezone=who.timezone,
        currency=who.currency,
    )


def init_app(app: Flask, security: Security) -> None:
    """Let pages ask for an `Actor`, and keep Flask-Security from loading an entity for each of them."""

    def load_person(key: str) -> Person | None:
        person: Any = db.session.scalars(_PERSON, _proof(key)).first()
        if person is None or owes_second_factor(person.role):
            return None
        set_request_attr("fs_authn_via", "session")
        set_request_attr("fs_paa", session.get("fs_paa", 0))
        return person

    app.extensions["actor_loader"] = load_actor
    security.login_manager.user_loader(load_person)
    security.login_manager.request_loader(lambda _request: None)  # no tokens: people sign in, machines have their own
    security.principal.identity_loaders.clear()
    processors = app.template_context_processors[None]
    processors[:] = [f for f in processors if f.__module__ != "flask_login.utils"]
