"""Entering a rate."""

import re
from datetime import date
from decimal import Decimal

from sqlmodel import Session

from portal.core.actor import Actor, Role
from portal.core.clock import now
from portal.core.errors import Invalid, NotAllowed
from portal.core.i18n import N_
from portal.core.money import CURRENCIES
from portal.rates.models import Rate

_DECIMAL = re.compile(r"[0-9]{1,9}(\.[0-9]{1,10})?")


def read(text: str) -> Decimal:
    """The rate that a text says: digits and one point, nothing else, so that '7,12' is not read as 712. Raises
    `Invalid`."""
    if not _DECIMAL.fullmatch(text.strip()) or not Decimal(text.strip()):
        raise Invalid(value=N_("Write the rate with a point, for example 7.1234."))
    return Decimal(text.strip())


def enter(session: Session, *, base: str, counter: str, value: str, day: date, source: str, actor: Actor) -> Rate:
    """Keep the rate of a day: one unit of `base` is `value` (decimal text) of `counter`. It counts from now on unless
    one of a later day is there. Raises `Invalid`, and `NotAllowed` for all but operators."""
    if actor.role != Role.OPERATOR or actor.person_id is None:
        raise NotAllowed(N_("Only operators enter rates."))
    if base not in CURRENCIES or counter not in CURRENCIES or base == counter:
        raise Invalid(counter=N_("Choose two different currencies."))
    if day > now().date():
        raise Invalid(day=N_("That day has not come yet."))
    if not source.strip():
        raise Invalid(source=N_("Say where the rate comes from, for example the ECB."))
    rate = Rate(
        base=base, counter=counter, value=read(value), day=day, source=source.strip(), entered_by=actor.person_id
    )
    session.add(rate)
    session.flush()
    return rate
