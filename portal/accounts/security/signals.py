"""What follows from what Flask-Security does: drafts find their owner, links die with the password, people are told."""

from typing import Any

from flask import Flask, after_this_request, request, session
from flask_security.signals import (
    password_changed,
    password_reset,
    tf_disabled,
    tf_profile_changed,
    user_authenticated,
    wan_deleted,
    wan_registered,
)
from sqlalchemy import delete

from portal.accounts import hooks, letters, sign_ins, visitors
from portal.accounts.models import Person, SignInLink
from portal.accounts.security.factors import MARK
from portal.accounts.security.mail import commit
from portal.core import clock
from portal.core.db import db


def _signed_in(_app: Flask, user: Person, authn_via: list[str] | None, **_extra: Any) -> None:
    # After the second step Flask-Security names no way; a passkey is both steps at once.
    if authn_via != ["change"]:
        session[MARK] = authn_via in (None, ["webauthn"])
    session["_user_id"] = sign_ins.begin(db.session, user, request.user_agent.string)
    after_this_request(commit)
    keys = {key for key in (visitors.take_draft_key(), user.draft_key) if key}
    if keys:
        user.draft_key = None
        db.session.add(user)
        hooks.signed_in(db.session, user.id, keys)


def _new_password(_app: Flask, user: Person, **_extra: Any) -> None:
    db.session.execute(delete(SignInLink).where(SignInLink.person_id == user.id))


def _reset(_app: Flask, user: Person, **_extra: Any) -> None:
    user.confirmed_at = user.confirmed_at or clock.now()  # the link in the mail proved the address


def _teller(what: str) -> Any:
    def tell(_app: Flask, user: Person, **_extra: Any) -> None:
        letters.changed(db.session, user, what)

    return tell


def init_app(app: Flask) -> None:
    handlers = (
        (user_authenticated, _signed_in),
        (password_changed, _new_password),
        (password_reset, _new_password),
        (password_reset, _reset),
        (tf_profile_changed, _teller("second_step_on")),
        (tf_disabled, _teller("second_step_off")),
        (wan_registered, _teller("passkey_added")),
        (wan_deleted, _teller("passkey_removed")),
    )
    for signal, handler in handlers:
        signal.connect(handler, app, weak=False)
