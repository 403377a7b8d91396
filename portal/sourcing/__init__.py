"""From a brief to a chosen quote: matching, invitations, questions, quotes, comparison."""

from flask import Flask

from portal.sourcing.views import bp


def init_app(app: Flask) -> None:
    """Wire this feature into the application."""
    app.register_blueprint(bp)
