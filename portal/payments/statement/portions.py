"""Where every cent of an order is now. Pure: sums of its postings to portions, which together are all that was paid."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from portal.core.actor import Role
from portal.payments.accounts import Account, Movement

#: (movement, account) -> the sum of an order's postings in its currency: minor units, debits positive
Sums = Mapping[tuple[Movement, Account], int]
_CARD = (Movement.REFUND_SETTLED, Movement.REFUND_REVERSED)


class Place(StrEnum):
    """Where a part of the money is, in the order in which it goes."""

    HELD = "held"
    DISPUTED = "disputed"  # with the payer's bank, until it decides
    RETURNING = "returning"  # on its way to the card
    RETURNED = "returned"
    LOST = "lost"  # given back to the card by its bank for good
    GIVEN_BACK = "given_back"  # all of the three, as far as a factory is concerned
    FACTORY = "factory"  # the factory's, as far as a creator is concerned
    FEE = "fee"
    PAYABLE = "payable"  # on its way to the factory
    SET_OFF = "set_off"
    PAID = "paid"


@dataclass(frozen=True)
class Portion:
    """A part of an order's money: minor units, never zero."""

    place: Place
    minor: int


def balance(sums: Sums, account: Account) -> int:
    """What an account has of the order; debits positive."""
    return sum(minor for (_movement, of), minor in sums.items() if of == account)


def moved(sums: Sums, account: Account, *movements: Movement) -> int:
    """What some movements did to an account."""
    return sum(sums.get((movement, account), 0) for movement in movements)


def portions(sums: Sums, role: Role | None) -> list[Portion]:
    """The parts as `role` sees them. A creator sees what the factory has as one; a factory, what went back as one, and
    nothing of payments that its order did not wait for."""
    places = _places(sums)
    if role == Role.CREATOR:
        places = _joined(places, Place.FACTORY, (Place.FEE, Place.PAYABLE, Place.SET_OFF, Place.PAID))
    if role == Role.FACTORY:
        places = _joined(places, Place.GIVEN_BACK, (Place.RETURNING, Place.RETURNED, Place.LOST))
        places[Place.GIVEN_BACK] = max(places[Place.GIVEN_BACK] - _beside(sums), 0)
    return [Portion(place, places[place]) for place in Place if places.get(place)]


def _joined(places: dict[Place, int], name: Place, parts: tuple[Place, ...]) -> dict[Place, int]:
    joined = {place: minor for place, minor in places.items() if place not in parts}
    return joined | {name: sum(places[part] for part in parts)}


def _beside(sums: Sums) -> int:
    """What came beside the order's own payments: what it did not wait for, and what the portal gave."""
    unexpected = moved(sums, Account.STRIPE_CLEARING, Movement.UNEXPECTED_PAYMENT)
    return unexpected + balance(sums, Account.SUBSIDY_EXPENSE) + balance(sums, Account.DISPUTE_LOSS)


def _places(sums: Sums) -> dict[Place, int]:
    """Every cent once. What is left after all others is the factory's: on its way, set off, or paid."""
    total = moved(sums, Account.STRIPE_CLEARING, Movement.LEG_PAID) + _beside(sums)
    held, disputed = -balance(sums, Account.ORDER_HELD), balance(sums, Account.DISPUTE_RECEIVABLE)
    places = {
        Place.RETURNING: -balance(sums, Account.REFUND_PAYABLE) - balance(sums, Account.SUSPENSE),
        Place.RETURNED: -moved(sums, Account.STRIPE_CLEARING, *_CARD),
        Place.LOST: _lost(sums),
        Place.FEE: -balance(sums, Account.PLATFORM_FEE),
    }
    share = total - held - sum(places.values())
    places |= {Place.HELD: max(held - disputed, 0), Place.DISPUTED: disputed}
    share -= disputed - (held - places[Place.HELD])  # the bank took what was released already
    places[Place.PAYABLE] = min(max(-balance(sums, Account.FACTORY_PAYABLE), 0), max(share, 0))
    set_off = moved(sums, Account.FACTORY_PAYABLE, Movement.SET_OFF)
    places[Place.SET_OFF] = min(set_off, max(share - places[Place.PAYABLE], 0))
    places[Place.PAID] = share - places[Place.PAYABLE] - places[Place.SET_OFF]
    return places


def _lost(sums: Sums) -> int:
    """What banks took for good, out of anything but refunds: whichever movement says so."""
    of = {movement for movement, _account in sums if movement.value.startswith("dispute_lost")}
    return -moved(sums, Account.DISPUTE_RECEIVABLE, *of)
