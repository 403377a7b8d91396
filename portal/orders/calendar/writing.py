"""A calendar as text (iCalendar, RFC 5545), in the language of the moment. Moments stand in UTC, promised days as whole
days, so that no time zone needs explaining to the calendar."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from typing import Any

from portal.core.clock import hours
from portal.core.i18n import N_, _, current
from portal.core.lazy import lazy
from portal.orders.calendar.queries import Entry

icalendar: Any = lazy("icalendar")
#: How often a calendar is asked to look again.
REFRESH = hours(4)
#: (subject, step) -> what is due then
WORDS = {
    ("order", "expire"): N_("Deposit due"),
    ("order", "escalate_spec"): N_("Spec to be accepted"),
    ("order", "sample_late"): N_("Sample due"),
    ("order", "escalate_sample"): N_("Sample to be judged"),
    ("order", "escalate_concession"): N_("Concession to be decided"),
    ("order", "balance_late"): N_("Balance due"),
    ("order", "ask_arrival"): N_("Parcels due to arrive"),
    ("order", "close"): N_("Claim window ends"),
    ("order", "press_claim"): N_("Claim to be settled"),
    ("order", "ship"): N_("Ship by"),
    ("change", "lapse"): N_("Change order to be answered"),
    ("invitation", "lapse"): N_("Quote due"),
    ("invitation", "expire_quote"): N_("Quote expires"),
    ("brief", "quotes_due"): N_("Quotes due"),
    ("brief", "expire"): N_("Brief closes"),
}


def written(entries: Iterable[Entry], host: str, address: Callable[[Entry], str]) -> bytes:
    """The calendar's text. `host` makes the names of its entries the portal's own; `address(entry)` is the page where
    the entry is dealt with. The same entries give the same bytes."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", f"-//{host}//Xiaodan//{current().upper().replace('_', '-')}")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", _("Xiaodan"))
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", _span(REFRESH))
    for entry in sorted(entries, key=lambda e: (_day(e.at), e.subject, e.step, e.ident)):
        calendar.add_component(_event(entry, host, address(entry)))
    return calendar.to_ical()


def _event(entry: Entry, host: str, address: str) -> Any:
    event = icalendar.Event()
    event.add("uid", f"{entry.subject}-{entry.ident}-{entry.step}@{host}")
    event.add("dtstamp", entry.since)
    what = f"{entry.number} {entry.title}".rstrip()
    event.add("summary", _("%(label)s: %(value)s", label=WORDS[entry.subject, entry.step], value=what))
    event.add("dtstart", entry.at)
    if not isinstance(entry.at, datetime):
        event.add("dtend", entry.at + timedelta(days=1))
    event.add("url", address)
    event.add("transp", "TRANSPARENT")  # nobody is busy because something is due
    return event


def _day(at: date | datetime) -> str:
    return at.isoformat()


def _span(span: timedelta) -> str:
    return f"PT{int(span.total_seconds()) // 3600}H"
