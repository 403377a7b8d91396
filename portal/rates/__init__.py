"""Exchange rates as operators enter them: shown as "about" beside an amount, never used to charge."""

from flask import Flask

from portal.core.actor import Role
from portal.core.i18n import N_
from portal.core.web import add_nav
from portal.rates import views


def init_app(app: Flask) -> None:
    """The operators' page, and `about(minor, currency)` for templates."""
    app.register_blueprint(views.bp)
    app.jinja_env.globals["about"] = views.about
    add_nav(app, Role.OPERATOR, "rates.rates", N_("Rates"))
