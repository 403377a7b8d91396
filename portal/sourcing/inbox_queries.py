"""What a factory sees of briefs: only those it was invited to, and of a confidential one little before the NDA.

Statements are built once; rows carry the columns that a page shows.
"""

from collections.abc import Sequence
from enum import StrEnum
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import (
    Connection,
    Row,
    Select,
    and_,
    any_,
    bindparam,
    case,
    func,
    literal_column,
    null,
    or_,
    select,
    tuple_,
)
from sqlmodel import col

from portal.accounts.models import Person
from portal.core.actor import Actor, Role
from portal.core.db import at_most, one_of
from portal.core.errors import NotFound
from portal.factories.models import Capability, Factory, PriceTier
from portal.sourcing.lifecycle import OPEN_STAGES, InvitationStage
from portal.sourcing.models import Brief, Invitation, Question, Quote, QuoteLine

_I = InvitationStage
PAGE = 20


class Tab(StrEnum):
    """The inbox's parts: still to be quoted, quoted, over."""

    OPEN = "open"
    QUOTED = "quoted"
    ENDED = "ended"


TAB_STAGES = {
    Tab.OPEN: (_I.INVITED, _I.LAPSED),
    Tab.QUOTED: (_I.QUOTED, _I.WITHDRAWN, _I.EXPIRED),
    Tab.ENDED: (_I.WON, _I.LOST, _I.DECLINED, _I.CLOSED),
}

_SEALED = and_(col(Brief.confidential), col(Invitation.nda_accepted_at).is_(None))


def _unless_sealed(column: Any) -> Any:
    return case((_SEALED, null()), else_=column).label(column.key)


_LISTED = (
    select(
        Invitation.id,
        Invitation.stage,
        Invitation.quote_due_at,
        Invitation.quote_valid_until,
        Invitation.opened_at,
        Invitation.version,
        Brief.id.label("brief_id"),
        Brief.number,
        Brief.category,
        Brief.quantities,
        Brief.needed_by,
        Brief.ship_country,
        Brief.stage.label("brief_stage"),
        _unless_sealed(Brief.title),
        _SEALED.label("sealed"),
    )
    .join(Brief, Brief.id == Invitation.brief_id)
    .where(Invitation.factory_id == bindparam("factory_id"))
    .limit(at_most(PAGE + 1))
)


def _listing(tab: Tab, later: bool) -> Select[Any]:
    """Nearest deadline first; what is over, newest first. `later`: from behind the invitation `after` on."""
    statement = _LISTED.where(one_of(Invitation.stage, *TAB_STAGES[tab]))
    if tab == Tab.ENDED:
        statement = statement.order_by(Invitation.id.desc())
        return statement.where(Invitation.id < bindparam("after")) if later else statement
    due = Invitation.quote_due_at if tab == Tab.OPEN else Invitation.quote_valid_until
    statement = statement.order_by(due, Invitation.id)
    if not later:
        return statement
    here = Invitation.__table__.alias("here")
    last = select(here.c[due.key], here.c.id).where(here.c.id == bindparam("after"))
    return statement.where(tuple_(due, Invitation.id) > last.scalar_subquery())


_LISTINGS = {(tab, later): _listing(tab, later) for tab in Tab for later in (False, True)}

_COUNTS = (
    select(Invitation.stage, func.count().label("n"))
    .where(Invitation.factory_id == bindparam("factory_id"))
    .where(one_of(Invitation.stage, *TAB_STAGES[Tab.OPEN], *TAB_STAGES[Tab.QUOTED]))
    .group_by(Invitation.stage)
)


class Page(NamedTuple):
    """Rows of one page, and the id after which the next begins (None on the last)."""

    rows: Sequence[Row[Any]]
    after: UUID | None


def inbox(conn: Connection, actor: Actor, tab: Tab, after: UUID | None = None) -> Page:
    """A page of the actor's factory's invitations."""
    values = {"factory_id": actor.factory_id} | ({"after": after} if after else {})
    rows = conn.execute(_LISTINGS[tab, after is not None], values).all()
    return Page(rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None)


def counts(conn: Connection, actor: Actor) -> dict[Tab, int | None]:
    """How many wait in each tab; what is over is not counted."""
    found = {row.stage: row.n for row in conn.execute(_COUNTS, {"factory_id": actor.factory_id})}
    counted = {tab: sum(found.get(stage, 0) for stage in TAB_STAGES[tab]) for tab in (Tab.OPEN, Tab.QUOTED)}
    return {**counted, Tab.ENDED: None}


_ONE = (
    select(
        *(c for c in Invitation.__table__.c if c.key not in ("score", "reasons", "created_at")),
        Brief.number,
        Brief.category,
        Brief.quantities,
        Brief.currency,
        Brief.target_cost_minor,
        Brief.needed_by,
        Brief.ship_country,
        Brief.ship_region,
        Brief.ship_city,
        Brief.confidential,
        Brief.closes_at,
        Brief.stage.label("brief_stage"),
        *(_unless_sealed(c) for c in (Brief.title, Brief.description, Brief.values)),
        _SEALED.label("sealed"),
        Person.name.label("creator_name"),
        # Only whoever has made it before may see that order: a repeat is sent to them first, others may be asked later.
        case((col(Invitation.factory_id) == any_(col(Brief.shortlist)), col(Brief.repeats_id))).label("repeats_id"),
    )
    .join(Brief, Brief.id == Invitation.brief_id)
    .join(Person, Person.id == Brief.creator_id)
    .where(Invitation.id == bindparam("id"), Invitation.factory_id == bindparam("factory_id"))
)


def invitation(conn: Connection, actor: Actor, ident: UUID) -> Row[Any]:
    """One invitation of the actor's factory with its brief. Raises `NotFound`."""
    row = conn.execute(_ONE, {"id": ident, "factory_id": actor.factory_id}).first()
    if row is None:
        raise NotFound()
    return row


_HEARD = (
    select(Question.id, Question.text, Question.answer, Question.answered_at, Question.to_all, Question.created_at)
    .add_columns((Question.invitation_id == bindparam("invitation_id")).label("own"))
    .where(Question.brief_id == bindparam("brief_id"))
    .where(
        or_(
            Question.invitation_id == bindparam("invitation_id"),
            and_(col(Question.to_all), col(Question.answered_at).is_not(None)),
        )
    )
    .order_by(Question.id.desc())
)


def questions(conn: Connection, invited: Row[Any]) -> Sequence[Row[Any]]:
    """The factory's own questions and what the creator answered to all, newest first; never who else asked."""
    return conn.execute(_HEARD, {"invitation_id": invited.id, "brief_id": invited.brief_id}).all()


def answered(conn: Connection, brief_id: UUID, invitation_id: UUID) -> list[Row[Any]]:
    """What an invited factory has been answered, its own questions and those to all, in the order of asking."""
    heard = conn.execute(_HEARD, {"invitation_id": invitation_id, "brief_id": brief_id})
    return [row for row in reversed(heard.all()) if row.answered_at]


_REVISIONS = (
    select(Quote, Person.name.label("sender"))
    .join(Person, Person.id == Quote.sent_by)
    .where(Quote.invitation_id == bindparam("invitation_id"))
    .order_by(Quote.revision.desc())
)
_REVISION_LINES = (
    select(QuoteLine)
    .join(Quote, Quote.id == QuoteLine.quote_id)
    .where(Quote.invitation_id == bindparam("invitation_id"))
    .order_by(QuoteLine.quantity)
)


def revisions(conn: Connection, invitation_id: UUID) -> list[tuple[Row[Any], list[Row[Any]]]]:
    """Every revision of an invitation's quote, newest first, each with its lines. For who may see the invitation."""
    found = conn.execute(_REVISIONS, {"invitation_id": invitation_id}).all()
    lines = conn.execute(_REVISION_LINES, {"invitation_id": invitation_id}).all() if found else []
    return [(quote, [line for line in lines if line.quote_id == quote.id]) for quote in found]


_OWN_PRICES = (
    select(PriceTier.currency, PriceTier.min_quantity, PriceTier.unit_price_minor, PriceTier.lead_days)
    .where(PriceTier.factory_id == bindparam("factory_id"), PriceTier.category == bindparam("category"))
    .order_by(PriceTier.min_quantity)
)
_OWN_TERMS = select(Factory.currency, Factory.deposit_percent, Factory.incoterm, Factory.incoterm_place).where(
    Factory.id == bindparam("factory_id")
)
_OWN_FEES = select(
    Capability.lead_days,
    Capability.tooling_fee_minor,
    Capability.plate_fee_minor,
    Capability.sample_fee_minor,
    Capability.sample_days,
).where(Capability.factory_id == bindparam("factory_id"), Capability.category == bindparam("category"))


class OwnPrices(NamedTuple):
    """What a factory has said of itself in one category; `capability` None where it has said nothing."""

    factory: Row[Any]
    capability: Row[Any] | None
    tiers: Sequence[Row[Any]]


def own_prices(conn: Connection, invited: Row[Any]) -> OwnPrices:
    values = {"factory_id": invited.factory_id, "category": invited.category}
    return OwnPrices(
        conn.execute(_OWN_TERMS, values).one(),
        conn.execute(_OWN_FEES, values).first(),
        conn.execute(_OWN_PRICES, values).all(),
    )


_SEES_ARTWORK: Select[Any] = (
    select(literal_column("1"))
    .select_from(Invitation.__table__.join(Brief.__table__, Brief.id == Invitation.brief_id))
    .where(Invitation.brief_id == bindparam("brief_id"), Invitation.factory_id == bindparam("factory_id"))
    .where(~_SEALED, one_of(Invitation.stage, *OPEN_STAGES, _I.WON))
)


def sees_artwork(conn: Connection, actor: Actor, brief_id: UUID) -> bool:
    """Whether a factory may see a brief's artwork: it is still in or has won, and accepted any NDA."""
    if actor.role != Role.FACTORY or actor.factory_id is None:
        return False
    values = {"brief_id": brief_id, "factory_id": actor.factory_id}
    return conn.execute(_SEES_ARTWORK, values).first() is not None


def may_ask(stage: InvitationStage, role: Role | None) -> bool:
    return Invitation.lifecycle.allows("ask", stage, role)
