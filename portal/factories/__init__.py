"""Factories: their profile and what they make, an operator's review, the public directory, their record."""

from flask import Flask

from portal.accounts import hooks
from portal.core.actor import Role
from portal.core.i18n import N_
from portal.core.nav import add_nav
from portal.factories import operations, record, words
from portal.factories.views import bp, profile, public, review

__all__ = ["init_app", "profile", "public", "review"]


def init_app(app: Flask) -> None:
    """Wire this feature into the application."""
    app.register_blueprint(bp)
    hooks.opens_factories(operations.open_draft)
    app.jinja_env.filters.update(
        factory_name=words.name_of,
        factory_other_name=words.other_name_of,
        factory_place=words.place_of,
        on_time_words=record.on_time_words,
        orders_words=record.orders_words,
        response_words=record.response_words,
    )
    app.jinja_env.globals.update(factory_stages=words.STAGES, factory_tasks=words.TASKS)
    add_nav(app, Role.FACTORY, "factories.profile", N_("Our factory"))
    add_nav(app, Role.OPERATOR, "factories.reviews", N_("Factories"))
    for role in (None, Role.CREATOR):
        add_nav(app, role, "factories.directory", N_("Factories"))
