"""A small whole world for the walk over every route: two of each who must not see each other's things.

`Ada` buys from `Wang`'s factory; `Bob` and `Chen`'s factory have nothing to do with it. `values` says what may stand
for each argument of a route: Ada's or Wang's wherever it is somebody's.
"""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlmodel import Session

from portal.accounts import sign_ins
from portal.accounts.models import Person, SignIn, TeamInvitation, TeamRole
from portal.core import clock
from portal.core.actor import Actor, Role
from portal.core.db import new_id
from portal.designs.lifecycle import FileStage
from portal.designs.models import Artwork, ArtworkFile
from portal.factories.models import Certificate, CertificateKind, Factory
from portal.mail.models import Email
from portal.messages import operations as messages
from portal.orders.lifecycle import OrderStage
from portal.orders.models import Inspection, Order, Parcel
from portal.payments import ledger
from portal.payments.accounts import Movement
from portal.payments.disputes.lifecycle import DisputeStage
from portal.payments.disputes.models import Dispute
from portal.payments.models import LedgerTransaction
from portal.payments.payouts.models import PayoutBatch
from portal.sourcing.lifecycle import BriefStage
from portal.sourcing.models import Question
from tests import deals, make, photographs
from tests.orders.stages import at_stage


@dataclass
class World:
    """`people` by their part in it (None: nobody has signed in); `values` by the name of a route's argument."""

    people: dict[str, Person | None] = field(default_factory=lambda: {"visitor": None})
    values: dict[str, list[Any]] = field(default_factory=dict)


#: Arguments that name a thing of Ada's or of Wang's factory: nobody else may see or touch it.
PRIVATE = frozenset(
    [
        "artwork_id",
        "brief_id",
        "dispute_id",
        "file_id",
        "ident",
        "invitation_id",
        "order_id",
        "parcel_id",
        "person_id",
        "message_id",
        "photo_id",
        "question_id",
        "refund_id",
        "email_id",
        "sign_in_id",
    ]
)
#: Stages at which somebody has a page to act on; there is an order at each.
_AT = (
    OrderStage.SAMPLING, OrderStage.SAMPLE_REVIEW, OrderStage.PRODUCTION, OrderStage.INSPECTION, OrderStage.REWORK,
    OrderStage.CONCESSION, OrderStage.READY_TO_SHIP, OrderStage.SHIPPED, OrderStage.DELIVERED, OrderStage.DISPUTED,
)  # fmt: skip
STRANGERS = ("visitor", "other_creator", "other_factory")


def build(session: Session) -> World:
    """Make the world; the caller commits."""
    world = World()
    ours, theirs = (make.factory(session, "printed_goods") for _factory in range(2))
    ada, bob = make.person(session, name="Ada"), make.person(session, name="Bob")
    wang, chen = make.member(session, ours, name="Wang"), make.member(session, theirs, name="Chen")
    colleague = make.member(session, ours, TeamRole.MEMBER, name="Li")
    operator = make.person(session, Role.OPERATOR, name="Olga")
    world.people |= {"creator": ada, "other_creator": bob, "factory": wang, "other_factory": chen, "operator": operator}

    draft = make.brief(session, ada, "printed_goods", stage=BriefStage.DRAFT, submitted_at=None)
    briefs, invitations = [draft], []
    for _what in ("asked", "quoted", "awarded"):
        briefs.append(brief := make.brief(session, ada, "printed_goods"))
        invitations.append(invitation := make.invitation(session, brief, ours))
    for invitation in invitations[1:]:
        quote = make.quote(session, invitation, wang, {100: 500, 300: 450})
    order = make.order(session, invitation, quote, brief)
    at = {stage: _order_at(session, ada, wang, ours, stage) for stage in _AT}
    asked = {"brief_id": briefs[1].id, "invitation_id": invitations[0].id, "asked_by": wang.id}
    question = _add(session, Question(text="Which blue?", **asked))
    artwork, file = _artwork(session, draft.id)
    paper = _add(session, Certificate(factory_id=ours.id, kind=CertificateKind.ISO9001, title="ISO 9001"))
    world.values = {
        "artwork_id": [artwork.id],
        "batch_id": [_batch(session, operator)],
        "break_id": [new_id()],
        "brief_id": [brief.id for brief in briefs],
        "code": ["printed_goods"],
        "correction_id": [new_id()],
        "currency": ["USD", "CNY"],
        "dispute_id": [_dispute(session, order, stage) for stage in (DisputeStage.OPENED, DisputeStage.LOST)],
        "email_id": [_email(session, ada).id],
        "factory_id": [ours.id],
        "file_id": [file.id],
        "ident": [paper.id],
        "inspection_id": [_first(session, Inspection, at[OrderStage.REWORK])],
        "invitation_id": [*(one.id for one in invitations), _invited(session, ours.id, wang.id).id],
        "kind": ["creator", "factory"],
        "message_id": [_message(session, invitation.id, make.actor(ada))],
        "number": ["XD-1"],
        "order_id": [order.id, *at.values()],
        "paper": ["packing_list"],
        "parcel_id": [_first(session, Parcel, at[OrderStage.SHIPPED])],
        "person_id": [colleague.id],
        "photo_id": [UUID(photographs.ready(session, "order", order.id, make.actor(wang, ours)))],
        "question_id": [question.id],
        "refund_id": [new_id()],
        "reversal_id": [new_id()],
        "transfer_id": [new_id()],
        "revision": ["A"],
        "place": [0],
        "sample_round": [1],
        "sign_in_id": [_signed_in(session, person) for person in (ada, wang)],
        "slug": [ours.slug],
        "step": ["basics", "verify"],
        "token": ["nonsense"],
        "transaction_id": [_booked(session, order.id)],
    }
    return world


def _order_at(session: Session, ada: Person, wang: Person, ours: Factory, stage: OrderStage) -> UUID:
    """An order of Ada's with Wang's factory that stands at `stage`, with what stands behind it."""
    brief = make.brief(session, ada, values=deals.VALUES)
    _artwork(session, brief.id)
    invitation = make.invitation(session, brief, ours)
    made = deals.Deal(make.actor(ada), ada, brief, [make.actor(wang, ours)], [wang], [invitation])
    deals.quoted(session, made)
    return at_stage(session, stage, made).id


def _dispute(session: Session, order: Order, stage: DisputeStage) -> UUID:
    row = Dispute(
        order_id=order.id,
        brief_id=order.brief_id,
        factory_id=order.factory_id,
        payment_id="pi_1",
        stripe_id=f"du_{stage}",
        stage=stage,
        status="needs_response" if stage == DisputeStage.OPENED else "lost",
        reason="fraudulent",
        amount_minor=100,
        taken_minor=100,
        currency="USD",
        began_at=clock.now(),
    )
    return _add(session, row).id


def _first(session: Session, model: Any, order_id: UUID) -> Any:
    return session.scalars(select(model.id).where(model.order_id == order_id).order_by(model.id)).first()


def _booked(session: Session, order_id: UUID) -> UUID:
    amounts = {"amount_minor": 5_000, "currency": "USD", "order_id": order_id}
    ledger.post(session, Movement.LEG_PAID, source="payment:pi_world", **amounts)
    return session.scalars(select(LedgerTransaction.id)).one()


def _add(session: Session, row: Any) -> Any:
    session.add(row)
    session.flush()
    return row


def _batch(session: Session, operator: Person) -> UUID:
    return _add(session, PayoutBatch(currency="USD", total_minor=1, prepared_by=operator.id)).id


def _message(session: Session, invitation_id: UUID, actor: Actor) -> UUID:
    return messages.send(session, invitation_id, actor=actor, text="Which pink?", photo_ids=[]).id


def _artwork(session: Session, brief_id: UUID) -> tuple[Artwork, ArtworkFile]:
    artwork = _add(session, Artwork(brief_id=brief_id, position=1, label="Logo"))
    ready = {"stage": FileStage.READY, "revision": 1, "sha256": "0" * 64, "kind": "png"}
    row = ArtworkFile(brief_id=brief_id, artwork_id=artwork.id, name="logo.png", size=10, **ready)
    return artwork, _add(session, row)


def _signed_in(session: Session, person: Person) -> UUID:
    sign_ins.begin(session, person, "")
    session.flush()
    return session.scalars(select(SignIn.id).where(SignIn.person_id == person.id)).one()


def _email(session: Session, person: Person) -> Email:
    words = {"subject": "Hello", "body_text": "Hello", "body_html": "<p>Hello</p>"}
    row = Email(person_id=person.id, template="x", recipient=person.email, locale="en", **words)
    return _add(session, row)


def _invited(session: Session, factory_id: UUID, by: UUID) -> TeamInvitation:
    expires_at = clock.now() + clock.days(7)
    row = TeamInvitation(
        factory_id=factory_id, email="x@example.com", token_hash="0" * 64, invited_by=by, expires_at=expires_at
    )
    return _add(session, row)
