"""A brief's quotes side by side at one quantity: what a piece costs landed, when it is ready, on which terms."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, bindparam, func, select
from sqlmodel import col

from portal.accounts.models import Person
from portal.core import clock
from portal.core.actor import Actor
from portal.core.errors import NotFound
from portal.core.money import exponent, show
from portal.factories.models import Capability, Factory
from portal.factories.record import Record
from portal.factories.words import name_of
from portal.products.terms import DELIVERED
from portal.rates.queries import newest
from portal.sourcing.landed import Costs, costs
from portal.sourcing.lifecycle import BriefStage, InvitationStage
from portal.sourcing.models import Brief, Invitation, Question, Quote, QuoteLine

#: Days that a creator usually takes to pay the deposit; lead times run from it.
DEPOSIT_DAYS = 2

_I = InvitationStage
_BRIEF = select(
    Brief.id,
    Brief.number,
    Brief.stage,
    Brief.category,
    Brief.title,
    Brief.quantities,
    Brief.currency,
    Brief.target_cost_minor,
    Brief.needed_by,
    Brief.quotes_due_at,
    Brief.closes_at,
    Brief.version,
).where(Brief.id == bindparam("id"), Brief.creator_id == bindparam("creator_id"), Brief.stage != BriefStage.DRAFT)

_QUOTE = [c for c in Quote.__table__.c if c.key not in ("id", "created_at", "invitation_id")]
_INVITED = (
    select(
        Invitation.id,
        Invitation.stage,
        Invitation.version,
        Invitation.quote_due_at,
        Invitation.opened_at,
        Invitation.decline_reason,
        Invitation.decline_note,
        Invitation.nda_accepted_at,
        Person.name.label("nda_accepted_by"),
        Factory.name,
        Factory.name_zh,
        Factory.slug,
        Factory.city,
        Factory.province,
        Factory.place_zh,
        Factory.response_hours,
        Capability.orders_done,
        Capability.small_orders_done,
        Capability.shipped_orders,
        Capability.on_time_orders,
        Quote.id.label("quote_id"),
        Quote.created_at.label("sent_at"),
        *_QUOTE,
    )
    .join(Factory, Factory.id == Invitation.factory_id)
    .outerjoin(Capability, (Capability.factory_id == Factory.id) & (Capability.category == bindparam("category")))
    .outerjoin(Quote, Quote.id == Invitation.current_quote_id)
    .outerjoin(Person, Person.id == Invitation.nda_accepted_by)
    .where(Invitation.brief_id == bindparam("id"))
    .order_by(Invitation.id)
)
_LINES = (
    select(
        QuoteLine.quote_id,
        QuoteLine.quantity,
        QuoteLine.unit_price_minor,
        QuoteLine.freight_minor,
        QuoteLine.lead_days,
    )
    .join(Invitation, Invitation.current_quote_id == QuoteLine.quote_id)
    .where(Invitation.brief_id == bindparam("id"))
    .order_by(QuoteLine.quantity)
)
_UNANSWERED = (
    select(func.count())
    .select_from(Question)
    .where(Question.brief_id == bindparam("id"), col(Question.answered_at).is_(None))
)


@dataclass(frozen=True)
class Quoted:
    """A factory's newest quote at the chosen quantity. `row` has the quote's terms and the factory's facts."""

    row: Row[Any]
    line: Row[Any]
    costs: Costs
    curve: list[tuple[int, int]]  # quantity -> landed cost per piece, for every quantity of the brief
    ready: date  # when a deposit is paid in the usual time
    in_time: bool | None  # against the brief's date; None where it has none
    scale: float | None = 1.0  # minor units of the brief's currency for one of the quote's; None where no rate is known
    cheapest: bool = False
    fastest: bool = False

    @property
    def comparable(self) -> float | None:
        """The total in the brief's currency, about; None where no rate is known."""
        return None if self.scale is None else self.costs.total * self.scale

    @property
    def live(self) -> bool:
        """Whether it can be chosen now."""
        return self.row.stage == _I.QUOTED and self.row.valid_until > clock.now()

    @property
    def valid_for(self) -> timedelta:
        return max(self.row.valid_until - clock.now(), timedelta(0))

    @property
    def delivered(self) -> bool:
        """Whether the freight to the buyer's country is in the price."""
        return self.row.incoterm in DELIVERED

    @property
    def record(self) -> Record:
        return record_of(self.row)


@dataclass(frozen=True)
class Comparison:
    """A creator's brief with its quotes at `quantity` (open ones first, cheapest first), and who has not quoted."""

    brief: Row[Any]
    quantity: int
    quotes: list[Quoted]
    others: list[Row[Any]]
    unanswered: int

    @property
    def live(self) -> list[Quoted]:
        return [quoted for quoted in self.quotes if quoted.live]

    def of(self, invitation_id: UUID) -> Quoted:
        """The quote of one invited factory. Raises `NotFound`."""
        for quoted in self.quotes:
            if quoted.row.id == invitation_id:
                return quoted
        raise NotFound()

    @property
    def chart(self) -> list[dict[str, Any]]:
        """The open quotes for the picture: name, currency, parts per piece and their total, rounded as everywhere else,
        and whether it is the cheapest. Where they are in several currencies, the bars are in the brief's, and `own` is
        the amount that was quoted; a quote without a rate is left out."""
        taxed = any(quoted.costs.tax for quoted in self.live)
        return [
            {
                "name": name_of(quoted.row),
                "currency": self.brief.currency if quoted.scale != 1 else quoted.row.currency,
                "parts": [part * quoted.scale for part in quoted.costs.parts[: None if taxed else -1]],
                "total": round(quoted.costs.per_piece * quoted.scale),
                "best": quoted.cheapest,
                "own": show(quoted.costs.per_piece, quoted.row.currency) if quoted.scale != 1 else "",
            }
            for quoted in self.live
            if quoted.scale is not None
        ]

    @property
    def rateless(self) -> list[str]:
        """The currencies of open quotes that can't be put beside the others: nobody has entered a rate."""
        return sorted({quoted.row.currency for quoted in self.live if quoted.scale is None})

    @property
    def mixed_currencies(self) -> bool:
        """Whether the open quotes are in more than one currency."""
        return len({quoted.row.currency for quoted in self.live}) > 1

    @property
    def mixed_terms(self) -> bool:
        """Whether some live quotes hold the freight and some do not, so that their totals are not alike."""
        return len({quoted.delivered for quoted in self.live}) > 1

    @property
    def versions(self) -> tuple[Any, ...]:
        """What tells one state of the page from another."""
        seen = [(q.row.id, q.row.version, q.live, q.scale) for q in self.quotes] + [
            (o.id, o.version) for o in self.others
        ]
        return self.brief.version, self.quantity, self.unanswered, seen


def record_of(row: Any) -> Record:
    """The factory's record in the brief's category; all zero where it has none."""
    return Record(
        row.orders_done or 0,
        row.small_orders_done or 0,
        row.shipped_orders or 0,
        row.on_time_orders or 0,
        row.response_hours,
    )


def comparison(conn: Connection, actor: Actor, brief_id: UUID, quantity: int | None = None) -> Comparison:
    """The quotes on the actor's brief at `quantity`, or at its smallest. Raises `NotFound`."""
    brief = conn.execute(_BRIEF, {"id": brief_id, "creator_id": actor.person_id}).first()
    if brief is None:
        raise NotFound()
    chosen = quantity if quantity in brief.quantities else min(brief.quantities)
    invited = conn.execute(_INVITED, {"id": brief_id, "category": brief.category}).all()
    lines: dict[UUID, list[Any]] = defaultdict(list)
    for line in conn.execute(_LINES, {"id": brief_id}):
        lines[line.quote_id].append(line)
    quotes = _scaled(
        conn, brief.currency, [_quoted(brief, row, lines[row.quote_id], chosen) for row in invited if row.quote_id]
    )
    return Comparison(
        brief=brief,
        quantity=chosen,
        quotes=_ranked(quotes),
        others=[row for row in invited if not row.quote_id],
        unanswered=conn.execute(_UNANSWERED, {"id": brief_id}).scalar_one(),
    )


def _scaled(conn: Connection, currency: str, quotes: list[Quoted]) -> list[Quoted]:
    """The quotes with what their currencies are worth in another one, about: for the order and the bars alone."""
    foreign = {quoted.row.currency for quoted in quotes} - {currency}
    if not foreign:
        return quotes
    rates = newest(conn)
    scales: dict[str, float | None] = {currency: 1.0}
    for code in foreign:
        found = rates.between(code, currency)
        scales[code] = float(found[0].scaleb(exponent(currency) - exponent(code))) if found else None
    return [replace(quoted, scale=scales[quoted.row.currency]) for quoted in quotes]


def _quoted(brief: Row[Any], row: Row[Any], lines: Sequence[Any], quantity: int) -> Quoted:
    line = next(line for line in lines if line.quantity == quantity)
    ready = ready_on(clock.now(), line.lead_days)
    return Quoted(
        row=row,
        line=line,
        costs=costs(row, line),
        curve=[(each.quantity, costs(row, each).per_piece) for each in lines],
        ready=ready,
        in_time=None if brief.needed_by is None else ready <= brief.needed_by,
    )


def ready_on(moment: datetime, lead_days: int) -> date:
    """When the goods are ready if the order is placed at `moment` and the deposit paid in the usual time."""
    return (moment + timedelta(days=DEPOSIT_DAYS + lead_days)).date()


def _ranked(quotes: list[Quoted]) -> list[Quoted]:
    """Those that can be chosen first, then by landed cost, those that can't be compared last; the cheapest and the
    fastest of them marked."""
    live = [quoted for quoted in quotes if quoted.live]
    if len(live) > 1:
        cheapest = min((quoted.comparable for quoted in live if quoted.comparable is not None), default=None)
        fastest = min(quoted.line.lead_days for quoted in live)
        quotes = [
            replace(
                quoted,
                cheapest=quoted.live and cheapest is not None and quoted.comparable == cheapest,
                fastest=quoted.live and quoted.line.lead_days == fastest,
            )
            for quoted in quotes
        ]
    return sorted(
        quotes, key=lambda quoted: (not quoted.live, quoted.comparable is None, quoted.comparable or 0, quoted.row.id)
    )
