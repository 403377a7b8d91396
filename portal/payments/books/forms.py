"""Which postings are looked at, and why an entry is right."""

from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from werkzeug.datastructures import MultiDict
from wtforms import SelectField

from portal.core.forms import Day, Figure, Form, Paragraphs
from portal.core.i18n import N_
from portal.payments.accounts import ACCOUNT_NAMES, MOVEMENTS, Account, Movement
from portal.payments.books.correcting import LONGEST_REASON
from portal.payments.books.queries import Chosen

_HIGHEST_NUMBER = 2**31 - 1


def _options(names: dict[Any, Any], everything: Any) -> list[tuple[str, Any]]:
    return [("", everything), *((str(value), name) for value, name in names.items())]


class PostingsForm(Form):
    """Days are those of UTC, as in Stripe's books."""

    account = SelectField(N_("Ledger account"), choices=_options(ACCOUNT_NAMES, N_("All")), default="")
    movement = SelectField(
        N_("Movement"), choices=_options({name: sides.said for name, sides in MOVEMENTS.items()}, N_("All")), default=""
    )
    order = Figure(N_("Order number"), low=1, high=_HIGHEST_NUMBER)
    since = Day(N_("From"))
    until = Day(N_("Until"))

    def chosen(self, arguments: MultiDict[str, str]) -> Chosen:
        """What the page shows; nothing of what can't be read."""
        currency = arguments.get("currency", "")
        end = self.until.data + timedelta(days=1) if self.until.data else None
        return Chosen(
            account=_member(Account, self.account.data),
            currency=currency if len(currency) == 3 and currency.isalpha() else "",
            order=self.order.data,
            movement=_member(Movement, self.movement.data),
            since=_midnight(self.since.data),
            until=_midnight(end),
        )


def _member(kind: type[StrEnum], value: str) -> Any:
    return kind(value) if value in set(kind) else None


def _midnight(day: Any) -> datetime | None:
    return datetime.combine(day, time(), UTC) if day else None


class ReasonForm(Form):
    reason = Paragraphs(N_("Why this entry is right"), longest=LONGEST_REASON, required=N_("Say why."))
