"""People: signing up and in, factory teams, settings. The only feature that knows Flask-Security."""

from flask import Flask

from portal.accounts import passkeys  # noqa: F401  # first: see there

# isort: split
from portal.accounts import browsers, cli, limits, security
from portal.accounts.views import bp, own_settings, registering, signing_in, teams  # noqa: F401
from portal.accounts.views import limits as views_limits


def init_app(app: Flask) -> None:
    """Wire this feature into the application."""
    security.init_app(app, app.extensions["settings"])
    app.view_functions["security.confirm_email"] = registering.confirm_email
    views_limits.init_app(app)
    limits.init_app(app)
    app.register_blueprint(bp)
    app.jinja_env.filters["browser"] = browsers.name
    app.cli.add_command(cli.accounts)
