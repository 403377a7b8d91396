"""A step of a lifecycle becomes an email: who hears of it, what it says, that it arrives once."""

from flask import Flask

from portal.mail import views


def init_app(app: Flask) -> None:
    """The operators' outbox and the way out of optional letters."""
    app.register_blueprint(views.bp)
