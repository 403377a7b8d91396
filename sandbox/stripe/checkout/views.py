"""/c/pay/<session>: the page on which the product's customer pays."""

from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from sandbox.stripe.books.work import Body, Work
from sandbox.stripe.cards import OFFERED, card_by_number
from sandbox.stripe.checkout import paying
from sandbox.stripe.checkout.paying import Outcome
from sandbox.stripe.checkout.texts import Language, language
from sandbox.stripe.currencies import shown
from sandbox.stripe.errors import StripeError
from sandbox.stripe.resources import charges, checkout_sessions
from sandbox.stripe.standin import StandIn

DEFAULT_EMAIL = "payer@example.com"
DEFAULT_NAME = "Test Payer"
EXPIRY = "{exp_month:02d} / {exp_year}".format(**charges.CARD_EXPIRY)
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src http: https: data:; base-uri 'none'",
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
Answer = BaseResponse | tuple[str, int] | str


def create_blueprint(standin: StandIn) -> Blueprint:
    """The pages of an open session, and what is shown instead once it is closed."""
    blueprint = Blueprint(
        "checkout", __name__, template_folder="templates", static_folder="static", static_url_path="/c/static"
    )

    @blueprint.get("/c/pay/<session_id>")
    def show(session_id: str) -> Answer:
        with standin.work() as work:
            session = _session(work, session_id)
            return _unless_closed(standin, session) or _pay_page(standin, work, session)

    @blueprint.post("/c/pay/<session_id>")
    def pay(session_id: str) -> Answer:
        with standin.work() as work:
            session = _session(work, session_id)
            return _unless_closed(standin, session) or _pay(standin, work, session)

    @blueprint.get("/c/pay/<session_id>/authenticate")
    def ask(session_id: str) -> Answer:
        with standin.work() as work:
            session = _session(work, session_id)
            return _unless_closed(standin, session) or _authentication_page(standin, work, session)

    @blueprint.post("/c/pay/<session_id>/authenticate")
    def authenticate(session_id: str) -> Answer:
        with standin.work() as work:
            session = _session(work, session_id)
            return _unless_closed(standin, session) or _authenticate(standin, work, session)

    @blueprint.errorhandler(StripeError)
    def nothing_here(error: StripeError) -> Answer:
        return _page("closed.html", standin, None, kind="unknown"), 404

    @blueprint.after_request
    def harden(response: Response) -> Response:
        response.headers.update(HEADERS)
        return response

    return blueprint


def _session(work: Work, session_id: str) -> Body:
    return work.get(checkout_sessions.KIND, session_id)


def _unless_closed(standin: StandIn, session: Body) -> Answer | None:
    """The page of a session that takes no payment any more: 410 when expired, 409 for paying a second time."""
    if session["status"] == "expired":
        return _page("closed.html", standin, session, kind="expired", back=session["cancel_url"]), 410
    if session["status"] == "complete":
        status = 409 if request.method == "POST" else 200
        return _page("closed.html", standin, session, kind="paid", back=_success_url(session)), status
    return None


def _pay(standin: StandIn, work: Work, session: Body) -> Answer:
    card = card_by_number(request.form.get("number", "").strip() or request.form.get("card", ""))
    email = request.form.get("email") or session["customer_email"] or DEFAULT_EMAIL
    outcome = paying.pay(work, session, card, email=email, name=request.form.get("name") or DEFAULT_NAME)
    if outcome is Outcome.MUST_AUTHENTICATE:
        return redirect(url_for("checkout.ask", session_id=session["id"]), 303)
    if outcome is Outcome.DECLINED:
        return _pay_page(standin, work, session), 402
    return redirect(_success_url(session), 303)


def _authenticate(standin: StandIn, work: Work, session: Body) -> Answer:
    outcome = paying.authenticate(work, session, passed=request.form.get("outcome") == "complete")
    if outcome is Outcome.DECLINED:
        return redirect(url_for("checkout.show", session_id=session["id"]), 303)
    return redirect(_success_url(session), 303)


def _success_url(session: Body) -> str:
    return session["success_url"].replace("{CHECKOUT_SESSION_ID}", session["id"])


def _pay_page(standin: StandIn, work: Work, session: Body) -> str:
    hidden = work.hidden(session["id"])
    return _page(
        "pay.html",
        standin,
        session,
        items=list(zip(hidden["line_items"], hidden["products"], strict=True)),
        refusal=paying.refusal(work, session),
        cards=OFFERED,
        chosen=request.form.get("card", OFFERED[0].number),
        number=request.form.get("number", ""),
        email=request.form.get("email") or session["customer_email"] or DEFAULT_EMAIL,
        name=request.form.get("name") or DEFAULT_NAME,
        expiry=EXPIRY,
    )


def _authentication_page(standin: StandIn, work: Work, session: Body) -> Answer:
    intent = paying.awaiting_authentication(work, session)
    if intent is None:
        return redirect(url_for("checkout.show", session_id=session["id"]), 303)
    card = card_by_number(work.hidden(intent["id"])["card"])
    return _page("authenticate.html", standin, session, card=card)


def _page(template: str, standin: StandIn, session: Body | None, **more: Any) -> str:
    """Render a page in the session's language; templates say `t("English")` and `money(amount)`."""
    spoken: Language = language(session and session["locale"], request.accept_languages.best)
    merchant = standin.merchant

    def money(amount: int) -> str:
        return shown(amount, session["currency"], spoken.babel) if session else ""

    return render_template(
        template, t=spoken.text, money=money, lang=spoken.tag, merchant=merchant, session=session, **more
    )
