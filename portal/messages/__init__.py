"""What a creator and a factory write to each other: one thread from the invitation to the closed order."""

from flask import Flask

from portal.accounts.security import loader
from portal.core.actor import Actor, Role
from portal.core.i18n import N_
from portal.core.nav import add_nav
from portal.designs import photo_access
from portal.messages import queries, views
from portal.messages.panel import PANEL
from portal.orders import panels


def init_app(app: Flask) -> None:
    """Wire this feature into the application."""
    app.register_blueprint(views.bp)
    panels.add(PANEL)
    photo_access.register("invitation", can_add=queries.is_party, can_see=queries.is_party, files=True)
    loader.read_beside("unread", queries.unread_of(loader.OWNER))
    for role in (Role.CREATOR, Role.FACTORY):
        add_nav(app, role, "messages.threads", N_("Messages"), badge=_unread)


def _unread(_actor: Actor) -> int:
    return loader.beside("unread") or 0
