"""Exchange rates as operators enter them: shown as "about" beside an amount, never used to charge."""

from flask import Flask

from portal.rates import views


def init_app(app: Flask) -> None:
    """The operators' page, and `about(minor, currency)` for templates."""
    app.register_blueprint(views.bp)
    app.jinja_env.globals["about"] = views.about
