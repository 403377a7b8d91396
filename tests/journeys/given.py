"""What stories take as given, made through the portal's own operations: a cast, quoted briefs, orders."""

from dataclasses import dataclass
from uuid import UUID

from flask import current_app
from flask_security import hash_password
from sqlmodel import Session, select

from portal.core.actor import Actor, Role
from portal.core.db import lock, transaction
from portal.core.web import absolute
from portal.factories import standing
from portal.factories.places import find_city
from portal.orders import operations as orders
from portal.orders.models import Order as OrderRow
from portal.payments import calls
from portal.payments.gateway import connect
from portal.payments.models import CheckoutSession, LegKind
from portal.payments.operations import PaymentPage
from portal.products import categories, category
from portal.products.base import Dimension
from portal.specs import operations as specs
from portal.specs.models import SpecRevision
from sandbox.demo.browser import pay_by_card
from tests import deals, make
from tests.journeys.goods import Goods
from tests.journeys.people import PASSWORD
from tests.journeys.stage import Stage

OPERATOR = "operator@example.com"
_FIRMS = (
    ("Tidewater Works", "潮汐制造", "Ningbo"),
    ("Old Bridge", "老桥工艺", "Yangzhou"),
    ("Red Kiln", "红窑制品", "Dongguan"),
)
_SIDES = {
    "goods": Dimension.GOODS,
    "processes": Dimension.PROCESS,
    "materials": Dimension.MATERIAL,
    "certificates": Dimension.CERTIFICATE,
    "markets": Dimension.MARKET,
}


def merchandiser(category_code: str, number: int) -> str:
    """The email address of the one who answers for a category's factory."""
    return f"{category_code}{number}@example.com"


def factory_name(category_code: str, number: int) -> str:
    """The factory's English name."""
    return f"{_FIRMS[number][0]} ({category_code})"


def factory_names(category_code: str) -> list[str]:
    """Of all three that can make everything of the category."""
    return [factory_name(category_code, number) for number in range(len(_FIRMS))]


def cast(stage: Stage) -> None:
    """An operator, and for each category verified factories that can make everything of it."""
    with stage.portal.app_context(), transaction() as session:
        secret = hash_password(PASSWORD)
        make.person(session, Role.OPERATOR, email=OPERATOR, name="Wen", password=secret)
        for code in categories():
            for number in range(len(_FIRMS)):
                _factory(session, code, number, secret)


def _factory(session: Session, code: str, number: int, secret: str) -> None:
    _name, name_zh, city = _FIRMS[number]
    place = find_city(city)
    assert place
    factory = make.factory(
        session,
        code,
        name=factory_name(code, number),
        name_zh=name_zh,
        city=city,
        place_zh=place.place_zh,
        latitude=place.latitude,
        longitude=place.longitude,
        incoterm_place="Ningbo",
        capability={side: sorted(category(code).vocabulary(dimension)) for side, dimension in _SIDES.items()},
    )
    make.member(session, factory, email=merchandiser(code, number), name="王丽娟", password=secret)
    standing.refresh(session, factory.id)


@dataclass(frozen=True)
class QuotedBrief:
    """A plush brief on which every one of `factories` (their people's addresses) has quoted 100 and 300 pieces."""

    id: UUID
    creator: str
    factories: list[str]
    quotes: list[UUID]


def quoted_brief(stage: Stage, creator: str, factories: int = 2) -> QuotedBrief:
    """Somebody new, `creator`, holds quotes of new factories."""
    with stage.portal.app_context(), transaction() as session:
        secret = hash_password(PASSWORD)
        made = deals.deal(session, factories)
        made.buyer.email, made.buyer.password = creator, secret
        for worker in made.workers:
            worker.password = secret
        quotes = [deals.quoted(session, made, which, price=500 + 10 * which).id for which in range(factories)]
        return QuotedBrief(made.brief.id, creator, [worker.email for worker in made.workers], quotes)


@dataclass(frozen=True)
class Order:
    """An order that waits for its deposit of 150.00 dollars."""

    id: UUID
    path: str
    creator: str
    factory: str


def order(stage: Stage, creator: str) -> Order:
    """Somebody new, `creator`, has ordered 100 pieces."""
    brief = quoted_brief(stage, creator, factories=1)
    with stage.portal.app_context(), transaction() as session:
        buyer = session.get_one(deals.Brief, brief.id).creator_id
        actor = make.actor(session.get_one(make.Person, buyer))
        made = orders.award(session, brief.id, brief.quotes[0], 100, actor=actor)
        return Order(made.id, f"/orders/{made.id}", creator, brief.factories[0])


@dataclass(frozen=True)
class Making(Order):
    """An order of 100 pieces whose deposit is paid, and whose spec the factory is to make samples by."""

    buyer: Actor
    worker: Actor


def paid_order(stage: Stage, goods: Goods, **terms: int) -> Making:
    """Somebody new has ordered these goods and paid the deposit; the spec is being frozen. `terms` as of a quote; one
    round of samples is included, a further one costs 30.00 dollars."""
    with stage.portal.app_context():
        with transaction() as session:
            secret = hash_password(PASSWORD)
            made = deals.deal(session, 1, category=goods.category, values=goods.spec, title=goods.title)
            made.buyer.email, made.buyer.password = f"buyer.{made.brief.number}@example.com", secret
            made.workers[0].password = secret
            quote = deals.quoted(session, made, sample_rounds=1, extra_sample_minor=3000, **terms)
            order = orders.award(session, made.brief.id, quote.id, 100, actor=made.creator)
            addresses = made.buyer.email, made.workers[0].email
        _pay_deposit(order.id, made.creator)
    sides = made.creator, made.factories[0]
    return Making(order.id, f"/orders/{order.id}", *addresses, *sides)


def _pay_deposit(order_id: UUID, creator: Actor) -> None:
    gateway = connect(current_app.extensions["settings"])
    home = absolute("orders.order", order_id=order_id)
    page = PaymentPage("Deposit", "Deposit", creator.email, "en", home, home)
    pay_by_card(calls.payment_page(gateway, order_id, LegKind.DEPOSIT, page, actor=creator))
    with transaction() as session:
        checkout = session.exec(select(CheckoutSession.id).where(CheckoutSession.order_id == order_id)).one()
    calls.check(gateway, checkout)


def accept_spec(stage: Stage, made: Making) -> None:
    """Both sides accept the spec, which has been frozen."""
    for actor in (made.worker, made.buyer):
        with stage.portal.app_context(), transaction() as session:
            spec = session.exec(select(SpecRevision).where(SpecRevision.order_id == made.id)).one()
            order = lock(session, OrderRow, made.id)
            specs.accept(session, order, revision=spec.revision, pdf_sha256=spec.pdf_sha256, actor=actor)
