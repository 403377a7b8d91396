"""The demo's factories, their members and their price tiers, out of `clusters.py`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from sqlmodel import Session
from stdnum.cn import uscc

from portal.accounts.models import Membership, Person, TeamRole
from portal.accounts.operations import add_person
from portal.core.actor import Actor, Role
from portal.core.clock import now
from portal.factories import operations, standing
from portal.factories.models import CertificateKind, Factory
from portal.factories.places import CITIES
from portal.products.base import Dimension, Words
from portal.products.registry import category
from sandbox.demo.clusters import CLUSTERS, Cluster

YUAN_PER_DOLLAR = 7.1  # of the demo's price lists only
#: what 30, 100, 300, 1000 and 3000 pieces cost against the price at 100
_TIERS = ((30, 1.34), (100, 1.0), (300, 0.86), (1000, 0.74), (3000, 0.66))
_FAMILY = "王李张刘陈杨黄赵周吴徐孙胡朱高林何郭马罗"
_GIVEN = (
    "丽娟",
    "建国",
    "晓燕",
    "志强",
    "敏",
    "海燕",
    "伟",
    "秀英",
    "鹏",
    "婷婷",
    "国栋",
    "雪梅",
    "军",
    "小红",
    "俊杰",
)
_PAPERS = {"iso_9001": CertificateKind.ISO9001, "bsci": CertificateKind.BSCI, "smeta": CertificateKind.SEDEX}


@dataclass(frozen=True)
class Firm:
    """One line of a cluster, read."""

    cluster: Cluster
    name: str
    name_zh: str
    city: str
    founded: int
    employees: int
    moq: int
    days: int
    price: float  # yuan at 100 pcs
    record: tuple[int, int, int, int]  # orders, small ones, shipped, on time
    about: str
    about_zh: str
    changes: tuple[str, ...]

    def codes(self, kind: str) -> list[str]:
        """The firm's goods, processes, materials or certificates: the cluster's with the line's changes."""
        own = getattr(self.cluster, kind, "").split()
        added = [change[1:] for change in self.changes if change[0] == "+" and change[1:] in _words(self, kind)]
        dropped = {change[1:] for change in self.changes if change[0] == "-"}
        return [code for code in dict.fromkeys([*own, *added]) if code not in dropped]


_SIDES = {
    "goods": Dimension.GOODS,
    "processes": Dimension.PROCESS,
    "materials": Dimension.MATERIAL,
    "certificates": Dimension.CERTIFICATE,
}


def _words(firm: Firm, kind: str) -> dict[str, Words]:
    """Every code that the category knows for this side of capability."""
    return category(firm.cluster.category).vocabulary(_SIDES[kind])


def firms() -> Iterator[Firm]:
    """Every firm of every cluster."""
    for cluster in CLUSTERS:
        for line in cluster.firms.strip().splitlines():
            yield _read(cluster, line)


def _read(cluster: Cluster, line: str) -> Firm:
    name, name_zh, city, founded, employees, moq, days, price, record, about, about_zh, changes = line.split("|")
    return Firm(
        cluster, name, name_zh, city, int(founded), int(employees), int(moq), int(days), float(price),
        tuple(int(n) for n in record.split()), about, about_zh, tuple(changes.split()),  # type: ignore[arg-type]
    )  # fmt: skip


def load(session: Session, operator: Actor) -> None:
    """Make every factory with its merchandiser, verified."""
    for number, firm in enumerate(firms()):
        random = Random(firm.name)
        factory = _factory(session, firm, random)
        person = _merchandiser(session, factory, number)
        actor = Actor(Role.FACTORY, person.id, factory.id, person.name, person.email, factory.name, owner=True)
        _capability(session, factory, firm, actor)
        operations.submit(session, factory, actor=actor)
        operations.verify(session, factory, actor=operator)
        standing.refresh(session, factory.id)  # matching needs it now; the job that follows does it again


def _factory(session: Session, firm: Firm, random: Random) -> Factory:
    city = CITIES[firm.city]
    ident = operations.open_draft(session, firm.name, "zh_Hans")
    factory = session.get_one(Factory, ident)
    factory.name_zh, factory.city, factory.province, factory.place_zh = (
        firm.name_zh, city.name, city.province, city.place_zh,
    )  # fmt: skip
    factory.latitude, factory.longitude = city.latitude, city.longitude
    factory.about, factory.about_zh = firm.about, firm.about_zh
    factory.founded, factory.employees = firm.founded, firm.employees
    code = f"9132{random.randrange(10**13):013}"
    factory.license_number = code + uscc.calc_check_digit(code)
    factory.contact_name = random.choice(_FAMILY) + random.choice(_GIVEN)
    factory.phone = f"+86 1{random.randrange(30, 99)} {random.randrange(10**4):04} {random.randrange(10**4):04}"
    factory.deposit_percent = random.choice((30, 30, 30, 40, 50))
    factory.incoterm, factory.incoterm_place = (
        "FOB",
        {"Guangdong": "Shenzhen", "Shaanxi": "Shanghai"}.get(
            city.province, "Ningbo" if city.province == "Zhejiang" else "Shanghai"
        ),
    )
    factory.response_hours = round(random.uniform(2, 40), 1)
    session.add(factory)
    return factory


def _merchandiser(session: Session, factory: Factory, number: int) -> Person:
    person = add_person(
        session,
        email=f"merchandiser{number + 1}@example.com",
        name=factory.contact_name,
        role=Role.FACTORY,
        locale="zh_Hans",
        timezone="Asia/Shanghai",
        confirmed=True,
    )
    session.add(Membership(person_id=person.id, factory_id=factory.id, role=TeamRole.OWNER))
    session.flush()
    return person


def _capability(session: Session, factory: Factory, firm: Firm, actor: Actor) -> None:
    made, (tooling, plate, sample) = firm.cluster.category, firm.cluster.fees
    orders, small, shipped, on_time = firm.record
    certificates = firm.codes("certificates")
    capability = operations.set_capability(
        session,
        factory,
        made,
        actor=actor,
        moq=firm.moq,
        max_quantity=firm.employees * 400,
        lead_days=firm.days,
        monthly_capacity=firm.employees * 250,
        goods=firm.codes("goods"),
        processes=firm.codes("processes"),
        materials=firm.codes("materials"),
        certificates=certificates,
        markets=firm.cluster.markets.split(),
        sample_fee_minor=sample * 100,
        sample_days=5 + firm.days // 8,
        tooling_fee_minor=tooling * 100,
        plate_fee_minor=plate * 100,
    )
    capability.orders_done, capability.small_orders_done = orders, small
    capability.shipped_orders, capability.on_time_orders = shipped, on_time
    session.add(capability)
    for currency, rate in (("CNY", 1.0), ("USD", YUAN_PER_DOLLAR)):
        tiers = [
            (quantity, round(firm.price * factor / rate * 100), firm.days + quantity // 500)
            for quantity, factor in _TIERS
            if quantity >= min(firm.moq, 1000)
        ]
        operations.set_prices(session, factory, made, currency, tiers, actor=actor)
    ends = now().date() + timedelta(days=200 + firm.founded % 300)
    for code in certificates:
        if code in _PAPERS:
            _paper(session, factory, _PAPERS[code], code, ends, actor)


def _paper(session: Session, factory: Factory, kind: CertificateKind, code: str, ends: date, actor: Actor) -> None:
    number = f"{code.split('_')[0].upper()[:4]}-{factory.license_number[4:12]}"
    operations.add_certificate(session, factory, actor=actor, kind=kind, title=code, number=number, valid_until=ends)
