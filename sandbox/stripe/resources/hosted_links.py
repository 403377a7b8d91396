"""Addresses under which the owner of a connected account reaches Stripe's pages, each good for one visit.

Beside a link is kept: `account`, `session` (the second half of the address of the pages behind it), `closes` (when
these close), `visited`, and where the pages lead back to.
"""

import secrets
from typing import Any

from stripe.params import AccountCreateLoginLinkParams, AccountLinkCreateParams

from sandbox.stripe.api import checks
from sandbox.stripe.api.endpoint import Endpoint
from sandbox.stripe.books.ids import new_id
from sandbox.stripe.books.work import Body, Work
from sandbox.stripe.errors import StripeError
from sandbox.stripe.resources import accounts

ONBOARDING, LOGIN = "account_link", "login_link"
GOOD_FOR = 5 * 60
OPEN_FOR = 3600


def create_account_link(work: Work, params: dict[str, Any]) -> Body:
    """The way to the onboarding of an account."""
    if params["type"] != "account_onboarding":
        raise StripeError(
            "You cannot create `account_update` type Account Links for this account. Valid types are:"
            " [`account_onboarding`].",
            param="type",
        )
    checks.required(params, "refresh_url", "return_url")
    for name in ("refresh_url", "return_url"):
        checks.check_url(params[name], name)
    if not accounts.is_connected(work, params["account"]):
        raise StripeError(f"No such account: '{params['account']}'", code="resource_missing", param="account")
    leads = {"refresh_url": params["refresh_url"], "return_url": params["return_url"]}
    link = _add(work, ONBOARDING, params["account"], expires_at=work.now + GOOD_FOR, leads=leads)
    return {name: link[name] for name in ("object", "created", "expires_at", "url")}


def create_login_link(work: Work, params: dict[str, Any], account_id: str) -> Body:
    """The way to the Express dashboard of an account."""
    account = accounts.get(work, account_id)
    if not account["details_submitted"]:
        raise StripeError("Cannot create a login link for an account that has not completed onboarding.")
    link = _add(work, LOGIN, account_id)
    return {name: link[name] for name in ("object", "created", "url")}


def _add(work: Work, kind: str, account_id: str, *, leads: Body | None = None, **body: Any) -> Body:
    link_id = new_id("link")
    path = "setup/e" if kind == ONBOARDING else "express/e"
    link = {"id": link_id, "object": kind, "url": f"{work.base_url}/{path}/{account_id}/{link_id}", **body}
    beside = {"session": secrets.token_urlsafe(16), "closes": 0, "visited": False, **(leads or {})}
    return work.add("link", link, connected=account_id, **beside)


def visit(work: Work, kind: str, account_id: str, link_id: str) -> str | None:
    """Use a link up: the session that it opens, or None where it has expired or was used before.

    Raises StripeError for one that has never been.
    """
    link = work.get(kind, link_id)
    beside = work.hidden(link_id)
    if beside["connected"] != account_id or not accounts.is_connected(work, account_id):
        raise accounts.no_access(account_id)
    if beside["visited"] or link.get("expires_at", work.now + 1) <= work.now:
        return None
    work.hide(link_id, visited=True, closes=work.now + OPEN_FOR)
    return beside["session"]


def opened(work: Work, kind: str, link_id: str, session: str) -> Body:
    """What is kept beside the link whose pages are open in this session. Raises StripeError where there is none."""
    work.get(kind, link_id)
    beside = work.hidden(link_id)
    if not secrets.compare_digest(beside["session"], session) or beside["closes"] <= work.now:
        raise StripeError("This page has closed.", status=404)
    accounts.get(work, beside["connected"])
    return beside


def refresh_url(work: Work, link_id: str) -> str:
    """Where a link leads that is good no more."""
    return work.hidden(link_id)["refresh_url"]


ENDPOINTS = (
    Endpoint(
        "POST",
        "/v1/account_links",
        AccountLinkCreateParams,
        create_account_link,
        "account collect collection_options.fields collection_options.future_requirements expand refresh_url"
        " return_url type",
    ),
    Endpoint("POST", "/v1/accounts/<id>/login_links", AccountCreateLoginLinkParams, create_login_link),
)
