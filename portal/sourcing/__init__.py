"""From a brief to a chosen quote: matching, invitations, questions, quotes, comparison."""

from flask import Flask

from portal.accounts import hooks
from portal.core.actor import Role
from portal.core.i18n import N_
from portal.core.nav import add_nav
from portal.designs import access
from portal.sourcing import brief_operations, brief_queries, destinations, inbox_queries, reasons
from portal.sourcing.views import bp, briefs, compare, drafts, inbox, quotes

__all__ = ["briefs", "compare", "drafts", "inbox", "init_app", "quotes"]


def init_app(app: Flask) -> None:
    """Wire this feature into the application."""
    app.register_blueprint(bp)
    app.jinja_env.filters.update(
        reason_words=reasons.words, reason_against=reasons.against, country_name=destinations.country_name
    )
    app.jinja_env.globals["category_picture"] = drafts.category_picture
    if brief_operations.claim not in hooks.on_sign_in:
        hooks.on_sign_in.append(brief_operations.claim)
    access.register(
        can_edit=brief_queries.can_edit,
        can_see=lambda conn, actor, brief_id: (
            brief_queries.is_own(conn, actor, brief_id) or inbox_queries.sees_artwork(conn, actor, brief_id)
        ),
        can_remove=brief_queries.can_remove,
        spec=brief_queries.spec,
    )
    add_nav(app, Role.CREATOR, "sourcing.briefs", N_("Briefs"), first=True)
    add_nav(app, Role.FACTORY, "sourcing.inbox", N_("Inbox"), first=True)
