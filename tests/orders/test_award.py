"""Choosing a quote: what is frozen, who hears, what is refused; and that exactly one wins, whoever else asks."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from uuid import UUID

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlmodel import Session, select

from portal.core import clock
from portal.core.clock import now
from portal.core.db import lock, new_id, transaction
from portal.core.deadlines import Deadline
from portal.core.errors import Gone, Invalid, NotFound, PortalError
from portal.core.events import Event
from portal.orders import operations, terms
from portal.orders.lifecycle import OrderStage
from portal.orders.models import Order
from portal.sourcing import invitation_operations, quote_operations
from portal.sourcing.lifecycle import BriefStage, InvitationStage
from portal.sourcing.models import Brief, Invitation
from tests import make
from tests.deals import Deal, deal, offer, quoted
from tests.orders.placing import placed


def heard(session: Session) -> list[str]:
    return [event.name for event in session.exec(select(Event).order_by(Event.id))]


def test_an_order_is_made_of_the_quote(session: Session):
    made = deal(session)
    quote = quoted(session, made, price=500, tooling_minor=9000, sample_minor=1000, deposit_percent=40)
    order = placed(session, made, quantity=300)
    assert (order.stage, order.quantity, order.unit_price_minor) == (OrderStage.AWAITING_DEPOSIT, 300, 500)
    assert (order.total_minor, order.deposit_minor, order.balance_minor) == (160000, 64000, 96000)
    assert (order.quote_id, order.factory_id) == (quote.id, made.factories[0].factory_id)
    assert order.number >= 2001
    assert order.deposit_due_at - now() > timedelta(days=6, hours=23)
    assert order.ship_by is None


def test_brief_and_invitations_follow(session: Session):
    made = deal(session, factories=3)
    quoted(session, made, 0)
    quoted(session, made, 1)
    invitation_operations.decline(session, made.invitations[2], "price", actor=made.factories[2])
    placed(session, made, 1)
    stages = [session.get_one(Invitation, i.id).stage for i in made.invitations]
    assert stages == [InvitationStage.LOST, InvitationStage.WON, InvitationStage.DECLINED]
    assert made.brief.stage == BriefStage.AWARDED
    names = heard(session)[-4:]
    assert sorted(names) == ["brief_awarded", "order_placed", "quote_lost", "quote_won"]
    left = {d.step for d in session.exec(select(Deadline).where(Deadline.subject != "order"))}
    assert left == set(), "nothing of the brief is awaited any more"


def test_the_terms_are_frozen_with_their_fingerprint(session: Session):
    made = deal(session)
    quoted(session, made, note="含一次打样。")
    order = placed(session, made)
    kept = order.terms
    assert kept["version"] == terms.VERSION
    assert kept["quote"]["revision"] == 1
    assert kept["quote"]["note"] == "含一次打样。"
    assert kept["line"] == {"quantity": 100, "unit_price_minor": 500, "freight_minor": 0, "lead_days": 25}
    assert kept["brief"]["values"] == made.brief.values
    assert kept["assumptions"]["pose"] == "sitting"
    assert kept["creator"]["email"] == made.buyer.email
    assert kept["factory"]["name"] == "Works 0"
    assert kept["amounts"]["deposit_minor"] + kept["amounts"]["balance_minor"] == order.total_minor
    assert order.terms_hash == terms.digest(kept)
    session.flush()
    session.expire(order)
    assert terms.digest(order.terms) == order.terms_hash, "the fingerprint survives the database"


def test_the_terms_keep_what_the_factory_was_answered(session: Session):
    """Its own questions and what all were told, in the order of asking: no other's, and none that waits."""
    made = deal(session, factories=2)
    asked = [
        ("Zipper colour?", "Black", 0, False), ("Which pose?", "Sitting", 1, True), ("A gift box?", "No", 1, False),
    ]  # fmt: skip
    for text, answer, place, to_all in asked:
        question = invitation_operations.ask(session, made.invitations[place], text, actor=made.factories[place])
        session.flush()
        invitation_operations.answer(session, made.brief, question.id, answer, to_all=to_all, actor=made.creator)
    invitation_operations.ask(session, made.invitations[0], "And the label?", actor=made.factories[0])
    quoted(session, made)
    order = placed(session, made)
    assert order.terms["answers"] == [
        {"question": "Zipper colour?", "answer": "Black"},
        {"question": "Which pose?", "answer": "Sitting"},
    ]


@pytest.mark.parametrize(
    "change",
    ["terms = '{}'", "unit_price_minor = 1", "total_minor = 1 + balance_minor, deposit_minor = 1", "currency = 'JPY'"],
)
def test_frozen_terms_never_change(session: Session, change: str):
    made = deal(session)
    quoted(session, made)
    placed(session, made)
    with pytest.raises(sa.exc.DatabaseError, match="frozen"), session.begin_nested():
        session.execute(sa.text(f"update purchase_order set {change}"))


def _withdrawn(session: Session, made: Deal) -> None:
    quote_operations.withdraw(session, made.invitations[0], actor=made.factories[0])


def _revised(session: Session, made: Deal) -> None:
    quoted(session, made, price=450)


def _awarded(session: Session, made: Deal) -> None:
    quoted(session, made, 1)
    placed(session, made, 1)


def _expired(session: Session, made: Deal) -> None:
    from portal.core.actor import CLOCK

    quote_operations.expire(session, made.invitations[0], actor=CLOCK)


@pytest.mark.parametrize("meanwhile", [_withdrawn, _revised, _awarded, _expired])
def test_a_quote_that_changed_meanwhile_cannot_be_chosen(session: Session, meanwhile: Callable[[Session, Deal], None]):
    made = deal(session)
    quote = quoted(session, made)
    meanwhile(session, made)
    with pytest.raises(Gone):
        operations.award(session, made.brief.id, quote.id, 100, actor=made.creator)


def test_a_quote_past_its_date_cannot_be_chosen_even_before_the_clock_says_so(session: Session):
    made = deal(session)
    quote = quoted(session, made, valid_until=now() + timedelta(days=2))
    with clock.at(now() + timedelta(days=3)), pytest.raises(Gone):
        operations.award(session, made.brief.id, quote.id, 100, actor=made.creator)


def test_only_a_quoted_quantity_of_ones_own_brief(session: Session):
    made, other = deal(session), deal(session)
    quote, foreign = quoted(session, made), quoted(session, other)
    with pytest.raises(Invalid):
        operations.award(session, made.brief.id, quote.id, 150, actor=made.creator)
    for actor in (other.creator, made.factories[0]):
        with pytest.raises(NotFound):
            operations.award(session, made.brief.id, quote.id, 100, actor=actor)
    for ident in (foreign.id, new_id()):
        with pytest.raises(Gone):
            operations.award(session, made.brief.id, ident, 100, actor=made.creator)


# --- Races: real threads, real transactions ------------------------------------------------------


def _at_once(app: Flask, calls: list[Callable[[], object]]) -> list[object]:
    """Run every call in a thread of its own, all released together; results, or the `PortalError` raised."""
    barrier = Barrier(len(calls))

    def run(call: Callable[[], object]) -> object:
        with app.app_context():
            barrier.wait()
            try:
                return call()
            except PortalError as error:
                return error

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def _award(made: Deal, quote_id: UUID) -> Callable[[], object]:
    def call() -> object:
        with transaction() as session:
            return operations.award(session, made.brief.id, quote_id, 100, actor=made.creator).id

    return call


def _committed(factories: int) -> tuple[Deal, list[UUID]]:
    with transaction() as session:
        made = deal(session, factories=factories)
        ids = [quoted(session, made, which).id for which in range(factories)]
    return made, ids


def _one_order(made: Deal, results: list[object]) -> None:
    won = [result for result in results if isinstance(result, UUID)]
    assert len(won) == 1, results
    assert all(isinstance(result, Gone) for result in results if result not in won), results
    with transaction() as session:
        assert session.exec(select(Order.id)).all() == won
        stages = [session.get_one(Invitation, i.id).stage for i in made.invitations]
        assert stages.count(InvitationStage.WON) == 1
        assert heard(session).count("order_placed") == 1


def test_fifty_at_once_choose_fifty_quotes_and_one_wins(app: Flask, clean: None):
    made, quotes = _committed(50)
    results = _at_once(app, [_award(made, ident) for ident in quotes])
    _one_order(made, results)
    with transaction() as session:
        lost = [session.get_one(Invitation, i.id).stage for i in made.invitations].count(InvitationStage.LOST)
        assert lost == 49


def test_twenty_tabs_choose_the_same_quote(app: Flask, clean: None):
    made, [quote] = _committed(1)
    _one_order(made, _at_once(app, [_award(made, quote)] * 20))


def test_award_against_withdrawal_revision_expiry_and_the_clock(app: Flask, clean: None):
    """However they interleave: an order of a standing quote, or none; never a deadlock, never both."""
    for _round in range(6):
        made, [first, second] = _committed(2)

        def withdraw(made: Deal = made) -> object:
            with transaction() as session:
                invitation = invitation_operations.own(session, made.invitations[0].id, made.factories[0])
                return quote_operations.withdraw(session, invitation, actor=made.factories[0])

        def revise(made: Deal = made) -> object:
            with transaction() as session:
                invitation = invitation_operations.own(session, made.invitations[1].id, made.factories[1])
                return quote_operations.send(session, invitation, offer(made.brief, 400), actor=made.factories[1]).id

        def end(made: Deal = made) -> object:
            from portal.core.actor import CLOCK

            with transaction() as session:
                brief = lock(session, Brief, made.brief.id, wait=False)
                return invitation_operations.expire_brief(session, brief, actor=CLOCK)

        def ask(made: Deal = made) -> object:
            with transaction() as session:
                invitation = invitation_operations.own(session, made.invitations[1].id, made.factories[1])
                return invitation_operations.ask(session, invitation, "Which filling?", actor=made.factories[1]).id

        calls = [withdraw, _award(made, first), revise, _award(made, second), end, ask]
        _at_once(app, calls)
        with transaction() as session:
            orders = session.exec(select(Order).where(Order.brief_id == made.brief.id)).all()
            stage = session.get_one(Brief, made.brief.id).stage
            won = [i for i in made.invitations if session.get_one(Invitation, i.id).stage == InvitationStage.WON]
        assert len(orders) == len(won) == (stage == BriefStage.AWARDED)
        if orders:
            assert orders[0].quote_id in (first, second)


def test_make_order_has_real_terms(session: Session):
    """What other features' tests stand on: the short way to an order gives terms of the same shape."""
    buyer = make.person(session)
    brief = make.brief(session, buyer)
    factory = make.factory(session)
    invitation = make.invitation(session, brief, factory)
    quote = make.quote(session, invitation, make.member(session, factory), {100: 500, 300: 450})
    short = make.order(session, invitation, quote, brief)
    made = deal(session)
    quoted(session, made)
    assert short.terms.keys() == placed(session, made).terms.keys()
    assert short.terms["amounts"]["total_minor"] == short.total_minor
