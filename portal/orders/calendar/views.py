"""The calendar behind its secret address, and what the settings page offers about it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from flask import Response, make_response, request
from sqlalchemy import Connection

from portal.accounts.limits import Limit, address, limited
from portal.accounts.operations import token_hash
from portal.core.actor import Actor, Role
from portal.core.db import reader, transaction
from portal.core.i18n import _, in_locale
from portal.core.sections import Section
from portal.core.web import ANYONE, absolute, current_actor, done, rule, settings
from portal.orders.calendar import operations, queries
from portal.orders.calendar.queries import Entry
from portal.orders.calendar.writing import written
from portal.orders.views import bp

SIDES = (Role.CREATOR, Role.FACTORY)
_PAGES = {
    "order": ("orders.order", "order_id"),
    "change": ("orders.order", "order_id"),
    "brief": ("sourcing.brief", "brief_id"),
    "invitation": ("sourcing.invitation", "invitation_id"),
}


def _token() -> str:
    return f"token:{(request.view_args or {}).get('token', '')}"


@bp.get("/calendar/<token>.ics")
@rule(ANYONE)
@limited(Limit(600, 15, address), Limit(60, 60, _token), reads=True)
def calendar(token: str) -> Response:
    """The dates of whoever the secret address belongs to, in their language; 304 while nothing has changed."""
    who = queries.reader_of(reader(), token)
    entries = queries.entries(reader(), who)
    with in_locale(who.locale):
        text = written(entries, urlsplit(absolute("sourcing.home")).netloc, lambda entry: _page_of(entry, who))
    response = make_response(text)
    response.content_type = "text/calendar; charset=utf-8"
    response.headers["Content-Disposition"] = 'inline; filename="xiaodan.ics"'
    response.add_etag()
    response.make_conditional(request)
    return response


def _page_of(entry: Entry, who: Actor) -> str:
    subject = "brief" if entry.step == "expire_quote" and who.role == Role.CREATOR else entry.subject
    endpoint, argument = _PAGES[subject]
    return absolute(endpoint, **{argument: entry.page_id})


@bp.post("/settings/calendar")
@rule(*SIDES)
def renew_calendar() -> Response:
    """Switch the calendar on, or give it a new address in place of the old one."""
    with transaction() as session:
        another = operations.switch_off(session, _me())
        operations.renew(session, _me(), settings().SECRET_KEY)
    if not another:
        return done("accounts.settings", _("Your calendar has an address now."))
    return done("accounts.settings", _("Your calendar has a new address. The old one no longer works."))


@bp.post("/settings/calendar/off")
@rule(*SIDES)
def switch_calendar_off() -> Response:
    with transaction() as session:
        operations.switch_off(session, _me())
    return done("accounts.settings", _("The calendar’s address no longer works."))


def _me() -> Any:
    return current_actor().person_id


def _load(conn: Connection, actor: Actor) -> Mapping[str, Any] | None:
    """The calendar's address for the settings page: empty while it is off, or where the portal's key has changed
    since it was made."""
    if actor.role not in SIDES or actor.dismissed:
        return None
    feed = queries.feed_of(conn, actor)
    token = operations.token_of(feed.id, settings().SECRET_KEY) if feed else ""
    known = feed is not None and token_hash(token) == feed.token_hash
    return {"on": feed is not None, "address": absolute("orders.calendar", token=token) if known else ""}


SECTION = Section("orders/calendar/_settings.html", _load)
