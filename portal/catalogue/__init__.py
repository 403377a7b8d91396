"""The catalogue: what a creator has had made so far, what it costs, what it sells for, what is left."""

from flask import Flask

from portal.catalogue.views import bp
from portal.core.actor import Role
from portal.core.i18n import N_
from portal.core.nav import add_nav


def init_app(app: Flask) -> None:
    """Wire this feature into the application."""
    app.register_blueprint(bp)
    add_nav(app, Role.CREATOR, "catalogue.products", N_("My products"))
