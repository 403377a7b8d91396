"""/setup and /express: the pages of connected accounts."""

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for

from sandbox.stripe.books.work import Work
from sandbox.stripe.checkout.texts import language
from sandbox.stripe.checkout.views import HEADERS, Answer
from sandbox.stripe.currencies import shown
from sandbox.stripe.errors import StripeError
from sandbox.stripe.resources import accounts, balance, hosted_links, requirements
from sandbox.stripe.resources.hosted_links import LOGIN, ONBOARDING
from sandbox.stripe.standin import StandIn

GOOD_BANK, BAD_BANK = "000123456789", "000111111116"
FIELDS = ("business_type", "company.name", "representative.first_name", "representative.last_name", "external_account")
TERMS = ("tos_acceptance.date", "tos_acceptance.ip")


def create_blueprint(standin: StandIn) -> Blueprint:
    """Onboarding, and a small dashboard."""
    blueprint = Blueprint("connect", __name__, template_folder="templates")

    @blueprint.get("/setup/e/<account_id>/<link_id>")
    def enter(account_id: str, link_id: str) -> Answer:
        with standin.work() as work:
            session = hosted_links.visit(work, ONBOARDING, account_id, link_id)
            if session is None:
                return redirect(hosted_links.refresh_url(work, link_id), 303)
            return redirect(url_for("connect.form", link_id=link_id, session=session), 303)

    @blueprint.get("/setup/s/<link_id>/<session>")
    def form(link_id: str, session: str) -> Answer:
        with standin.work() as work:
            return _form(standin, work, hosted_links.opened(work, ONBOARDING, link_id, session))

    @blueprint.post("/setup/s/<link_id>/<session>")
    def submit(link_id: str, session: str) -> Answer:
        with standin.work() as work:
            link = hosted_links.opened(work, ONBOARDING, link_id, session)
            if request.form.get("act") != "back":
                requirements.submit(work, accounts.get(work, link["connected"]), _answers(work, link["connected"]))
            return redirect(link["return_url"], 303)

    @blueprint.get("/express/e/<account_id>/<link_id>")
    def log_in(account_id: str, link_id: str) -> Answer:
        with standin.work() as work:
            session = hosted_links.visit(work, LOGIN, account_id, link_id)
        if session is None:
            return _page("link_closed.html", standin), 404
        return redirect(url_for("connect.dashboard", link_id=link_id, session=session), 303)

    @blueprint.get("/express/s/<link_id>/<session>")
    def dashboard(link_id: str, session: str) -> Answer:
        with standin.work() as work:
            return _dashboard(standin, work, hosted_links.opened(work, LOGIN, link_id, session)["connected"])

    @blueprint.post("/express/s/<link_id>/<session>")
    def disconnect(link_id: str, session: str) -> Answer:
        with standin.work() as work:
            link = hosted_links.opened(work, LOGIN, link_id, session)
            accounts.deauthorize(work, link["connected"], standin.merchant)
            return _page("disconnected.html", standin)

    @blueprint.errorhandler(StripeError)
    def nothing_here(error: StripeError) -> Answer:
        return _page("link_closed.html", standin), 404

    @blueprint.after_request
    def harden(response: Response) -> Response:
        response.headers.update(HEADERS)
        return response

    return blueprint


def _form(standin: StandIn, work: Work, link: dict[str, Any]) -> str:
    account = accounts.get(work, link["connected"])
    due = work.hidden(account["id"])["due"]
    others = [name for name in due if name not in FIELDS + TERMS]
    return _page(
        "onboarding.html",
        standin,
        account=account,
        due=due,
        others=others,
        banks=(GOOD_BANK, BAD_BANK),
        back=link["return_url"],
    )


def _answers(work: Work, account_id: str) -> dict[str, str]:
    """What the form says, by requirement. Without a bank account, the account number stays due."""
    due = work.hidden(account_id)["due"]
    given = {name: request.form.get(name, "").strip() for name in due}
    given |= dict.fromkeys((name for name in TERMS if name in due), "agreed")
    if request.form.get("act") == "without_bank":
        given.pop("external_account", None)
    return {name: value for name, value in given.items() if value}


def _dashboard(standin: StandIn, work: Work, account_id: str) -> str:
    sums = balance.sums(work, account_id)
    spoken = language(None, request.accept_languages.best)
    amounts = [
        (shown(ready, currency, spoken.babel), shown(waiting, currency, spoken.babel))
        for currency, (ready, waiting) in sums.items()
    ]
    return _page("express.html", standin, account=accounts.get(work, account_id), amounts=amounts)


def _page(template: str, standin: StandIn, **more: Any) -> str:
    spoken = language(None, request.accept_languages.best)
    return render_template(template, t=spoken.text, lang=spoken.tag, merchant=standin.merchant, **more)
