"""Letting somebody in who has shown who they are other than by a password."""

from flask import Response, current_app, redirect, url_for
from flask_security import login_user

from portal.accounts.models import Person
from portal.core.db import db


def let_in(person: Person, via: str, next_path: str | None = None) -> Response:
    """Sign `person` in and go to `next_path`, a path of ours; by way of the second step where they have one.

    `person` belongs to `db.session`, which is committed.
    """
    further = current_app.extensions["security"].two_factor_plugins.tf_enter(person, False, via, next_path)
    if further is None:
        login_user(person, authn_via=[via])
        further = redirect(next_path or url_for("accounts.landing"), 303)
    db.session.commit()
    return further
