"""A factory's quote: sent, revised, withdrawn, expired. A revision is never changed once it is sent."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlmodel import Session, select

from portal.core import clock, money
from portal.core.actor import Actor, Role
from portal.core.errors import Gone, Invalid
from portal.core.i18n import N_
from portal.core.lifecycle import advance
from portal.products.terms import INCOTERMS
from portal.sourcing import assumptions
from portal.sourcing.invitation_operations import require_nda, still_open
from portal.sourcing.landed import costs
from portal.sourcing.lifecycle import InvitationStage
from portal.sourcing.models import Brief, Invitation, Quote, QuoteLine
from portal.sourcing.quote_terms import differences, statements

#: Nothing is made without a deposit.
DEPOSIT_PERCENT = range(10, 101)
#: The most of a deposit, in percent, that goes to the factory before the order closes.
MOST_ADVANCE = 50
MOST_REVISIONS = 50  # each is an email to the creator
LONGEST_TYPED = 4000  # characters kept of each field of a draft
SHORTEST_VALIDITY, LONGEST_VALIDITY = timedelta(days=1), timedelta(days=180)


@dataclass(frozen=True)
class OfferLine:
    """An offer at one quantity. Amounts in minor units; `freight_minor` for the whole quantity."""

    quantity: int
    unit_price_minor: int
    lead_days: int
    freight_minor: int = 0


@dataclass(frozen=True, kw_only=True)
class Offer:
    """What a factory is about to send. Amounts in minor units of the brief's currency."""

    lines: tuple[OfferLine, ...]
    tooling_minor: int = 0
    plate_minor: int = 0
    sample_minor: int = 0
    sample_days: int = 7
    sample_rounds: int = 1
    extra_sample_minor: int = 0
    deposit_percent: int = 30
    advance_percent: int = 0
    incoterm: str = "FOB"
    incoterm_place: str = ""
    tax_included: bool = True
    tax_percent: int = 0
    valid_until: datetime
    assumptions: Mapping[str, str] = field(default_factory=dict)
    note: str = ""


def send(session: Session, invitation: Invitation, offer: Offer, *, actor: Actor) -> Quote:
    """Send the offer as the next revision of the quote; what changed against the one before is kept with it.

    `invitation` is locked and the actor's own. Raises `Gone` when the brief takes no more quotes, `NotAllowed` when
    the invitation's stage forbids it, `Invalid` when the offer does not answer the brief.
    """
    brief = still_open(session, invitation)
    require_nda(brief, invitation)
    check(brief, offer)
    before = session.get(Quote, invitation.current_quote_id) if invitation.current_quote_id else None
    if before is not None and before.revision >= MOST_REVISIONS:
        raise Invalid(N_("A quote can be revised 50 times at most."))
    quote = _store(session, brief, invitation, offer, before, actor)
    invitation.current_quote_id, invitation.quote_valid_until = quote.id, quote.valid_until
    invitation.quote_draft = {}
    first = invitation.lifecycle.allows("send_quote", invitation.stage, actor.role)
    step = "send_quote" if first else "revise_quote"
    advance(session, invitation, step, actor=actor, quote_id=str(quote.id), revision=quote.revision)
    return quote


def check(brief: Brief, offer: Offer) -> None:
    """Raises `Invalid` unless the offer answers every quantity and blank field of the brief, within bounds."""
    if sorted(line.quantity for line in offer.lines) != sorted(brief.quantities):
        raise Invalid(N_("The brief's quantities have changed. Open the quote again."))
    for line in offer.lines:
        if line.unit_price_minor <= 0 or line.lead_days <= 0 or line.freight_minor < 0:
            raise Invalid(N_("Each quantity needs a price and a lead time."))
    if offer.incoterm not in {term.code for term in INCOTERMS}:
        raise Invalid(incoterm=N_("Choose a delivery term."))
    if offer.deposit_percent not in DEPOSIT_PERCENT:
        raise Invalid(deposit_percent=N_("A deposit is from 10 to 100 percent."))
    for line in offer.lines:
        _must_be_chargeable(line.quantity, costs(offer, line).total, offer.deposit_percent, brief.currency)
    if not 0 <= offer.advance_percent <= MOST_ADVANCE:
        raise Invalid(advance_percent=N_("An advance is from 0 to 50 percent of the deposit."))
    if not SHORTEST_VALIDITY <= offer.valid_until - clock.now() + timedelta(minutes=1) <= LONGEST_VALIDITY:
        raise Invalid(valid_days=N_("A quote stays valid from 1 to 180 days."))
    open_fields = {blank.path for blank in assumptions.blanks(brief.category, brief.values)}
    if missing := open_fields - {path for path, text in offer.assumptions.items() if text}:
        wanted = N_("State what you assume here: the brief leaves it open.")
        raise Invalid(**{f"assume_{path}": wanted for path in missing})


def _must_be_chargeable(quantity: int, total: int, deposit_percent: int, currency: str) -> None:
    """Raises `Invalid` when a card can't be charged the deposit, or the balance after it: too little, or too much."""
    deposit = money.share(total, deposit_percent)
    least, most = money.smallest_charge(currency), money.LARGEST_CHARGE
    if deposit < least or 0 < total - deposit < least:
        words = N_(
            "At %(quantity)s pcs the deposit would be %(deposit)s and the balance %(balance)s. A card can't be charged "
            "less than %(least)s: choose another share, or a higher price.",
            **_amounts(quantity, deposit, total, currency),
            least=money.show(least, currency),
        )
        raise Invalid(deposit_percent=words)
    if max(deposit, total - deposit) > most:
        words = N_(
            "At %(quantity)s pcs the deposit would be %(deposit)s and the balance %(balance)s. One payment can't be "
            "more than %(most)s: choose another share, or quote fewer pieces.",
            **_amounts(quantity, deposit, total, currency),
            most=money.show(most, currency),
        )
        raise Invalid(deposit_percent=words)


def _amounts(quantity: int, deposit: int, total: int, currency: str) -> dict[str, str]:
    shown = {"deposit": money.show(deposit, currency), "balance": money.show(total - deposit, currency)}
    return {"quantity": str(quantity), **shown}


def _store(
    session: Session, brief: Brief, invitation: Invitation, offer: Offer, before: Quote | None, actor: Actor
) -> Quote:
    terms = {name: value for name, value in vars(offer).items() if name not in ("lines", "assumptions")}
    quote = Quote(
        invitation_id=invitation.id,
        revision=before.revision + 1 if before else 1,
        sent_by=actor.person_id,
        currency=brief.currency,
        assumptions=dict(offer.assumptions),
        **terms,
    )
    lines = [QuoteLine(quote_id=quote.id, **vars(line)) for line in offer.lines]
    if before is not None:
        earlier = session.exec(select(QuoteLine).where(QuoteLine.quote_id == before.id).order_by(QuoteLine.quantity))
        quote.changes = differences(statements(before, earlier), statements(quote, lines))
    session.add(quote)
    session.flush()
    session.add_all(lines)
    session.flush()
    return quote


def save_draft(session: Session, invitation: Invitation, typed: Mapping[str, str]) -> None:
    """Keep what a factory has typed so far, as typed. Raises `Gone` when it can't be sent any more."""
    still_open(session, invitation)
    if not may_quote(invitation.stage, Role.FACTORY):
        raise Gone(N_("This brief no longer takes quotes."))
    invitation.quote_draft = {name: str(text)[:LONGEST_TYPED] for name, text in typed.items()}


def withdraw(session: Session, invitation: Invitation, *, actor: Actor) -> None:
    """Take the quote back while nobody has chosen it; the factory may quote again."""
    advance(session, invitation, "withdraw_quote", actor=actor)


def expire(session: Session, invitation: Invitation, *, actor: Actor) -> None:
    """The quote's validity has ended; the factory may quote again."""
    advance(session, invitation, "expire_quote", actor=actor)


def may_quote(stage: InvitationStage | str, role: Role | None) -> bool:
    """Whether a factory may send a quote, or another revision, at this stage."""
    steps = Invitation.lifecycle
    return steps.allows("send_quote", stage, role) or steps.allows("revise_quote", stage, role)
