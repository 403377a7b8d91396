"""A change order in words: what was and what is to be, line by line."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any, NamedTuple

from portal import products
from portal.core.actor import Role
from portal.core.filters import as_date, number
from portal.core.i18n import N_, _
from portal.core.money import show
from portal.orders.changes.operations import WINDOW
from portal.orders.lifecycle import ChangeStage
from portal.products import present
from portal.sourcing import assumptions

#: stage -> (words, tone of its tag)
STAGES = {
    ChangeStage.PROPOSED: (N_("To be answered"), "warn"),
    ChangeStage.ACCEPTED: (N_("In force"), "good"),
    ChangeStage.DECLINED: (N_("Declined"), "neutral"),
    ChangeStage.WITHDRAWN: (N_("Withdrawn"), "neutral"),
    ChangeStage.LAPSED: (N_("Lapsed"), "neutral"),
}
_OPENS, _CLOSES = "change_proposed", frozenset(
    {"change_accepted", "change_declined", "change_withdrawn", "change_lapsed", "change_fallen"}
)  # fmt: skip


class Line(NamedTuple):
    """One thing that changes; '' where nothing was or is said."""

    label: str
    before: str
    after: str


def lines(order: Any, change: Any) -> list[Line]:
    """What a change order (row, entity, or anything with its columns) alters, in the current language: spec first, then
    quantity, price, day and what the order comes to. `order`: anything with `category` and `currency`."""
    return [*_spec(order.category, change), *_files(change), *_terms(order.currency, change)]


def _spec(code: str, change: Any) -> Iterator[Line]:
    old = {name: value for name, value in change.former["values"].items() if value is not None}
    new = {name: value for name, value in change.values.items() if value is not None}
    assumed = change.former["assumptions"]
    for one in present.diff(products.category(code), old, new):
        before = one.before
        if not before and one.path in assumed:
            words = assumptions.in_words(code, {one.path: assumed[one.path]})[0][1]
            before = _("%(what)s (assumed by the factory)", what=words)
        yield Line(one.label, before, one.after)


def _files(change: Any) -> Iterator[Line]:
    for swap in sorted(change.files.values(), key=lambda swap: swap["place"]):
        what = _("File: %(name)s", name=swap["was"]["label"] or swap["was"]["name"])
        yield Line(what, _file(swap["was"]), _file(swap["now"]))


def _file(file: dict[str, Any]) -> str:
    return f"{file['name']} · SHA-256 {file['sha256'][:16]}…"


def _terms(currency: str, change: Any) -> Iterator[Line]:
    former = change.former
    if change.quantity:
        pieces = [_("%(n)s pcs", n=number(quantity)) for quantity in (former["quantity"], change.quantity)]
        yield Line(_("Quantity"), *pieces)
    if change.price_minor:
        yield Line(_("Price difference"), "", signed(change.price_minor, currency))
    if change.ship_by:
        was = former["ship_by"]
        yield Line(_("Ship by"), as_date(date.fromisoformat(was)) if was else "", as_date(change.ship_by))
    before, after = former["amounts"]["total_minor"], change.amounts["total_minor"]
    if before != after:
        yield Line(_("Total"), show(before, currency), show(after, currency))


def signed(minor: int, currency: str) -> str:
    """An amount that is added or taken off: '+ $50.00', '− $20.00'."""
    return f"{'+' if minor > 0 else '−'} {show(abs(minor), currency)}"


class Waiting(NamedTuple):
    """A change order that waits for an answer of the side that did not propose it."""

    number: int
    side: Role  # who proposed it
    due: datetime


def waiting(history: Iterable[Any]) -> Waiting | None:
    """The open change order of an order by its events, the newest first; None when none is."""
    newest = next((one for one in history if one.name == _OPENS or one.name in _CLOSES), None)
    if newest is None or newest.name in _CLOSES:
        return None
    return Waiting(newest.data["number"], Role(newest.data["side"]), newest.created_at + WINDOW)
