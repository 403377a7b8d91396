"""Quoting: the form with its draft and running total, sending, taking back."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from flask import Response, redirect, request, url_for
from sqlalchemy import Row

from portal.core.actor import Role
from portal.core.db import reader, transaction
from portal.core.errors import Gone, Invalid
from portal.core.i18n import N_, _
from portal.core.web import current_actor, done, page, rule
from portal.sourcing import assumptions, inbox_queries, quote_operations, quote_prefill
from portal.sourcing.assumptions import Blank
from portal.sourcing.invitation_operations import own
from portal.sourcing.landed import costs
from portal.sourcing.lifecycle import BriefStage
from portal.sourcing.quote_forms import QuoteForm, quote_form
from portal.sourcing.views import bp


@dataclass(frozen=True)
class Desk:
    """What a factory quotes on: its invitation with the brief, and the fields that the brief leaves open."""

    invited: Row[Any]
    blanks: list[Blank]

    def form(self, typed: Mapping[str, Any]) -> QuoteForm:
        return quote_form(self.invited.quantities, self.invited.currency, self.blanks, typed)

    def prefilled(self) -> QuoteForm:
        """The form as it is first seen: own prices, else the last revision, and over both the draft."""
        conn, row = reader(), self.invited
        sent = inbox_queries.revisions(conn, row.id)
        prices = inbox_queries.own_prices(conn, row)
        own_answer = quote_prefill.from_prices(row.quantities, row.currency, *prices)
        before = quote_prefill.from_quote(*sent[0]) if sent else {}
        known = self.form({})._fields
        usual = quote_prefill.from_trade(self.blanks)
        return self.form(quote_prefill.prefill(known, usual, own_answer, before, row.quote_draft))


def _desk(invitation_id: UUID) -> Desk:
    """Raises `Gone` when the factory may not quote (any more)."""
    actor = current_actor()
    row = inbox_queries.invitation(reader(), actor, invitation_id)
    if row.brief_stage != BriefStage.OPEN or not quote_operations.may_quote(row.stage, actor.role):
        raise Gone(N_("This brief no longer takes quotes."))
    return Desk(row, [] if row.sealed else assumptions.blanks(row.category, row.values))


@bp.get("/inbox/<uuid:invitation_id>/quote")
@rule(Role.FACTORY)
def quote(invitation_id: UUID):
    desk = _desk(invitation_id)
    if desk.invited.sealed:
        return redirect(url_for("sourcing.invitation", invitation_id=invitation_id), 303)
    return _quote_page(desk, desk.prefilled())


@bp.post("/inbox/<uuid:invitation_id>/quote")
@rule(Role.FACTORY)
def send_quote(invitation_id: UUID):
    desk = _desk(invitation_id)
    form = desk.form(request.form)
    if not form.validate():
        return _quote_page(desk, form, 422)
    try:
        with transaction() as session:
            invitation = own(session, invitation_id, current_actor())
            quote_operations.send(session, invitation, form.offer(), actor=current_actor())
    except Invalid as problem:
        form.refuse(problem)
        return _quote_page(desk, form, 422)
    return done("sourcing.invitation", _("Your quote is with the creator."), invitation_id=invitation_id)


def _quote_page(desk: Desk, form: QuoteForm, status: int = 200) -> Response:
    return page("sourcing/quote.html", status=status, invitation=desk.invited, form=form, **_total(desk, form))


def _total(desk: Desk, form: QuoteForm) -> dict[str, Any]:
    """What the form comes to so far, for "sourcing/_quote_total.html"; what can't be read yet is left out."""
    read = desk.form(form.typed())  # a form of its own: one that is first seen shows no messages
    read.validate()
    offer = read.offer()
    return {"totals": [costs(offer, line) for line in offer.lines], "offer": offer, "currency": desk.invited.currency}


@bp.post("/inbox/<uuid:invitation_id>/quote/total")
@rule(Role.FACTORY)
def quote_total(invitation_id: UUID):
    """The running total of what is typed, as a fragment."""
    desk = _desk(invitation_id)
    return page("sourcing/_quote_total.html", **_total(desk, desk.form(request.form)))


@bp.post("/inbox/<uuid:invitation_id>/quote/draft")
@rule(Role.FACTORY)
def save_quote_draft(invitation_id: UUID):
    """Keep what is typed, as typed: by the button, or by the page itself while one writes."""
    desk = _desk(invitation_id)
    with transaction() as session:
        invitation = own(session, invitation_id, current_actor())
        quote_operations.save_draft(session, invitation, desk.form(request.form).typed())
    if request.headers.get("X-Autosave"):
        return Response(status=204)
    return done("sourcing.quote", _("Draft kept. Only you and your colleagues see it."), invitation_id=invitation_id)


@bp.post("/inbox/<uuid:invitation_id>/quote/withdraw")
@rule(Role.FACTORY)
def withdraw_quote(invitation_id: UUID):
    with transaction() as session:
        quote_operations.withdraw(session, own(session, invitation_id, current_actor()), actor=current_actor())
    return done("sourcing.invitation", _("You have taken your quote back."), invitation_id=invitation_id)
