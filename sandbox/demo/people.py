"""The demo's people: creators in three languages, an operator; factories' people are made with their factories."""

from collections.abc import Sequence
from typing import Any

from flask_security import hash_password
from sqlmodel import Session, col, func, select

from portal.accounts.models import Membership, Person
from portal.accounts.operations import add_person
from portal.core.actor import Actor, Role
from portal.core.clock import now
from portal.rates import operations as rates
from portal.sourcing.models import Brief, Invitation

PASSWORD = "try-xiaodan-2026"

#: key -> (email, name, locale, time zone)
CREATORS = {
    "ada": ("creator@example.com", "Ada Winter", "en", "Europe/London"),
    "mia": ("mia@example.com", "陈米娅", "zh_Hans", "Asia/Shanghai"),
    "lin": ("lin@example.com", "林小雨", "zh_Hans", "Asia/Shanghai"),
    "noah": ("noah@example.com", "Noah Brooks", "en", "America/Los_Angeles"),
    "yijun": ("yijun@example.com", "陳怡君", "zh_Hant", "Asia/Taipei"),
    "sofia": ("sofia@example.com", "Sofia Rossi", "en", "Europe/Rome"),
}
#: where each lives: street, postcode, telephone (numbers that nobody has)
HOMES = {
    "ada": ("Flat 3\n12 Harbourside Walk", "BS1 5UH", "+44 7700 900123"),
    "mia": ("延安西路1200弄8号302室", "200052", "+86 139 0000 0123"),
    "lin": ("文三路90号5楼", "310012", "+86 137 0000 0456"),
    "noah": ("2481 Alder Street", "97214", "+1 503 555 0123"),
    "yijun": ("忠孝東路四段181號5樓", "106", "+886 912 000 123"),
    "sofia": ("Via Savona 47", "20144", "+39 320 000 0123"),
}
#: what one unit of the first is worth in the second
RATES = (
    ("USD", "CNY", "7.1"),
    ("EUR", "USD", "1.09"),
    ("USD", "HKD", "7.8"),
    ("USD", "TWD", "32"),
    ("USD", "JPY", "151"),
)
OPERATOR = ("operator@example.com", "Wen Operator", "en", "Asia/Shanghai")

#: who gets the demo's factory logins: those with the fullest inboxes, once the stories are told
FACTORY_EMAILS = ("factory@example.com", "factory2@example.com")
#: and of each category that these do not make, the one with the fullest inbox there
CATEGORY_EMAILS = {
    "plush": "plush@example.com",
    "scented_packaging": "scented@example.com",
    "moulded_part": "moulded@example.com",
}

LOGINS = [
    {"role": "creator", "email": CREATORS["ada"][0], "password": PASSWORD},
    {"role": "creator", "email": CREATORS["mia"][0], "password": PASSWORD},
    *(
        {"role": "factory", "email": email, "password": PASSWORD}
        for email in (*FACTORY_EMAILS, *CATEGORY_EMAILS.values())
    ),
    {"role": "operator", "email": OPERATOR[0], "password": PASSWORD},
]


def load(session: Session) -> tuple[dict[str, Person], Person]:
    """Make them: key -> creator, and the operator."""
    creators = {key: _add(session, line, Role.CREATOR) for key, line in CREATORS.items()}
    return creators, _add(session, OPERATOR, Role.OPERATOR)


def enter_rates(session: Session, operator: Actor) -> None:
    """Today's exchange rates, roughly."""
    for base, counter, value in RATES:
        what = {"base": base, "counter": counter, "value": value, "day": now().date(), "source": "Demo"}
        rates.enter(session, **what, actor=operator)


def name_factory_logins(session: Session) -> None:
    """Give members of the most invited factories the addresses and the password of the demo's logins."""
    for person, email in zip(_busiest(session, len(FACTORY_EMAILS)), FACTORY_EMAILS, strict=True):
        _name(session, person, email)
    for category, email in CATEGORY_EMAILS.items():
        [person] = _busiest(session, 1, Brief.category == category, col(Person.email).not_in(FACTORY_EMAILS))
        _name(session, person, email)


def _busiest(session: Session, most: int, *which: Any) -> Sequence[Person]:
    """The members of the factories with the most invitations, of those in question."""
    query = select(Person).join(Membership).join(Invitation, Invitation.factory_id == Membership.factory_id)
    query = query.join(Brief, Brief.id == Invitation.brief_id).where(*which)
    return session.exec(query.group_by(Person.id).order_by(func.count().desc(), Person.id).limit(most)).all()


def _name(session: Session, person: Person, email: str) -> None:
    person.email, person.password = email, hash_password(PASSWORD)
    session.add(person)
    session.flush()


def actor(person: Person) -> Actor:
    """The person as one who acts; a factory's people are made into actors in `firms`."""
    return Actor(person.role, person.id, None, person.name, person.email, locale=person.locale)


def _add(session: Session, line: tuple[str, str, str, str], role: Role) -> Person:
    email, name, locale, timezone = line
    return add_person(
        session,
        email=email,
        name=name,
        role=role,
        password=PASSWORD,
        locale=locale,
        timezone=timezone,
        confirmed=True,
    )
