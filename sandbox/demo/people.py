"""The demo's people: creators in three languages, an operator; factories' people are made with their factories."""

from sqlmodel import Session

from portal.accounts.models import Person
from portal.accounts.operations import add_person
from portal.core.actor import Actor, Role

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
OPERATOR = ("operator@example.com", "Wen Operator", "en", "Asia/Shanghai")

LOGINS = [
    {"role": "creator", "email": CREATORS["ada"][0], "password": PASSWORD},
    {"role": "creator", "email": CREATORS["mia"][0], "password": PASSWORD},
    {"role": "factory", "email": "factory@example.com", "password": PASSWORD},
    {"role": "factory", "email": "factory2@example.com", "password": PASSWORD},
    {"role": "operator", "email": OPERATOR[0], "password": PASSWORD},
]


def load(session: Session) -> tuple[dict[str, Person], Person]:
    """Make them: key -> creator, and the operator."""
    creators = {key: _add(session, line, Role.CREATOR) for key, line in CREATORS.items()}
    return creators, _add(session, OPERATOR, Role.OPERATOR)


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
