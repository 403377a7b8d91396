"""A factory's own pages about getting paid: first of all for a phone, in Chinese."""

from uuid import UUID

from flask import Response, redirect, request, url_for

from portal.accounts.fresh import fresh
from portal.core import sealing
from portal.core.actor import Actor, Role
from portal.core.db import reader, transaction
from portal.core.errors import NotAllowed, PortalError
from portal.core.forms import refuse
from portal.core.i18n import N_, _
from portal.core.web import absolute, current_actor, done, is_htmx, page, rule, settings
from portal.payments import gateway
from portal.payments.recipients import countries, onboarding, operations, queries, words
from portal.payments.recipients.forms import BankForm, CountryForm, ScheduleForm
from portal.payments.recipients.lifecycle import RecipientStage
from portal.payments.recipients.models import Rail, Recipient, Schedule
from portal.payments.recipients.views import bp
from portal.payments.recipients.views.standing import standing
from portal.sourcing.destinations import country_name


def _owner() -> Actor:
    """Whoever is calling. Raises `NotAllowed` for members who are no owners."""
    actor = current_actor()
    if not actor.owner:
        raise NotAllowed(N_("Only an owner of the factory can change where it is paid."))
    return actor


@bp.get("/factory/payment")
@rule(Role.FACTORY)
def own() -> Response:
    """Where, when and what the factory is paid."""
    conn, actor = reader(), current_actor()
    recipient = queries.own(conn, actor)
    sums = queries.sums(conn, actor.factory_id)  # type: ignore[arg-type]
    parts = queries.parts(conn, actor.factory_id, request.args.get("before", type=UUID))  # type: ignore[arg-type]
    return page(
        "payments/recipients/own.html",
        **standing(recipient),
        sums=sums,
        waiting=queries.waiting(sums),
        next_payment=queries.next_payment(recipient),
        parts=parts,
        following=parts[-1].id if len(parts) == queries.PAGE else None,
        looks=queries.looks(conn, recipient.id) if recipient and recipient.bank_masked else [],
        why_seen=words.why_seen,
        form=ScheduleForm(schedule=Schedule(recipient.schedule) if recipient else Schedule.WEEKLY),
        states=words.STATES,
        of_leg=words.OF_LEG,
        of_release=words.OF_RELEASE,
    )


@bp.get("/factory/payment/change")
@rule(Role.FACTORY)
@fresh
def change() -> Response:
    """The country first: it decides the way."""
    actor = _owner()
    recipient = queries.own(reader(), actor)
    kept = queries.paid_in(recipient) or queries.home_country(reader(), actor.factory_id)  # type: ignore[arg-type]
    form = CountryForm(country=kept)
    return page("payments/recipients/change.html", form=form, **standing(recipient))


@bp.post("/factory/payment/country")
@rule(Role.FACTORY)
@fresh
def choose_country() -> Response:
    """On to Stripe, or to the bank details."""
    actor, form = _owner(), CountryForm(request.form, country="")
    if not form.validate():
        return page("payments/recipients/change.html", status=422, form=form, **standing(queries.own(reader(), actor)))
    if not countries.by_stripe(form.country.data):
        return _away(url_for("recipients.bank", country=form.country.data))
    with transaction() as session:
        recipient = operations.own(session, actor)
        operations.begin(session, recipient, form.country.data, actor=actor)
    gate = gateway.connect(settings())
    if onboarding.check(gate, recipient.id) == RecipientStage.ACTIVE:  # it was there, and complete
        return done("recipients.own", _("You are paid through Stripe from now on."))
    return _away(_page_at_stripe(gate, recipient.id))


def _page_at_stripe(gate: gateway.Gateway, recipient_id: UUID) -> str:
    back, again = absolute("recipients.returned"), absolute("recipients.returned", again=1)
    return onboarding.page(gate, recipient_id, back=back, again=again)


def _away(address: str) -> Response:
    """To another page, also when htmx asked."""
    if request.headers.get("HX-Request"):
        return Response(headers={"HX-Redirect": address})
    return redirect(address, 303)  # type: ignore[return-value]


def _at_stripe(actor: Actor) -> Recipient:
    """The actor's factory's recipient, paid through Stripe. One whose account was refused is tried again."""
    with transaction() as session:
        recipient = operations.own(session, actor)
        if recipient.rail != Rail.STRIPE or not recipient.country or recipient.stage == RecipientStage.DISCONNECTED:
            raise NotAllowed(N_("Choose first where you are paid."))
        operations.begin(session, recipient, recipient.country, actor=actor)
    return recipient


@bp.post("/factory/payment/stripe")
@rule(Role.FACTORY)
def go_on() -> Response:
    """To Stripe's page, to give what it still asks for."""
    return _away(_page_at_stripe(gateway.connect(settings()), _at_stripe(_owner()).id))


@bp.post("/factory/payment/dashboard")
@rule(Role.FACTORY)
@fresh
def dashboard() -> Response:
    """To Stripe's page of what it has paid out."""
    return _away(onboarding.dashboard(gateway.connect(settings()), _at_stripe(_owner()).id))


@bp.get("/factory/payment/returned")
@rule(Role.FACTORY)
def returned() -> Response:
    """Back from Stripe's page. What is shown is what Stripe has told us, not that somebody came back."""
    template = "payments/recipients/_returned.html" if is_htmx() else "payments/recipients/returned.html"
    return page(template, again="again" in request.args, **standing(queries.own(reader(), current_actor())))


@bp.post("/factory/payment/check")
@rule(Role.FACTORY)
def check() -> Response:
    """Ask Stripe now, and not when it tells us."""
    recipient = _at_stripe(_owner())
    onboarding.check(gateway.connect(settings()), recipient.id)
    return done("recipients.own", _("Stripe was asked just now."))


@bp.route("/factory/payment/bank", methods=["GET", "POST"])
@rule(Role.FACTORY)
@fresh
def bank() -> Response:
    """The bank details, never shown again once they are given."""
    actor, country = _owner(), request.args.get("country", countries.CHINA)
    if country not in dict(countries.choices()) or countries.by_stripe(country):
        country = countries.CHINA
    form = BankForm(request.form if request.method == "POST" else None, country=country)
    if request.method == "POST" and form.validate():
        try:
            with transaction() as session:
                sealer = sealing.bank_details(settings())
                operations.give_bank(session, operations.own(session, actor), form.details, sealer, actor=actor)
            return done("recipients.own", _("Your bank details are kept. The factory's owners are told by email."))
        except PortalError as problem:
            refuse(form, problem)
    status = 422 if request.method == "POST" else 200
    context = {"form": form, "country": country, "country_name": country_name(country)}
    response = page("payments/recipients/bank.html", status=status, **context)
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.post("/factory/payment/schedule")
@rule(Role.FACTORY)
def choose_schedule() -> Response:
    actor, form = _owner(), ScheduleForm(request.form, schedule=Schedule.WEEKLY)
    if form.validate():
        with transaction() as session:
            recipient = operations.own(session, actor)
            operations.choose_schedule(session, recipient, Schedule(form.schedule.data), actor=actor)
    return done("recipients.own", _("Saved."))
