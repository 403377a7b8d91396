"""A factory's own pages: who it is, what it makes, at what price. First of all for a phone, in Chinese."""

from typing import Any
from uuid import UUID

from flask import Response, request

from portal.core import money
from portal.core.actor import Role
from portal.core.db import reader, transaction
from portal.core.errors import NotFound, PortalError
from portal.core.forms import refuse
from portal.core.i18n import _
from portal.core.web import current_actor, done, page, rule
from portal.factories import operations, queries
from portal.factories.forms import PAPERS, CapabilityForm, PaperForm, PricesForm, ProfileForm, TermsForm
from portal.factories.lifecycle import FACTORY
from portal.factories.views import bp
from portal.products.registry import categories
from portal.products.registry import category as category_of


def _sent() -> Any:
    return request.form if request.method == "POST" else None


def _again(template: str, form: Any, **context: Any) -> Response:
    """The form's page; with what is wrong beside its fields when it was sent."""
    return page(template, status=422 if request.method == "POST" else 200, form=form, **context)


@bp.route("/factory")
@rule(Role.FACTORY)
def profile() -> Response:
    conn, actor = reader(), current_actor()
    factory = queries.own(conn, actor)
    made = queries.capabilities(conn, factory.id)
    return page(
        "factories/profile.html",
        factory=factory,
        capabilities=made,
        prices=queries.prices(conn, factory.id),
        papers=queries.papers(conn, factory.id),
        categories=categories(),
        missing=operations.lacking(factory, bool(made)),
        steps=FACTORY.open_to(actor.role, factory.stage),
        kinds=PAPERS,
    )


@bp.route("/factory/profile", methods=["GET", "POST"])
@rule(Role.FACTORY)
def edit_profile() -> Response:
    actor = current_actor()
    factory = queries.own(reader(), actor)
    form = ProfileForm(_sent(), obj=factory)
    if request.method == "POST" and form.validate():
        with transaction() as session:
            operations.describe(session, operations.own(session, actor), actor=actor, **form.profile)
        return done("factories.profile", _("Saved."))
    return _again("factories/edit_profile.html", form, factory=factory)


@bp.route("/factory/terms", methods=["GET", "POST"])
@rule(Role.FACTORY)
def edit_terms() -> Response:
    actor = current_actor()
    form = TermsForm(_sent(), data=dict(queries.own(reader(), actor)._mapping))
    if request.method == "POST" and form.validate():
        with transaction() as session:
            operations.describe(session, operations.own(session, actor), actor=actor, **form.data)
        return done("factories.profile", _("Saved."))
    return _again("factories/edit_terms.html", form)


@bp.route("/factory/making/<code>", methods=["GET", "POST"])
@rule(Role.FACTORY)
def edit_capability(code: str) -> Response:
    actor, category = current_actor(), category_of(code)
    factory = queries.own(reader(), actor)
    kept = queries.capability(reader(), factory.id, code)
    form = CapabilityForm(_sent(), category=category, currency=factory.currency, obj=kept)
    if request.method == "POST" and form.validate():
        try:
            with transaction() as session:
                operations.set_capability(session, operations.own(session, actor), code, actor=actor, **form.capability)
            return done("factories.edit_prices", _("Saved. Now your prices."), code=code, currency=factory.currency)
        except PortalError as problem:
            refuse(form, problem)
    return _again("factories/edit_capability.html", form, factory=factory, category=category, kept=kept)


@bp.route("/factory/making/<code>/remove", methods=["POST"])
@rule(Role.FACTORY)
def remove_capability(code: str) -> Response:
    actor = current_actor()
    with transaction() as session:
        operations.drop_capability(session, operations.own(session, actor), code, actor=actor)
    return done("factories.profile", _("Removed."))


@bp.route("/factory/making/<code>/prices/<currency>", methods=["GET", "POST"])
@rule(Role.FACTORY)
def edit_prices(code: str, currency: str) -> Response:
    actor, category = current_actor(), category_of(code)
    if currency not in money.CURRENCIES:
        raise NotFound()
    factory = queries.own(reader(), actor)
    prices = queries.prices(reader(), factory.id, code)
    form = PricesForm(_sent(), currency=currency, tiers=[tier for tier in prices if tier.currency == currency])
    if request.method == "POST" and form.validate():
        try:
            with transaction() as session:
                own = operations.own(session, actor)
                operations.set_prices(session, own, code, currency, form.filled, actor=actor)
            return done("factories.profile", _("Saved. Quotes are prefilled from these prices."))
        except PortalError as problem:
            refuse(form, problem)
    priced = sorted({tier.currency for tier in prices} | {factory.currency, "USD", currency})
    return _again("factories/edit_prices.html", form, category=category, currency=currency, currencies=priced)


@bp.route("/factory/papers", methods=["GET", "POST"])
@rule(Role.FACTORY)
def edit_papers() -> Response:
    actor = current_actor()
    factory = queries.own(reader(), actor)
    form = PaperForm(_sent())
    if request.method == "POST" and form.validate():
        with transaction() as session:
            operations.add_certificate(session, operations.own(session, actor), actor=actor, **form.data)
        return done("factories.edit_papers", _("Added."))
    return _again("factories/edit_papers.html", form, papers=queries.papers(reader(), factory.id), kinds=PAPERS)


@bp.route("/factory/papers/<uuid:ident>/remove", methods=["POST"])
@rule(Role.FACTORY)
def remove_paper(ident: UUID) -> Response:
    actor = current_actor()
    with transaction() as session:
        operations.drop_certificate(session, operations.own(session, actor), ident, actor=actor)
    return done("factories.edit_papers", _("Removed."))


@bp.route("/factory/open", methods=["POST"])
@rule(Role.FACTORY)
def set_open() -> Response:
    actor, open_for_work = current_actor(), request.form.get("open") == "yes"
    with transaction() as session:
        operations.set_open(session, operations.own(session, actor), open_for_work, actor=actor)
    return done(
        "factories.profile", _("You are open for work.") if open_for_work else _("You are closed for new work.")
    )


@bp.route("/factory/submit", methods=["POST"])
@rule(Role.FACTORY)
def submit() -> Response:
    actor = current_actor()
    with transaction() as session:
        operations.submit(session, operations.own(session, actor), actor=actor)
    return done("factories.profile", _("Sent. An operator looks at it, usually within two working days."))
